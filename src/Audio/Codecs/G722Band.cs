using System.Runtime.Intrinsics;

namespace Sylk.Conference.Audio.Codecs;

/// <summary>
/// One sub-band's adaptive predictor and step size (ITU-T G.722 section 3: blocks LOGSCL, SCALEL, RECONS, UPPOL, UPZERO, FILTEP,
/// FILTEZ, PREDIC). Encoder and decoder run the same one. Integer arithmetic as the Recommendation has it, saturated to 16 bits.
/// </summary>
internal struct G722Band
{
    private static readonly Vector256<int> Gains = Vector256.Create(128, 128, 128, 128, 128, 128, 0, 0);
    private static readonly Vector256<int> Older = Vector256.Create(0, 0, 1, 2, 3, 4, 6, 6);

    private readonly short _maxLog;
    private readonly int _shift;
    private int _log, _zeroPart;
    private int _r1, _r2, _p1, _p2, _a1, _a2;
    private Vector256<int> _differences, _zeros;

    /// <param name="isLow">The bands differ in their smallest step and its limits.</param>
    public G722Band(bool isLow)
    {
        this = default;
        (_maxLog, _shift) = isLow ? ((short)18_432, 8) : ((short)22_528, 10);
        Step = isLow ? 32 : 8;
    }

    /// <summary>The quantiser's step now (DET).</summary>
    public int Step { get; private set; }

    /// <summary>The prediction of the next sample (S).</summary>
    public int Prediction { get; private set; }

    /// <summary>Adapts the step (LOGSCL and SCALEL): <paramref name="multiplier"/> comes from the code word.</summary>
    public void AdaptStep(int multiplier)
    {
        _log = Math.Clamp((_log * 127 >> 7) + multiplier, 0, _maxLog);
        var shift = _shift - (_log >> 11);
        var mantissa = G722Tables.Antilog[_log >> 6 & 31];
        Step = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
    }

    /// <summary>Adapts the predictor with the quantised difference (block 4) and predicts the next sample.</summary>
    public void AdaptPredictor(int difference)
    {
        var reconstructed = Saturate(Prediction + difference);
        var partial = Saturate(_zeroPart + difference);
        AdaptPoles(partial);
        var zeros = AdaptZeros(difference);

        (_r2, _r1) = (_r1, reconstructed);
        (_p2, _p1) = (_p1, partial);
        var first = Saturate(_r1 + _r1) * _a1 >> 15;
        var second = Saturate(_r2 + _r2) * _a2 >> 15;
        _zeroPart = zeros;
        Prediction = Saturate(Saturate(first + second) + zeros);
    }

    /// <summary>UPPOL2 and UPPOL1: the signs of the partial reconstructions decide, and the result stays stable.</summary>
    private void AdaptPoles(int partial)
    {
        var same1 = (partial ^ _p1) >= 0;
        var same2 = (partial ^ _p2) >= 0;
        var scaled = Saturate(_a1 << 2);
        var pull = Math.Min(same1 ? -scaled : scaled, 32_767);
        var a2 = (pull >> 7) + (same2 ? 128 : -128) + (_a2 * 32_512 >> 15);
        a2 = Math.Clamp(a2, -12_288, 12_288);

        var a1 = Saturate((same1 ? 192 : -192) + (_a1 * 32_640 >> 15));
        var limit = Saturate(15_360 - a2);
        (_a1, _a2) = (Math.Clamp(a1, -limit, limit), a2);
    }

    /// <summary>UPZERO and FILTEZ, for the six taps at once (two lanes stay zero).</summary>
    private int AdaptZeros(int difference)
    {
        var gain = difference == 0 ? Vector256<int>.Zero : Gains;
        var isApart = Vector256.LessThan(_differences ^ Vector256.Create(difference), Vector256<int>.Zero);
        _zeros = Saturate(Vector256.ConditionalSelect(isApart, -gain, gain) + (_zeros * 32_640 >> 15));
        _differences = Vector256.Shuffle(_differences, Older).WithElement(0, difference);
        return Saturate(Vector256.Sum(Saturate(_differences + _differences) * _zeros >> 15));
    }

    private static Vector256<int> Saturate(Vector256<int> values) =>
        Vector256.Min(Vector256.Max(values, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));

    private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);
}
