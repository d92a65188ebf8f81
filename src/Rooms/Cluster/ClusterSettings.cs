using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Rooms;

/// <summary>Where nodes find each other.</summary>
public enum ClusterMode : byte
{
    /// <summary>One node alone; nothing listens and nothing is asked.</summary>
    Localhost,
    Redis,

    /// <summary>PostgreSQL.</summary>
    AdoNet,
}

/// <summary>How this process takes part in a cluster.</summary>
/// <param name="Connection">Connection string of the place where nodes find each other.</param>
/// <param name="Address">Where other nodes reach this one: loopback or private, never public (TA-03).</param>
/// <param name="Port">TCP; 0 lets the system choose.</param>
/// <param name="HostsRooms">This process decides for rooms.</param>
/// <param name="CarriesMedia">This process carries media.</param>
public sealed record ClusterSettings(
    ClusterMode Mode, string Connection, IPAddress Address, int Port = 0, bool HostsRooms = true, bool CarriesMedia = true)
{
    public static readonly ClusterSettings Alone = new(ClusterMode.Localhost, "", IPAddress.Loopback);

    /// <summary>
    /// True for loopback, link-local and private ranges (RFC 1918, RFC 4193, RFC 6598). Links between nodes are not encrypted,
    /// so they stay in such networks.
    /// </summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address))
            return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal;
        Span<byte> octets = stackalloc byte[4];
        address.TryWriteBytes(octets, out _);
        return (octets[0], octets[1]) is (10, _) or (172, >= 16 and <= 31) or (192, 168) or (169, 254) or (100, >= 64 and <= 127);
    }
}
