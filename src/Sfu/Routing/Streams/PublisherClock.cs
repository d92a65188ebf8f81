using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

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

    /// <summary>Nanoseconds to add to the publisher's NTP time in nanoseconds.</summary>
    public long Offset { get; private set; }

    /// <param name="ntp">The sender report's NTP timestamp, 32.32 fixed point seconds since 1900.</param>
    public void OnSenderReport(Instant now, ulong ntp)
    {
        var offset = now.Nanoseconds - NtpTime.ToNanoseconds(ntp);
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

/// <summary>NTP timestamps (RFC 5905 section 6), 32.32 fixed point seconds, as nanoseconds and back.</summary>
internal static class NtpTime
{
    public static long ToNanoseconds(ulong ntp) => (long)(ntp >> 32) * 1_000_000_000 + (long)((ntp & 0xFFFF_FFFF) * 1_000_000_000 >> 32);

    public static ulong FromNanoseconds(long nanoseconds) =>
        ((ulong)(nanoseconds / 1_000_000_000) << 32) | (((ulong)(nanoseconds % 1_000_000_000) << 32) / 1_000_000_000);

    /// <summary>The middle 32 bits, as LSR and DLSR count: 1/65,536 s.</summary>
    public static uint Middle(ulong ntp) => (uint)(ntp >> 16);
}

/// <summary>The server's NTP time at one instant of its monotonic clock; made once per process by whoever may read clocks.</summary>
internal readonly record struct NtpReference(long NtpNanoseconds, Instant At)
{
    public ulong NtpAt(Instant now) => NtpTime.FromNanoseconds(NtpNanoseconds + now.Nanoseconds - At.Nanoseconds);
}
