using Sylk.Conference.Audio.Jitter;

namespace Sylk.Conference.Audio;

/// <summary>What happened to a source's packets.</summary>
/// <param name="Lost">Given up as missing, whether or not they came later.</param>
/// <param name="Late">Came after they were given up.</param>
/// <param name="Recovered">Of the lost: decoded from the next packet's FEC.</param>
/// <param name="Skipped">Left out unheard because far too much waited.</param>
/// <param name="Resets">New streams, as JB-4 counts them.</param>
/// <param name="ConcealedMs">Sound that was made up.</param>
/// <param name="DelayMs">What the quickest packets wait now; 0 while nothing plays.</param>
/// <param name="TargetMs">What they should wait.</param>
/// <param name="GainDb">Automatic gain now.</param>
public readonly record struct VoiceStatistics(
    long Received, long Lost, long Late, long Duplicates, long Recovered, long Skipped, long Resets, double ConcealedMs, double DelayMs,
    double TargetMs, double GainDb)
{
    internal static VoiceStatistics Sum(JitterCounters a, JitterCounters b, double delayMs, double targetMs, double gainDb) => new(
        a.Received + b.Received, a.Lost + b.Lost, a.Late + b.Late, a.Duplicates + b.Duplicates, a.Recovered + b.Recovered,
        a.Skipped + b.Skipped, a.Resets + b.Resets, a.ConcealedMs + b.ConcealedMs, delayMs, targetMs, gainDb);
}
