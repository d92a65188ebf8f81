using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// A trace as a capture file that analysers open: libpcap 2.4 with link type RAW (101), each message as one UDP datagram between the
/// addresses it went between. The headers are made up; streams were streams.
/// </summary>
public static class TraceFile
{
    private const uint Magic = 0xA1B2C3D4;
    private const uint RawIp = 101;
    private const int UdpHeader = 8;
    private const int IPv4Header = 20;
    private const int IPv6Header = 40;
    private const byte Udp = 17;

    /// <param name="messages">In order.</param>
    /// <param name="ours">Where this server is when a message does not say.</param>
    public static byte[] Write(IEnumerable<TracedMessage> messages, IPEndPoint ours)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ArgumentNullException.ThrowIfNull(ours);
        using var file = new MemoryStream();
        Span<byte> head = stackalloc byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(head, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(head[4..], 2);
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], 4);
        BinaryPrimitives.WriteUInt32LittleEndian(head[16..], 65_535);
        BinaryPrimitives.WriteUInt32LittleEndian(head[20..], RawIp);
        file.Write(head);
        foreach (var message in messages)
            Append(file, message, ours);
        return file.ToArray();
    }

    private static void Append(MemoryStream file, TracedMessage message, IPEndPoint ours)
    {
        var theirs = message.Flow.Remote.ToIPEndPoint();
        var here = message.Flow.Local == default ? ours : message.Flow.Local.ToIPEndPoint();
        if (here.AddressFamily != theirs.AddressFamily || here.Address.Equals(IPAddress.Any) || here.Address.Equals(IPAddress.IPv6Any))
            here = new IPEndPoint(theirs.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Loopback : IPAddress.IPv6Loopback, ours.Port);
        var packet = message.IsOurs ? Packet(here, theirs, message.Bytes.Span) : Packet(theirs, here, message.Bytes.Span);
        Span<byte> record = stackalloc byte[16];
        var since = message.At - DateTimeOffset.UnixEpoch;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)since.TotalSeconds);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(since.Ticks / TimeSpan.TicksPerMicrosecond % 1_000_000));
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], packet.Length);
        BinaryPrimitives.WriteInt32LittleEndian(record[12..], packet.Length);
        file.Write(record);
        file.Write(packet);
    }

    private static byte[] Packet(IPEndPoint from, IPEndPoint to, ReadOnlySpan<byte> payload)
    {
        var isIPv4 = from.AddressFamily == AddressFamily.InterNetwork;
        var header = isIPv4 ? IPv4Header : IPv6Header;
        var packet = new byte[header + UdpHeader + payload.Length];
        var udp = packet.AsSpan(header);
        BinaryPrimitives.WriteUInt16BigEndian(udp, (ushort)from.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)to.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[4..], (ushort)udp.Length);
        payload.CopyTo(udp[UdpHeader..]);
        if (isIPv4)
            WriteIPv4(packet, from.Address, to.Address);
        else
            WriteIPv6(packet, from.Address, to.Address);
        return packet;
    }

    private static void WriteIPv4(Span<byte> packet, IPAddress from, IPAddress to)
    {
        packet[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        packet[8] = 64;
        packet[9] = Udp;
        from.TryWriteBytes(packet[12..], out _);
        to.TryWriteBytes(packet[16..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(packet[10..], Sum(packet[..IPv4Header], 0));
    }

    /// <summary>Over IPv6 the checksum of UDP may not be left out (RFC 8200 section 8.1).</summary>
    private static void WriteIPv6(Span<byte> packet, IPAddress from, IPAddress to)
    {
        var length = packet.Length - IPv6Header;
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)length);
        packet[6] = Udp;
        packet[7] = 64;
        from.TryWriteBytes(packet[8..], out _);
        to.TryWriteBytes(packet[24..], out _);
        var sum = Sum(packet[8..], (uint)length + Udp);
        BinaryPrimitives.WriteUInt16BigEndian(packet[(IPv6Header + 6)..], sum == 0 ? (ushort)0xFFFF : sum);
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Sum(ReadOnlySpan<byte> bytes, uint start)
    {
        var sum = start;
        for (var i = 0; i < bytes.Length; i += 2)
            sum += (uint)(bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0u);
        while (sum > 0xFFFF)
            sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~sum;
    }
}
