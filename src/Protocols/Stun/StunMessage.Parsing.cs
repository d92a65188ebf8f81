using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>Reads a whole datagram under limit L2 (548 bytes, 32 attributes). The datagram must outlive the message.</summary>
    public static bool TryParse(ReadOnlySpan<byte> datagram, out StunMessage message, out StunError error)
    {
        message = default;
        error = CheckHeader(datagram);
        if (error != StunError.None)
        {
            return false;
        }

        var index = default(StunIndex);
        error = ReadAttributes(datagram, ref index);
        if (error != StunError.None)
        {
            return false;
        }

        message = new StunMessage(datagram, index);
        return true;
    }

    private static StunError CheckHeader(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < StunFormat.HeaderSize)
        {
            return StunError.TooShort;
        }

        if (datagram.Length > StunFormat.MaxMessage)
        {
            return StunError.TooLong;
        }

        if (datagram[0] > 0x3F)
        {
            return StunError.NotStun;
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != StunFormat.Cookie)
        {
            return StunError.BadCookie;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        return length % 4 != 0 || length != datagram.Length - StunFormat.HeaderSize ? StunError.BadLength : StunError.None;
    }

    private static StunError ReadAttributes(ReadOnlySpan<byte> datagram, ref StunIndex index)
    {
        var offset = StunFormat.HeaderSize;
        for (var count = 0; offset < datagram.Length; count++)
        {
            if (count == StunFormat.MaxAttributes)
            {
                return StunError.TooManyAttributes;
            }

            // The header check made the length a multiple of four, so an attribute header always fits here.
            var type = (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(datagram[offset..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[(offset + 2)..]);
            offset += StunFormat.AttributeHeaderSize;
            var padded = (length + 3) & ~3;
            if (padded > datagram.Length - offset)
            {
                return StunError.AttributeBeyondEnd;
            }

            var error = index.Note(type, new StunIndex.Entry((ushort)offset, length));
            if (error != StunError.None)
            {
                return error;
            }

            offset += padded;
        }

        return StunError.None;
    }
}
