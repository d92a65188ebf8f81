using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>The 96-bit IV of one packet as two numbers, so that it stays in registers on its way to the cipher.</summary>
/// <param name="First">Bytes 0..7 in network order.</param>
/// <param name="Last">Bytes 8..11 in network order.</param>
internal readonly record struct GcmIv(ulong First, uint Last)
{
    public const int Length = 12;

    public static GcmIv Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]));

    /// <summary>The IV of a packet: this salt xored with 16 zero bits, SSRC and 48-bit index (RFC 7714 §8.1, §9.1).</summary>
    public GcmIv ForPacket(uint ssrc, ulong index) =>
        new(First ^ (ulong)ssrc << 16 ^ index >> 32, Last ^ (uint)index);

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, First);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], Last);
    }

    /// <summary>The first counter block (NIST SP 800-38D §7.1) with its count, 1, in the processor's byte order.</summary>
    public Vector128<uint> FirstCounter() => Vector128.Create(
        BinaryPrimitives.ReverseEndianness(First),
        BinaryPrimitives.ReverseEndianness(Last) | 1UL << 32).AsUInt32();
}
