namespace Sylk.Conference.Audio.Codecs;

/// <summary>
/// One sub-band's adaptive predictor and step size (ITU-T G.722 section 3: blocks LOGSCL, SCALEL, RECONS, UPPOL, UPZERO, FILTEP,
/// FILTEZ, PREDIC). Encoder and decoder run the same one. Integer arithmetic as the Recommendation has it, saturated to 16 bits.
/// </summary>
internal struct G722Band
{
    private readonly short _maxLog;
    private readonly int _shift;
    private int _log, _zeroPart;
    private int _r1, _r2, _p1, _p2, _a1, _a2;
    private Taps _differences, _zeros;

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

    /// <summary>UPZERO and FILTEZ.</summary>
    private int AdaptZeros(int difference)
    {
        var gain = difference == 0 ? 0 : 128;
        var sum = 0;
        for (var i = 5; i >= 0; i--)
        {
            var old = _differences[i];
            var move = (difference ^ old) >= 0 ? gain : -gain;
            _zeros[i] = Saturate(move + (_zeros[i] * 32_640 >> 15));
        }

        for (var i = 5; i > 0; i--) _differences[i] = _differences[i - 1];
        _differences[0] = difference;
        for (var i = 5; i >= 0; i--) sum += Saturate(_differences[i] + _differences[i]) * _zeros[i] >> 15;
        return Saturate(sum);
    }

    private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);

    [System.Runtime.CompilerServices.InlineArray(6)]
    private struct Taps
    {
        private int _first;
    }
}
