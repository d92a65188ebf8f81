using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// AES-GCM (NIST SP 800-38D) on the processor's AES and carry-less multiplication instructions, for 128- and 256-bit
/// keys. Eight counter blocks are in flight at once and their GHASH products share one reduction, two blocks to a
/// multiplication where the processor multiplies 256-bit vectors. No branch or address depends on secret data.
/// </summary>
internal sealed partial class AesGcmIntrinsics : IDisposable
{
    private const int Block = 16;
    private const int Batch = AesCounterBlocks.Batch;
    private const int BatchBytes = Batch * Block;
    private const int TagLength = AeadCipher.TagLength;

    private readonly Vector128<byte>[] _roundKeys;
    private readonly GhashKey _ghash;
    private readonly bool _wide;

    /// <param name="key">16 or 32 bytes.</param>
    /// <param name="wide">Multiplies two blocks at once; only where the processor can.</param>
    public AesGcmIntrinsics(ReadOnlySpan<byte> key, bool wide)
    {
        _roundKeys = AesRoundKeys.Expand(key);
        _ghash = new GhashKey(AesRoundKeys.Encrypt(_roundKeys, default));
        _wide = wide;
    }

    private interface IDirection
    {
        static abstract bool Sealing { get; }
    }

    /// <summary>What this processor has the instructions for; <see cref="AeadKernel.Portable"/> when none of ours.</summary>
    public static AeadKernel BestKernel =>
        !(AesRoundKeys.IsSupported && Pclmulqdq.IsSupported && Ssse3.IsSupported) ? AeadKernel.Portable
        : Pclmulqdq.V256.IsSupported && Avx2.IsSupported ? AeadKernel.Wide
        : AeadKernel.Narrow;

    public Vector128<byte>[] RoundKeys => _roundKeys;

    public GhashKey Hash => _ghash;

    /// <inheritdoc cref="AeadCipher.Seal"/>
    public void Seal(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        var tag = Run<SealingDirection>(iv, associated, textAndTag);
        tag.CopyTo(textAndTag[^TagLength..]);
    }

    /// <inheritdoc cref="AeadCipher.Open"/>
    public bool Open(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndTag)
    {
        var received = Vector128.Create<byte>(textAndTag[^TagLength..]);
        return Run<OpeningDirection>(iv, associated, textAndTag) == received; // One vector comparison: no early way out.
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_roundKeys.AsSpan()));
        _ghash.Wipe();
    }

    // The room behind the text lets the last, partial block be read and written whole.
    private Vector128<byte> Run<TDirection>(GcmIv iv, ReadOnlySpan<byte> associated, Span<byte> textAndRoom)
        where TDirection : struct, IDirection
    {
        var length = textAndRoom.Length - TagLength;
        ref var text = ref MemoryMarshal.GetReference(textAndRoom);
        var counter = iv.FirstCounter();
        var pad = AesRoundKeys.Encrypt(_roundKeys, AesCounterBlocks.Block(counter, 0));
        var hash = _ghash.Absorb(default, associated);
        var batched = length / BatchBytes * BatchBytes;
        hash = RunBatches<TDirection>(hash, ref counter, ref text, batched);
        var lengths = Vector128.Create((ulong)length * 8, (ulong)associated.Length * 8);
        hash = RunTail<TDirection>(hash, counter, textAndRoom[batched..], lengths);
        return GhashKey.Reverse(hash.AsByte()).AsByte() ^ pad;
    }

    // Not inlined, here and below: inside a larger method the compiler's budget runs out and the eight blocks land in memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Vector128<ulong> RunBatches<TDirection>(
        Vector128<ulong> hash, ref Vector128<uint> firstCounter, ref byte text, int length)
        where TDirection : struct, IDirection
    {
        var counter = firstCounter;
        for (; length > 0; length -= BatchBytes)
        {
            hash = RunBatch<TDirection>(hash, counter, ref text);
            counter += Vector128.Create(0u, 0, 0, Batch);
            text = ref Unsafe.Add(ref text, BatchBytes);
        }

        firstCounter = counter;
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<ulong> RunBatch<TDirection>(Vector128<ulong> hash, Vector128<uint> counter, ref byte text)
        where TDirection : struct, IDirection
    {
        if (!TDirection.Sealing)
        {
            hash = HashBatch(
                hash, Load(ref text, 0), Load(ref text, 1), Load(ref text, 2), Load(ref text, 3),
                Load(ref text, 4), Load(ref text, 5), Load(ref text, 6), Load(ref text, 7));
        }

        AesCounterBlocks.Encrypt(
            _roundKeys, counter, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        (a, b, c, d) = (a ^ Load(ref text, 0), b ^ Load(ref text, 1), c ^ Load(ref text, 2), d ^ Load(ref text, 3));
        (e, f, g, h) = (e ^ Load(ref text, 4), f ^ Load(ref text, 5), g ^ Load(ref text, 6), h ^ Load(ref text, 7));
        a.StoreUnsafe(ref text);
        b.StoreUnsafe(ref text, 1 * Block);
        c.StoreUnsafe(ref text, 2 * Block);
        d.StoreUnsafe(ref text, 3 * Block);
        e.StoreUnsafe(ref text, 4 * Block);
        f.StoreUnsafe(ref text, 5 * Block);
        g.StoreUnsafe(ref text, 6 * Block);
        h.StoreUnsafe(ref text, 7 * Block);
        return TDirection.Sealing ? HashBatch(hash, a, b, c, d, e, f, g, h) : hash;
    }

    // Fewer than eight blocks, the last perhaps partial, and the block of lengths, under one reduction.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Vector128<ulong> RunTail<TDirection>(
        Vector128<ulong> hash, Vector128<uint> counter, Span<byte> textAndRoom, Vector128<ulong> lengths)
        where TDirection : struct, IDirection
    {
        var length = textAndRoom.Length - TagLength;
        var blocks = (length + Block - 1) / Block;
        ref var text = ref MemoryMarshal.GetReference(textAndRoom);
        ref var power = ref _ghash.PowersFor(blocks + 1);
        Span<Vector128<byte>> stream = stackalloc Vector128<byte>[Batch];
        FillStream(stream, counter, blocks);
        var sum = default(GhashProducts);
        for (var i = 0; i < blocks; i++)
        {
            var mask = i == blocks - 1 ? LastBlockMask(length - i * Block) : Vector128<byte>.AllBitsSet;
            var before = Load(ref text, i) & mask;
            var after = (before ^ stream[i]) & mask;
            after.StoreUnsafe(ref text, (nuint)(i * Block));
            sum.Add(hash ^ GhashKey.Reverse(TDirection.Sealing ? after : before), Unsafe.Add(ref power, i));
            hash = default;
        }

        sum.Add(hash ^ lengths, Unsafe.Add(ref power, blocks));
        return sum.Reduce();
    }

    private readonly struct SealingDirection : IDirection
    {
        public static bool Sealing => true;
    }

    private readonly struct OpeningDirection : IDirection
    {
        public static bool Sealing => false;
    }
}
