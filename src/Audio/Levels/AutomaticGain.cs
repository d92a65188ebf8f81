namespace Sylk.Conference.Audio.Levels;

/// <summary>
/// Brings speech to −18 dBov: −12 to +12 dB, 1 dB per 100 ms up and 3 dB per 100 ms down, and stands still while nobody speaks.
/// </summary>
internal sealed class AutomaticGain
{
    private const double TargetDb = -18, LimitDb = 12, UpDb = 0.2, DownDb = 0.6;

    /// <summary>Speech within this of the wanted level is left as it is; without it the gain would breathe with each word.</summary>
    private const double DeadZoneDb = 0.5;

    private const float Smoothing = 0.05f;

    private float _power, _gain = 1;
    private double _gainDb;

    public double GainDb => _gainDb;

    /// <param name="frame">20 ms, changed in place.</param>
    /// <param name="power">Its mean square before.</param>
    /// <param name="isSpeech">Whether it is above the gate.</param>
    public void Apply(Span<float> frame, float power, bool isSpeech)
    {
        if (isSpeech) Adapt(power);
        var gain = Block.Gain(_gainDb);
        Block.Ramp(frame, _gain, gain);
        _gain = gain;
    }

    public void Reset() => (_power, _gain, _gainDb) = (0, 1, 0);

    private void Adapt(float power)
    {
        // Rises at once, so that the first loud word is turned down, and falls slowly, so that pauses do not turn it up.
        _power = power > _power ? _power + (power - _power) * 0.3f : _power + (power - _power) * Smoothing;
        var wanted = Math.Clamp(TargetDb - Block.Decibels(_power), -LimitDb, LimitDb);
        if (Math.Abs(wanted - _gainDb) < DeadZoneDb) return;
        _gainDb += Math.Clamp(wanted - _gainDb, -DownDb, UpDb);
    }
}
