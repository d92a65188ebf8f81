using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Sylk.Conference.Protocols.Srtp;

/// <content>Eight blocks at a time in registers. Locals rather than arrays: the compiler keeps only those in registers.</content>
internal sealed partial class AesGcmIntrinsics
{
    private static ReadOnlySpan<byte> Masks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>IV and the counter 1, the counter in the processor's byte order so that it can be added to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> FirstCounter(ReadOnlySpan<byte> iv)
    {
        var low = BinaryPrimitives.ReadUInt64LittleEndian(iv);
        return Vector128.Create(low, BinaryPrimitives.ReadUInt32LittleEndian(iv[8..]) | 1UL << 32).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> CounterBlock(Vector128<uint> counter, uint ahead) => Ssse3.Shuffle(
        (counter + Vector128.Create(0, 0, 0, ahead)).AsByte(),
        Vector128.Create((byte)0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 14, 13, 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ref byte text, int block) => Vector128.LoadUnsafe(ref text, (nuint)(block * Block));

    /// <summary>Keeps the first 1..16 bytes of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LastBlockMask(int length) =>
        Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Masks), (nuint)(Block - length));

    private void FillStream(Span<Vector128<byte>> stream, Vector128<uint> counter, int blocks)
    {
        if (blocks == 0)
        {
            return;
        }

        EncryptCounters(counter, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        (stream[0], stream[1], stream[2], stream[3]) = (a, b, c, d);
        (stream[4], stream[5], stream[6], stream[7]) = (e, f, g, h);
    }

    /// <summary>The key stream of the eight blocks after <paramref name="counter"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EncryptCounters(
        Vector128<uint> counter, out Vector128<byte> a, out Vector128<byte> b, out Vector128<byte> c, out Vector128<byte> d,
        out Vector128<byte> e, out Vector128<byte> f, out Vector128<byte> g, out Vector128<byte> h)
    {
        ref var keys = ref MemoryMarshal.GetArrayDataReference(_roundKeys);
        var last = _roundKeys.Length - 1;
        var key = keys;
        (a, b) = (CounterBlock(counter, 1) ^ key, CounterBlock(counter, 2) ^ key);
        (c, d) = (CounterBlock(counter, 3) ^ key, CounterBlock(counter, 4) ^ key);
        (e, f) = (CounterBlock(counter, 5) ^ key, CounterBlock(counter, 6) ^ key);
        (g, h) = (CounterBlock(counter, 7) ^ key, CounterBlock(counter, 8) ^ key);
        for (var i = 1; i < last; i++)
        {
            key = Unsafe.Add(ref keys, i);
            a = X86Aes.Encrypt(a, key);
            b = X86Aes.Encrypt(b, key);
            c = X86Aes.Encrypt(c, key);
            d = X86Aes.Encrypt(d, key);
            e = X86Aes.Encrypt(e, key);
            f = X86Aes.Encrypt(f, key);
            g = X86Aes.Encrypt(g, key);
            h = X86Aes.Encrypt(h, key);
        }

        key = Unsafe.Add(ref keys, last);
        a = X86Aes.EncryptLast(a, key);
        b = X86Aes.EncryptLast(b, key);
        c = X86Aes.EncryptLast(c, key);
        d = X86Aes.EncryptLast(d, key);
        e = X86Aes.EncryptLast(e, key);
        f = X86Aes.EncryptLast(f, key);
        g = X86Aes.EncryptLast(g, key);
        h = X86Aes.EncryptLast(h, key);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<ulong> HashBatch(
        Vector128<ulong> hash, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d,
        Vector128<byte> e, Vector128<byte> f, Vector128<byte> g, Vector128<byte> h)
    {
        ref var power = ref _ghash.PowersFor(Batch);
        var sum = default(GhashProducts);
        if (_wide)
        {
            var pairs = default(GhashWideProducts);
            pairs.Add(hash.ToVector256() ^ GhashKey.Reverse(a, b), LoadPair(ref power, 0));
            pairs.Add(GhashKey.Reverse(c, d), LoadPair(ref power, 2));
            pairs.Add(GhashKey.Reverse(e, f), LoadPair(ref power, 4));
            pairs.Add(GhashKey.Reverse(g, h), LoadPair(ref power, 6));
            sum.Add(pairs);
            return sum.Reduce();
        }

        sum.Add(hash ^ GhashKey.Reverse(a), power);
        sum.Add(GhashKey.Reverse(b), Unsafe.Add(ref power, 1));
        sum.Add(GhashKey.Reverse(c), Unsafe.Add(ref power, 2));
        sum.Add(GhashKey.Reverse(d), Unsafe.Add(ref power, 3));
        sum.Add(GhashKey.Reverse(e), Unsafe.Add(ref power, 4));
        sum.Add(GhashKey.Reverse(f), Unsafe.Add(ref power, 5));
        sum.Add(GhashKey.Reverse(g), Unsafe.Add(ref power, 6));
        sum.Add(GhashKey.Reverse(h), Unsafe.Add(ref power, 7));
        return sum.Reduce();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> LoadPair(ref Vector128<ulong> power, int index) =>
        Unsafe.ReadUnaligned<Vector256<ulong>>(ref Unsafe.As<Vector128<ulong>, byte>(ref Unsafe.Add(ref power, index)));
}
