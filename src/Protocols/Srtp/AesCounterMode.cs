using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>AES in counter mode as SRTP uses it (RFC 3711 §4.1.1): the low 16 bits of the counter block number the blocks.</summary>
internal sealed class AesCounterMode : IDisposable
{
    public const int BlockLength = 16;

    private const int Batch = AesCounterBlocks.Batch;

    private readonly Vector128<byte>[]? _roundKeys;
    private readonly Aes? _portable;

    /// <param name="key">16 or 32 bytes.</param>
    /// <param name="portable">Uses the framework's cipher though the processor has AES instructions.</param>
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

    /// <summary>Xors the key stream onto the data, from the counter block made of two numbers in network order.</summary>
    [SkipLocalsInit]
    public void Apply(ulong high, ulong low, Span<byte> data)
    {
        Span<Vector128<byte>> stream = stackalloc Vector128<byte>[Batch];
        while (data.Length > 0)
        {
            FillStream(high, low, stream);
            low += Batch;
            var length = Math.Min(data.Length, Batch * BlockLength);
            Xor(data[..length], stream);
            data = data[length..];
        }
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_roundKeys.AsSpan()));
        _portable?.Dispose();
    }

    private static void Xor(Span<byte> data, ReadOnlySpan<Vector128<byte>> stream)
    {
        ref var first = ref MemoryMarshal.GetReference(data);
        var whole = data.Length / BlockLength;
        for (var i = 0; i < whole; i++)
        {
            var offset = (nuint)(i * BlockLength);
            (Vector128.LoadUnsafe(ref first, offset) ^ stream[i]).StoreUnsafe(ref first, offset);
        }

        var rest = MemoryMarshal.AsBytes(stream);
        for (var i = whole * BlockLength; i < data.Length; i++)
        {
            data[i] ^= rest[i];
        }
    }

    private void FillStream(ulong high, ulong low, Span<Vector128<byte>> stream)
    {
        if (_roundKeys is null)
        {
            FillPortably(high, low, MemoryMarshal.AsBytes(stream));
            return;
        }

        var last = Vector128.Create(
            BinaryPrimitives.ReverseEndianness(high),
            BinaryPrimitives.ReverseEndianness((uint)(low >> 32)) | (ulong)((uint)low - 1) << 32);
        AesCounterBlocks.Encrypt(
            _roundKeys, last.AsUInt32(), out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        (stream[0], stream[1], stream[2], stream[3]) = (a, b, c, d);
        (stream[4], stream[5], stream[6], stream[7]) = (e, f, g, h);
    }

    // The framework sets up a cipher on each call, which allocates; only processors without AES instructions come here.
    [SuppressMessage("Security", "CA5358", Justification = "Counter mode is built from single blocks")]
    private void FillPortably(ulong high, ulong low, Span<byte> stream)
    {
        for (var i = 0; i < Batch; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(stream[(BlockLength * i)..], high);
            BinaryPrimitives.WriteUInt64BigEndian(stream[(BlockLength * i + 8)..], low + (ulong)i);
        }

        _portable!.EncryptEcb(stream, stream, PaddingMode.None);
    }
}
