using System.Runtime.Intrinsics;

namespace Sylk.Conference.Audio.Codecs;

/// <summary>The quadrature mirror filter of G.722 (24 taps, symmetric), as the sums of its even and its odd samples.</summary>
internal static class G722Qmf
{
    public const int Taps = 24;

    // Taps in the order of the samples: even samples meet the half filter forwards, odd ones backwards.
    private static readonly int[] Interleaved = Interleave();

    /// <param name="line">24 samples, oldest first.</param>
    /// <param name="first">Sum over samples 0, 2, 4 …</param>
    /// <param name="second">Sum over samples 1, 3, 5 …</param>
    public static void Filter(ReadOnlySpan<int> line, out int first, out int second)
    {
        var sums = Vector128<int>.Zero;
        for (var i = 0; i < Taps; i += 4) sums += Vector128.Create(line.Slice(i, 4)) * Vector128.Create(Interleaved.AsSpan(i, 4));
        first = sums[0] + sums[2];
        second = sums[1] + sums[3];
    }

    private static int[] Interleave()
    {
        var taps = new int[Taps];
        for (var i = 0; i < Taps / 2; i++) (taps[2 * i], taps[2 * i + 1]) = (G722Tables.Qmf[i], G722Tables.Qmf[Taps / 2 - 1 - i]);
        return taps;
    }
}
