using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Stun;

/// <summary>MESSAGE-INTEGRITY and FINGERPRINT over a message cut off before that attribute (RFC 8489 sections 14.5, 14.7).</summary>
internal static class StunIntegrity
{
    /// <summary>
    /// Computes the HMAC as if the message ended with MESSAGE-INTEGRITY. <paramref name="covered"/> is everything before
    /// that attribute, header included, at most <see cref="StunFormat.MaxMessage"/> bytes.
    /// </summary>
    public static void Compute(ReadOnlySpan<byte> covered, ReadOnlySpan<byte> key, Span<byte> hmac)
    {
        Span<byte> copy = stackalloc byte[StunFormat.MaxMessage];
        copy = copy[..covered.Length];
        covered.CopyTo(copy);
        const int Own = StunFormat.AttributeHeaderSize + StunFormat.IntegritySize;
        BinaryPrimitives.WriteUInt16BigEndian(copy[2..], (ushort)(covered.Length - StunFormat.HeaderSize + Own));
#pragma warning disable CA5350 // the algorithm is the protocol's
        HMACSHA1.HashData(key, copy, hmac);
#pragma warning restore CA5350
    }

    /// <summary>The header's length field must already count the FINGERPRINT attribute.</summary>
    public static uint Fingerprint(ReadOnlySpan<byte> covered) => Crc32.Compute(covered) ^ StunFormat.FingerprintMask;
}
