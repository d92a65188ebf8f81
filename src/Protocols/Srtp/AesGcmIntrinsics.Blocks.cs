using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sylk.Conference.Protocols.Srtp;

/// <content>Eight blocks at a time in registers. Locals rather than arrays: the compiler keeps only those in registers.</content>
internal sealed partial class AesGcmIntrinsics
{
    private static ReadOnlySpan<byte> Masks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

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

        AesCounterBlocks.Encrypt(
            _roundKeys, counter, out var a, out var b, out var c, out var d, out var e, out var f, out var g, out var h);
        (stream[0], stream[1], stream[2], stream[3]) = (a, b, c, d);
        (stream[4], stream[5], stream[6], stream[7]) = (e, f, g, h);
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
