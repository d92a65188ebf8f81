namespace Sylk.Conference.Audio.Tests.Kit;

/// <summary>Something that behaves like a voice: a gliding pitch with harmonics under formants, in syllables.</summary>
internal static class Speech
{
    public static float[] Like(int seed, int rate, int samples, double amplitude = 0.25)
    {
        var random = new Random(seed);
        var (basePitch, phase) = (90 + random.NextDouble() * 120, 0.0);
        var made = new float[samples];
        for (var i = 0; i < samples; i++)
        {
            var time = (double)i / rate;
            var pitch = basePitch * (1 + 0.15 * Math.Sin(2 * Math.PI * 0.9 * time + seed));
            phase += pitch / rate;
            made[i] = (float)(amplitude * Syllable(time, seed) * Harmonics(phase, pitch, rate, time));
        }

        return made;
    }

    private static double Syllable(double time, int seed) => Math.Pow(Math.Sin(Math.PI * (3.1 * time + seed * 0.37)), 2);

    private static double Harmonics(double phase, double pitch, int rate, double time)
    {
        var (sum, formant) = (0.0, 600 + 250 * Math.Sin(2 * Math.PI * 1.3 * time));
        for (var n = 1; n * pitch < Math.Min(3_400, rate / 2); n++)
            sum += (Near(n * pitch, formant, 200) + 0.4 * Near(n * pitch, 2.6 * formant, 300)) * Math.Sin(2 * Math.PI * phase * n);
        return sum / 2.5;
    }

    private static double Near(double hertz, double centre, double width) => 1 / (1 + Math.Pow((hertz - centre) / width, 2));
}
