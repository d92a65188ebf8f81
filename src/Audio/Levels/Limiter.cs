namespace Sylk.Conference.Audio.Levels;

/// <summary>
/// Keeps a sum below −1 dBFS (MIX-3): looks 5 ms ahead, lets go within 80 ms, bends softly over 6 dB. What comes out is 5 ms late.
/// </summary>
internal sealed class Limiter
{
    public const int LookAhead = 240;

    /// <summary>−1 dBFS.</summary>
    public const float Ceiling = 0.8912509f;

    private const float KneeDb = 6, ThresholdDb = -1;

    /// <summary>Below this (threshold − knee / 2) nothing is touched.</summary>
    private const float KneeBegin = 0.6309573f;

    private static readonly float Release = 1 - MathF.Exp(-1f / (0.080f * VoiceClock.Rate));

    private readonly float[] _line = new float[LookAhead];
    private float _gain = 1;

    /// <summary>Begins as another one is now: both then say the same.</summary>
    public void CopyFrom(Limiter other)
    {
        other._line.CopyTo(_line, 0);
        _gain = other._gain;
    }

    /// <param name="samples">Changed in place; any whole multiple of 5 ms.</param>
    public void Process(Span<float> samples)
    {
        for (var at = 0; at < samples.Length; at += LookAhead) ProcessBlock(samples.Slice(at, LookAhead));
    }

    public void Reset()
    {
        Array.Clear(_line);
        _gain = 1;
    }

    /// <summary>The gain reaches by the end of this block what the loudest sample of the block that follows needs.</summary>
    private void ProcessBlock(Span<float> block)
    {
        var coming = Needed(Peak(block));
        var current = Needed(Peak(_line));
        var target = Math.Min(coming, current);
        var slope = (target - _gain) / LookAhead;
        for (var i = 0; i < block.Length; i++)
        {
            if (target < _gain) _gain = Math.Max(target, _gain + slope);
            else _gain += (target - _gain) * Release;
            var late = _line[i];
            _line[i] = block[i];
            block[i] = Math.Clamp(late * _gain, -Ceiling, Ceiling);
        }
    }

    private static float Peak(ReadOnlySpan<float> block)
    {
        var peak = 0f;
        foreach (var sample in block) peak = Math.Max(peak, Math.Abs(sample));
        return peak;
    }

    private static float Needed(float peak)
    {
        if (peak <= KneeBegin) return 1;
        var level = 20 * MathF.Log10(peak);
        var over = level - ThresholdDb;
        var reduction = over >= KneeDb / 2 ? over : (over + KneeDb / 2) * (over + KneeDb / 2) / (2 * KneeDb);
        return MathF.Pow(10, -reduction / 20);
    }
}
