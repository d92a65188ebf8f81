using System.Diagnostics;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>The clock of media threads, never set back; read once per turn.</summary>
public static class MonotonicClock
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    public static Instant Now => new(Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick));
}
