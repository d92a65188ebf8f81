using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Sylk.Conference.Sfu.Net;

/// <param name="IsLoopback">Reachable from this machine only; to be announced when there is nothing else, or in development.</param>
internal readonly record struct LocalAddress(IPAddress Address, bool IsLoopback);

/// <summary>The unicast addresses of this machine that a candidate may announce: interfaces that are up, no link-local, no multicast.</summary>
internal static class LocalAddresses
{
    public static IReadOnlyList<LocalAddress> Enumerate()
    {
        var found = new List<LocalAddress>();
        foreach (var nic in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (nic.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown)) continue;
            foreach (var unicast in nic.GetIPProperties().UnicastAddresses)
            {
                if (IsUsable(unicast.Address)) found.Add(Describe(unicast.Address));
            }
        }

        return [.. found.Distinct().OrderBy(a => a.IsLoopback)];
    }

    private static LocalAddress Describe(IPAddress address) => new(WithoutScope(address), IPAddress.IsLoopback(address));

    private static IPAddress WithoutScope(IPAddress address) => new(address.GetAddressBytes());

    private static bool IsUsable(IPAddress address) => address.AddressFamily switch
    {
        AddressFamily.InterNetwork => !IsIPv4LinkLocal(address),
        AddressFamily.InterNetworkV6 => !address.IsIPv6LinkLocal && !address.IsIPv6Multicast && !address.IsIPv4MappedToIPv6,
        _ => false,
    };

    /// <summary>169.254/16 (RFC 3927): valid on one wire only.</summary>
    private static bool IsIPv4LinkLocal(IPAddress address) => address.GetAddressBytes() is [169, 254, ..];
}
