using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>
/// Whether an answer must name the address it leaves from. Naming it costs a tenth of a send, so it is left out where every route
/// picks the right one anyway: the socket is bound to it, or it was the machine's only one of its family when the socket was opened.
/// An address that came later, or loopback, is named.
/// </summary>
internal sealed class SourcePinning
{
    private readonly bool _enabled;
    private readonly TransportAddress _onlyIPv4;
    private readonly TransportAddress _onlyIPv6;

    public SourcePinning(DatagramTransportOptions options, IReadOnlyList<LocalAddress> addresses)
    {
        _enabled = options.PinSourceAddress && IsWildcard(options.BindAddress);
        _onlyIPv4 = OnlyOne(addresses, AddressFamily.InterNetwork);
        _onlyIPv6 = OnlyOne(addresses, AddressFamily.InterNetworkV6);
    }

    /// <param name="local">Our address as the path knows it; all zero when unknown.</param>
    public bool IsNeeded(in TransportAddress local)
    {
        if (!_enabled || local is { High: 0, Low: 0 }) return false;
        ref readonly var only = ref local.IsIPv4 ? ref _onlyIPv4 : ref _onlyIPv6;
        return local.Low != only.Low || local.High != only.High;
    }

    private static bool IsWildcard(IPAddress? bound) => bound is null || bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any);

    private static TransportAddress OnlyOne(IReadOnlyList<LocalAddress> addresses, AddressFamily family)
    {
        var mine = addresses.Where(a => !a.IsLoopback && a.Address.AddressFamily == family).Take(2).ToArray();
        return mine.Length == 1 ? TransportAddress.From(mine[0].Address, 0) : default;
    }
}
