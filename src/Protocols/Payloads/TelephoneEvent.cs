using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Payloads;

/// <summary>One packet's word on a pressed key (RFC 4733 section 2.3).</summary>
/// <param name="Event">0–15 are the keys 0–9, *, #, A–D; others are tones we do not know.</param>
/// <param name="IsEnd">The key was let go.</param>
/// <param name="Volume">Minus dBm0, 0 to 63.</param>
/// <param name="Duration">Since the packet's timestamp, in timestamp units.</param>
public readonly record struct TelephoneEvent(byte Event, bool IsEnd, byte Volume, ushort Duration)
{
    /// <summary>Bytes of payload.</summary>
    public const int Length = 4;

    private const string Keys = "0123456789*#ABCD";

    /// <summary>The key; NUL when it is none.</summary>
    public char Key => Event < Keys.Length ? Keys[Event] : '\0';

    /// <summary>The number of a key in either case; −1 when there is no such key.</summary>
    public static int NumberOf(char key) => Keys.IndexOf(char.ToUpperInvariant(key), StringComparison.Ordinal);

    public static bool TryParse(ReadOnlySpan<byte> payload, out TelephoneEvent value)
    {
        value = default;
        if (payload.Length < Length)
        {
            return false;
        }

        value = new TelephoneEvent(payload[0], payload[1] >= 0x80, (byte)(payload[1] & 0x3F), BinaryPrimitives.ReadUInt16BigEndian(payload[2..]));
        return true;
    }

    public void Write(Span<byte> payload)
    {
        payload[0] = Event;
        payload[1] = (byte)((IsEnd ? 0x80 : 0) | (Volume & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Duration);
    }
}
