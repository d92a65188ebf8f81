using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>A sum of unreduced 256-bit products.</summary>
internal struct GhashProducts
{
    private Vector128<ulong> _low;
    private Vector128<ulong> _middle;
    private Vector128<ulong> _high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector128<ulong> block, Vector128<ulong> power)
    {
        _low ^= Pclmulqdq.CarrylessMultiply(block, power, 0x00);
        _high ^= Pclmulqdq.CarrylessMultiply(block, power, 0x11);
        _middle ^= Pclmulqdq.CarrylessMultiply(block, power, 0x01) ^ Pclmulqdq.CarrylessMultiply(block, power, 0x10);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(in GhashWideProducts other) => other.AddTo(ref _low, ref _middle, ref _high);

    /// <summary>Modulo the field's polynomial, in two folding steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector128<ulong> Reduce()
    {
        var polynomial = Vector128.Create(GhashKey.Polynomial);
        var middle = _middle ^ SwapHalves(_low) ^ Pclmulqdq.CarrylessMultiply(_low, polynomial, 0x00);
        return _high ^ SwapHalves(middle) ^ Pclmulqdq.CarrylessMultiply(middle, polynomial, 0x00);
    }

    private static Vector128<ulong> SwapHalves(Vector128<ulong> value) => Sse2.Shuffle(value.AsUInt32(), 0x4E).AsUInt64();
}

/// <summary>Two sums side by side.</summary>
internal struct GhashWideProducts
{
    private Vector256<ulong> _low;
    private Vector256<ulong> _middle;
    private Vector256<ulong> _high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(Vector256<ulong> blocks, Vector256<ulong> powers)
    {
        _low ^= Pclmulqdq.V256.CarrylessMultiply(blocks, powers, 0x00);
        _high ^= Pclmulqdq.V256.CarrylessMultiply(blocks, powers, 0x11);
        _middle ^= Pclmulqdq.V256.CarrylessMultiply(blocks, powers, 0x01)
            ^ Pclmulqdq.V256.CarrylessMultiply(blocks, powers, 0x10);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void AddTo(ref Vector128<ulong> low, ref Vector128<ulong> middle, ref Vector128<ulong> high)
    {
        low ^= _low.GetLower() ^ _low.GetUpper();
        middle ^= _middle.GetLower() ^ _middle.GetUpper();
        high ^= _high.GetLower() ^ _high.GetUpper();
    }
}
