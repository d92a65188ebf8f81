using System.Diagnostics;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>The clock of phone threads; never set back.</summary>
internal static class PhoneClock
{
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    public static Instant Now => new(Stopwatch.Frequency == 1_000_000_000
        ? Stopwatch.GetTimestamp()
        : (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick));
}
