namespace Sylk.Conference.Audio.Levels;

/// <summary>Levels as RFC 6464 section 3 has them: −dBov, 0 (loudest) to 127 (silence).</summary>
internal static class LevelMeter
{
    public const byte Silence = 127;

    public static byte Level(double decibels) => (byte)Math.Clamp(Math.Round(-decibels), 0, Silence);
}
