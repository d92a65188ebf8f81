using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>AES in counter mode as SRTP uses it (RFC 3711 §4.1.1): the low 16 bits of the counter block number the blocks.</summary>
internal sealed class AesCounterMode : IDisposable
{
    public const int BlockLength = 16;

    private const int BatchBlocks = 8;

    private readonly Vector128<byte>[]? _roundKeys;
    private readonly Aes? _portable;

    public AesCounterMode(ReadOnlySpan<byte> key, bool portable = false)
    {
        if (AesRoundKeys.IsSupported && !portable)
        {
            _roundKeys = AesRoundKeys.Expand(key);
            return;
        }

        _portable = Aes.Create();
        _portable.Key = key.ToArray();
    }

    /// <summary>Xors the key stream that starts at the counter block (<paramref name="high"/>, <paramref name="low"/>) onto the data.</summary>
    public void Apply(ulong high, ulong low, Span<byte> data)
    {
        while (data.Length > 0)
        {
            var length = Math.Min(data.Length, BatchBlocks * BlockLength);
            ApplyBatch(high, low, data[..length]);
            data = data[length..];
            low += BatchBlocks;
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_roundKeys.AsSpan()));
        _portable?.Dispose();
    }

    private void ApplyBatch(ulong high, ulong low, Span<byte> data)
    {
        Span<byte> stream = stackalloc byte[BatchBlocks * BlockLength];
        for (var i = 0; i < BatchBlocks; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(stream[(16 * i)..], high);
            BinaryPrimitives.WriteUInt64BigEndian(stream[(16 * i + 8)..], low + (ulong)i);
        }

        EncryptBlocks(stream);
        for (var i = 0; i < data.Length; i++)
        {
            data[i] ^= stream[i];
        }
    }

    [SuppressMessage("Security", "CA5358", Justification = "Counter mode is built from single blocks")]
    private void EncryptBlocks(Span<byte> blocks)
    {
        if (_roundKeys is null)
        {
            _portable!.EncryptEcb(blocks, blocks, PaddingMode.None);
            return;
        }

        foreach (ref var block in MemoryMarshal.Cast<byte, Vector128<byte>>(blocks))
        {
            block = AesRoundKeys.Encrypt(_roundKeys, block);
        }
    }
}
