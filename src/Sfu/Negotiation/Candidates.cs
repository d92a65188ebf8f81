using System.Net;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Sfu.Engine;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>Our host candidates (RFC 8839 §5.1, RFC 6544 §4.5): each announced address by UDP, then by TCP.</summary>
internal static class Candidates
{
    public static List<string> Of(IReadOnlyList<IPAddress> addresses, MediaShard shard)
    {
        var lines = new List<string>(addresses.Count * 2);
        Add(lines, addresses, shard.UdpPort, IceTcpType.None);
        if (shard.TcpPort != 0)
            Add(lines, addresses, shard.TcpPort, IceTcpType.Passive);
        return lines;
    }

    /// <summary>An address that comes earlier is preferred; each has a foundation of its own (RFC 8445 §5.1.1.3).</summary>
    private static void Add(List<string> lines, IReadOnlyList<IPAddress> addresses, int port, IceTcpType tcpType)
    {
        for (var i = 0; i < addresses.Count; i++)
        {
            var candidate = IceCandidate.CreateHost(TransportAddress.From(addresses[i], port), tcpType, (ushort)(ushort.MaxValue - i));
            lines.Add((candidate with { Foundation = $"{lines.Count + 1}" }).ToValue());
        }
    }
}
