using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// What to add to a publisher's NTP time to get the server's monotonic clock: the least (arrival - sent) of the last 10 s
/// over all its tracks, so one-way delay counts at its shortest and lip-sync keeps. Moves by at most 1 ms per report.
/// </summary>
internal sealed class PublisherClock
{
    private const int Seconds = 10;
    private const long Second = 1_000_000_000;
    private const long SmoothStep = 1_000_000;
    private const long ClockWasSet = Second;

    private SecondMinima _minima;
    private long _newestSecond;

    public bool IsKnown { get; private set; }

    /// <summary>Nanoseconds to add to the publisher's time since 1970 in nanoseconds.</summary>
    public long Offset { get; private set; }

    /// <param name="ntp">The sender report's NTP timestamp, 32.32 fixed point seconds since 1900.</param>
    public void OnSenderReport(Instant now, ulong ntp)
    {
        var offset = now.Nanoseconds - NtpTime.ToUnixMicroseconds(ntp) * 1_000;
        if (IsKnown && Math.Abs(offset - Offset) > ClockWasSet) IsKnown = false;
        var second = now.Nanoseconds / Second;
        if (!IsKnown) Clear(second);
        for (; _newestSecond < second; _newestSecond++) _minima[Index(_newestSecond + 1)] = long.MaxValue;
        ref var minimum = ref _minima[Index(second)];
        minimum = Math.Min(minimum, offset);
        var target = Least();
        Offset = IsKnown ? Offset + Math.Clamp(target - Offset, -SmoothStep, SmoothStep) : target;
        IsKnown = true;
    }

    private void Clear(long second)
    {
        for (var i = 0; i < Seconds; i++) _minima[i] = long.MaxValue;
        _newestSecond = second;
    }

    private long Least()
    {
        var least = long.MaxValue;
        for (var i = 0; i < Seconds; i++) least = Math.Min(least, _minima[i]);
        return least;
    }

    private static int Index(long second) => (int)((ulong)second % Seconds);

    [InlineArray(Seconds)]
    private struct SecondMinima
    {
        private long _first;
    }
}
