namespace Sylk.Conference.Audio.Codecs;

internal static class Sample16
{
    /// <summary>Rounds and saturates ±1.0 to 16 bits; what is no number is silence.</summary>
    public static short From(float sample)
    {
        var scaled = sample * 32_768f;
        if (float.IsNaN(scaled)) return 0;
        return (short)Math.Clamp(MathF.Round(scaled), short.MinValue, short.MaxValue);
    }
}
