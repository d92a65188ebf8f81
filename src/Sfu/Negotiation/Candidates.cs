using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Sfu.Engine;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>Our host candidates (RFC 8839 §5.1, RFC 6544 §4.5): each announced address by UDP, then by TCP.</summary>
internal static class Candidates
{
    private const uint HostTypePreference = 126;

    public static List<string> Of(IReadOnlyList<IPAddress> addresses, MediaShard shard)
    {
        var lines = new List<string>(addresses.Count * 2);
        for (var i = 0; i < addresses.Count; i++)
            lines.Add($"{i + 1} 1 udp {Priority(60000 - (uint)i)} {Text(addresses[i])} {shard.UdpPort} typ host");
        if (shard.TcpPort == 0)
            return lines;
        for (var i = 0; i < addresses.Count; i++)
            lines.Add($"{addresses.Count + i + 1} 1 tcp {Priority(20000 - (uint)i)} {Text(addresses[i])} {shard.TcpPort} typ host tcptype passive");
        return lines;
    }

    private static uint Priority(uint localPreference) => (HostTypePreference << 24) | (localPreference << 8) | 255;

    private static string Text(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();
}
