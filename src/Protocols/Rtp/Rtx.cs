using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtp;

/// <summary>Retransmission payload format (RFC 4588 section 4): the original sequence number, then the original payload.</summary>
public static class Rtx
{
    /// <summary>Octets a packet grows by when wrapped.</summary>
    public const int Overhead = 2;

    /// <summary>
    /// Turns a retransmission into the packet it repeats. CSRCs and header extensions stay; padding goes.
    /// </summary>
    /// <param name="packet">The retransmission in the clear.</param>
    /// <param name="ssrc">SSRC of the original stream.</param>
    /// <param name="payloadType">Payload type of the original stream (apt).</param>
    /// <param name="destination">Where to write; may start at the same octet as <paramref name="packet"/>.</param>
    /// <returns>Octets written; 0 when it is no RTP, carries only padding, or does not fit.</returns>
    public static int Unwrap(ReadOnlySpan<byte> packet, uint ssrc, byte payloadType, Span<byte> destination)
    {
        if (!RtpPacket.TryParse(packet, out var rtx) || rtx.Payload.Length < Overhead) return 0;
        var header = rtx.HeaderLength;
        var payload = rtx.Payload[Overhead..];
        if (destination.Length < header + payload.Length) return 0;
        var original = BinaryPrimitives.ReadUInt16BigEndian(rtx.Payload);
        packet[..header].CopyTo(destination);
        payload.CopyTo(destination[header..]);
        destination[0] &= 0xDF;
        Patch(destination, payloadType, original, ssrc);
        return header + payload.Length;
    }

    /// <summary>Turns a packet into its retransmission. Header extensions and padding stay as they are.</summary>
    /// <param name="packet">The original in the clear.</param>
    /// <param name="ssrc">SSRC of the retransmission stream.</param>
    /// <param name="payloadType">Payload type of the retransmission stream.</param>
    /// <param name="sequence">The retransmission stream's own next sequence number.</param>
    /// <param name="destination">Where to write; may start at the same octet as <paramref name="packet"/>.</param>
    /// <returns>Octets written; 0 when it is no RTP or does not fit.</returns>
    public static int Wrap(ReadOnlySpan<byte> packet, uint ssrc, byte payloadType, ushort sequence, Span<byte> destination)
    {
        if (!RtpPacket.TryParse(packet, out var original) || destination.Length < packet.Length + Overhead) return 0;
        var header = original.HeaderLength;
        var originalSequence = original.SequenceNumber;
        // Payload first: in place it moves to where nothing is read any more.
        packet[header..].CopyTo(destination[(header + Overhead)..]);
        packet[..header].CopyTo(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[header..], originalSequence);
        Patch(destination, payloadType, sequence, ssrc);
        return packet.Length + Overhead;
    }

    private static void Patch(Span<byte> header, byte payloadType, ushort sequence, uint ssrc)
    {
        header[1] = (byte)((header[1] & 0x80) | (payloadType & 0x7F));
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header[8..], ssrc);
    }
}
