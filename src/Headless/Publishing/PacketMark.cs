using System.Buffers.Binary;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Publishing;

/// <summary>
/// What every published packet carries in its payload, so that a receiver on the same machine can tell order, completeness
/// and one-way delay: 24 octets.
/// </summary>
/// <param name="Frame">Counts frames (video) or packets (audio) from 0.</param>
/// <param name="Index">Which packet of the frame.</param>
/// <param name="Count">Packets of the frame.</param>
/// <param name="SentAt">The machine's monotonic clock just before encryption.</param>
public readonly record struct PacketMark(uint Frame, ushort Index, ushort Count, Instant SentAt)
{
    public const int Length = 24;

    /// <summary>Where the mark begins behind the Opus TOC octet.</summary>
    public const int AudioOffset = 1;

    /// <summary>Where it begins behind a VP8 payload descriptor: after the longest VP8 frame header.</summary>
    public const int VideoOffset = 10;

    private const ulong Magic = 0x5379_6C6B_4D61_726B;

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, Magic);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Frame);
        BinaryPrimitives.WriteUInt16BigEndian(destination[12..], Index);
        BinaryPrimitives.WriteUInt16BigEndian(destination[14..], Count);
        BinaryPrimitives.WriteInt64BigEndian(destination[16..], SentAt.Nanoseconds);
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out PacketMark mark)
    {
        mark = default;
        if (source.Length < Length || BinaryPrimitives.ReadUInt64BigEndian(source) != Magic)
            return false;
        mark = new PacketMark(
            BinaryPrimitives.ReadUInt32BigEndian(source[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(source[12..]),
            BinaryPrimitives.ReadUInt16BigEndian(source[14..]),
            new Instant(BinaryPrimitives.ReadInt64BigEndian(source[16..])));
        return true;
    }
}
