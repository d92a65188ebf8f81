namespace Sylk.Conference.Protocols.Stun;

/// <summary>What one datagram on a media port is, by its first bytes.</summary>
public enum PacketClass : byte { Refused, Stun, Dtls, Rtp, Rtcp }

/// <summary>First-byte demultiplexing of a shared media port (RFC 7983, RFC 5761 section 4).</summary>
public static class Demultiplexer
{
    /// <summary>ZRTP (16..19), TURN channels (64..79), reserved values and empty datagrams are refused.</summary>
    public static PacketClass Classify(ReadOnlySpan<byte> datagram)
    {
        if (datagram.IsEmpty)
        {
            return PacketClass.Refused;
        }

        return datagram[0] switch
        {
            <= 3 => PacketClass.Stun,
            >= 20 and <= 63 => PacketClass.Dtls,
            >= 128 and <= 191 when datagram.Length >= 2 => datagram[1] is >= 192 and <= 223 ? PacketClass.Rtcp : PacketClass.Rtp,
            _ => PacketClass.Refused,
        };
    }
}
