using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Stun;

/// <summary>MESSAGE-INTEGRITY and FINGERPRINT over a message cut off before that attribute (RFC 8489 sections 14.5, 14.7).</summary>
internal static class StunIntegrity
{
    private const int BlockSize = 64;

    /// <summary>
    /// Computes the HMAC as if the message ended with MESSAGE-INTEGRITY. <paramref name="covered"/> is everything before
    /// that attribute, header included, at most <see cref="StunFormat.MaxMessage"/> bytes.
    /// </summary>
    public static void Compute(ReadOnlySpan<byte> covered, ReadOnlySpan<byte> key, Span<byte> hmac)
    {
        Span<byte> inner = stackalloc byte[BlockSize + StunFormat.MaxMessage];
        inner = inner[..(BlockSize + covered.Length)];
        var message = inner[BlockSize..];
        covered.CopyTo(message);
        const int Own = StunFormat.AttributeHeaderSize + StunFormat.IntegritySize;
        BinaryPrimitives.WriteUInt16BigEndian(message[2..], (ushort)(covered.Length - StunFormat.HeaderSize + Own));
        Hmac(key, inner, hmac);
    }

    /// <summary>HMAC-SHA1 (RFC 2104) from two one-shot hashes: the framework's own HMAC allocates at every call.</summary>
    /// <param name="key">Any length.</param>
    /// <param name="inner">64 bytes of room, then the message. Overwritten.</param>
    /// <param name="hmac">20 bytes.</param>
    internal static void Hmac(ReadOnlySpan<byte> key, Span<byte> inner, Span<byte> hmac)
    {
        Span<byte> padded = stackalloc byte[BlockSize];
        padded.Clear();
#pragma warning disable CA5350 // the algorithm is the protocol's
        if (key.Length > BlockSize)
        {
            SHA1.HashData(key, padded);
        }
        else
        {
            key.CopyTo(padded);
        }

        Span<byte> outer = stackalloc byte[BlockSize + StunFormat.IntegritySize];
        for (var i = 0; i < BlockSize; i++)
        {
            inner[i] = (byte)(padded[i] ^ 0x36);
            outer[i] = (byte)(padded[i] ^ 0x5C);
        }

        SHA1.HashData(inner, outer[BlockSize..]);
        SHA1.HashData(outer, hmac);
#pragma warning restore CA5350
    }

    /// <summary>The header's length field must already count the FINGERPRINT attribute.</summary>
    public static uint Fingerprint(ReadOnlySpan<byte> covered) => Crc32.Compute(covered) ^ StunFormat.FingerprintMask;
}
