using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Stun;

/// <summary>The 96 bits that tie a STUN response to its request (RFC 8489 section 5).</summary>
public readonly record struct StunTransactionId(ulong High, uint Low)
{
    public const int Size = 12;

    /// <summary>A fresh unpredictable id: answering it proves that the request arrived.</summary>
    public static StunTransactionId Create()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        return Read(bytes);
    }

    public static StunTransactionId Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt32BigEndian(source[8..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], Low);
    }
}
