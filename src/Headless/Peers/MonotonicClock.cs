using System.Diagnostics;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Peers;

/// <summary>The clock send marks are written with: the machine's monotonic one, so any process on it can measure one-way delay.</summary>
public static class MonotonicClock
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    public static Instant Now => new(Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick));
}
