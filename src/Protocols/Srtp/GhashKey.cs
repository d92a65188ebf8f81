using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// GHASH (NIST SP 800-38D §6.4) on carry-less multiplication. Blocks are held byte-reversed and the hash key is
/// multiplied by x beforehand, so that a product of two reflected numbers needs no shift. Products of up to
/// <see cref="PowerCount"/> blocks with descending powers of the key are summed and reduced once.
/// </summary>
internal sealed class GhashKey
{
    public const int PowerCount = 9;

    public const ulong Polynomial = 0xC200_0000_0000_0000;

    // Key^9 … key^1: n blocks meet the last n entries in order, and neighbours load as one 256-bit pair.
    private readonly Vector128<ulong>[] _powers = new Vector128<ulong>[PowerCount];

    /// <param name="hashKey">The block cipher's encryption of zero.</param>
    public GhashKey(Vector128<byte> hashKey)
    {
        var key = TimesX(Reverse(hashKey));
        var power = key;
        for (var i = PowerCount - 1; i >= 0; i--)
        {
            _powers[i] = power;
            var sum = default(GhashProducts);
            sum.Add(power, key);
            power = sum.Reduce();
        }
    }

    public Vector128<ulong>[] Powers => _powers;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<ulong> Reverse(Vector128<byte> block) => Ssse3.Shuffle(
        block, Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)).AsUInt64();

    /// <summary>Two blocks side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Reverse(Vector128<byte> first, Vector128<byte> second)
    {
        var order = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
        return Avx2.Shuffle(Vector256.Create(first, second), Vector256.Create(order, order)).AsUInt64();
    }

    /// <summary>The power that the first of <paramref name="blocks"/> blocks is multiplied by; the following ones lie behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref Vector128<ulong> PowersFor(int blocks) =>
        ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_powers), PowerCount - blocks);

    /// <summary>Hashes data whose last block is filled up with zeros.</summary>
    public Vector128<ulong> Absorb(Vector128<ulong> hash, ReadOnlySpan<byte> data)
    {
        while (data.Length > 0)
        {
            var blocks = Math.Min((data.Length + 15) / 16, PowerCount);
            ref var power = ref PowersFor(blocks);
            var sum = default(GhashProducts);
            for (var i = 0; i < blocks; i++)
            {
                sum.Add(hash ^ Reverse(LoadPadded(data)), Unsafe.Add(ref power, i));
                hash = default;
                data = data[Math.Min(16, data.Length)..];
            }

            hash = sum.Reduce();
        }

        return hash;
    }

    public void Wipe() => Array.Clear(_powers);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> LoadPadded(ReadOnlySpan<byte> data)
    {
        ref var first = ref MemoryMarshal.GetReference(data);
        if (data.Length >= 16)
        {
            return Vector128.LoadUnsafe(ref first);
        }

        if (data.Length >= 8)
        {
            var end = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, data.Length - 8));
            var high = data.Length == 8 ? 0 : end >> (8 * (16 - data.Length));
            return Vector128.Create(Unsafe.ReadUnaligned<ulong>(ref first), high).AsByte();
        }

        var low = 0UL;
        for (var i = data.Length - 1; i >= 0; i--)
        {
            low = low << 8 | data[i];
        }

        return Vector128.Create(low, 0).AsByte();
    }

    private static Vector128<ulong> TimesX(Vector128<ulong> value)
    {
        var (low, high) = (value[0], value[1]);
        var carry = (ulong)((long)high >> 63);
        return Vector128.Create(low << 1 ^ carry & 1, high << 1 ^ low >> 63 ^ carry & Polynomial);
    }
}
