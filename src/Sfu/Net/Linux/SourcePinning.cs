using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>
/// Whether an answer must name the address it leaves from. Naming it costs a tenth of a send, so it is left out where every route
/// picks the right one anyway: the socket is bound to it, or it was the machine's only one of its family when the socket was opened.
/// So does every route into the machine itself for 127.0.0.1 and ::1. An address that came later is named.
/// </summary>
internal sealed class SourcePinning
{
    private static readonly TransportAddress LoopbackIPv4 = TransportAddress.From(IPAddress.Loopback, 0);
    private static readonly TransportAddress LoopbackIPv6 = TransportAddress.From(IPAddress.IPv6Loopback, 0);

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
        return local.IsIPv4
            ? !IsSameHost(local, _onlyIPv4) && !IsSameHost(local, LoopbackIPv4)
            : !IsSameHost(local, _onlyIPv6) && !IsSameHost(local, LoopbackIPv6);
    }

    private static bool IsSameHost(in TransportAddress one, in TransportAddress other) => one.Low == other.Low && one.High == other.High;

    private static bool IsWildcard(IPAddress? bound) => bound is null || bound.Equals(IPAddress.Any) || bound.Equals(IPAddress.IPv6Any);

    private static TransportAddress OnlyOne(IReadOnlyList<LocalAddress> addresses, AddressFamily family)
    {
        var mine = addresses.Where(a => !a.IsLoopback && a.Address.AddressFamily == family).Take(2).ToArray();
        return mine.Length == 1 ? TransportAddress.From(mine[0].Address, 0) : default;
    }
}
