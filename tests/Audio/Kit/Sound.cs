using Sylk.Conference.Audio.Detection;
using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Tests.Kit;

/// <summary>Sounds made and looked at.</summary>
internal static class Sound
{
    /// <summary>A sine; amplitude 0.178 is −18 dBov.</summary>
    public static float[] Tone(double hertz, double amplitude, int rate, int samples, int from = 0)
    {
        var made = new float[samples];
        for (var i = 0; i < samples; i++) made[i] = (float)(amplitude * Math.Sin(2 * Math.PI * hertz * (from + (long)i) / rate));
        return made;
    }

    public static double Decibels(ReadOnlySpan<float> samples) => Block.Decibels(Block.Power(samples));

    /// <summary>dBov of one frequency.</summary>
    public static double At(ReadOnlySpan<float> samples, double hertz, int rate) => ToneDetector.Decibels(samples, hertz, rate);

    /// <summary>Signal over error in dB at the shift (0 to <paramref name="most"/> samples) and gain where they fit best.</summary>
    public static double SignalToNoise(ReadOnlySpan<float> original, ReadOnlySpan<float> heard, int most)
    {
        var best = double.MinValue;
        for (var shift = 0; shift <= most; shift++)
        {
            var length = Math.Min(original.Length, heard.Length - shift);
            var a = original[..length];
            var b = heard.Slice(shift, length);
            double cross = Block.Dot(a, b), own = Block.Dot(b, b), signal = Block.Dot(a, a);
            if (own <= 0) continue;
            var error = signal - cross * cross / own;
            best = Math.Max(best, 10 * Math.Log10(signal / Math.Max(error, 1e-12)));
        }

        return best;
    }

    /// <summary>
    /// The loudest part that is not the tone, in dB below it: power in bands of 50 Hz more than 150 Hz away, after a Hann window.
    /// </summary>
    public static double Splatter(ReadOnlySpan<float> samples, double hertz, int rate)
    {
        var window = new float[samples.Length];
        for (var i = 0; i < window.Length; i++) window[i] = samples[i] * (float)(1 - Math.Cos(2 * Math.PI * i / window.Length));
        var tone = ToneDetector.Power(window, hertz, rate);
        var worst = 0.0;
        for (var other = 50.0; other < rate / 2 - 100; other += 50)
            if (Math.Abs(other - hertz) > 150) worst = Math.Max(worst, ToneDetector.Power(window, other, rate));
        return 10 * Math.Log10(worst / tone);
    }

    /// <summary>The greatest difference between neighbours.</summary>
    public static float SteepestStep(ReadOnlySpan<float> samples)
    {
        var steepest = 0f;
        for (var i = 1; i < samples.Length; i++) steepest = Math.Max(steepest, Math.Abs(samples[i] - samples[i - 1]));
        return steepest;
    }
}
