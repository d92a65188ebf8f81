namespace Sylk.Conference.Audio.Jitter;

/// <summary>What happened to a source's packets.</summary>
internal sealed class JitterCounters
{
    private readonly long[] _lost = new long[128];

    public long Received, Lost, Late, Duplicates, Recovered, Skipped, Resets, Stretches;

    public double ConcealedMs;

    public static JitterCounters Sum(JitterCounters a, JitterCounters b) => new()
    {
        Received = a.Received + b.Received,
        Lost = a.Lost + b.Lost,
        Late = a.Late + b.Late,
        Duplicates = a.Duplicates + b.Duplicates,
        Recovered = a.Recovered + b.Recovered,
        Skipped = a.Skipped + b.Skipped,
        Resets = a.Resets + b.Resets,
        Stretches = a.Stretches + b.Stretches,
        ConcealedMs = a.ConcealedMs + b.ConcealedMs,
    };

    public void OnLost(long sequence)
    {
        Lost++;
        _lost[sequence & 127] = sequence + 1;
    }

    /// <summary>Whether this number was given up.</summary>
    public bool WasConcealed(long sequence) => _lost[sequence & 127] == sequence + 1;
}
