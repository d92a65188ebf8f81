namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>Round-trip time of one peer, from the report blocks it sends about our streams (RFC 3550 section 6.4.1).</summary>
internal sealed class RoundTripEstimator
{
    private const int Unmeasured = 100;

    /// <summary>False until the first measurement.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The last measurement, microseconds.</summary>
    public long LatestMicroseconds { get; private set; }

    /// <summary>Smoothed by 1/8 per measurement, microseconds.</summary>
    public double SmoothedMicroseconds { get; private set; }

    /// <summary>Whole milliseconds for timers: at least 1; 100 before anything was measured or supposed.</summary>
    public int Milliseconds => IsKnown || SmoothedMicroseconds > 0 ? Math.Max(1, (int)(SmoothedMicroseconds / 1_000)) : Unmeasured;

    /// <summary>An upper bound, used until something is measured.</summary>
    public void Suppose(long microseconds) =>
        SmoothedMicroseconds = SmoothedMicroseconds == 0 ? microseconds : Math.Min(SmoothedMicroseconds, microseconds);

    /// <param name="microseconds">now - LSR - DLSR, checked by <c>NtpTime.TryRoundTrip</c>.</param>
    public void Add(long microseconds)
    {
        LatestMicroseconds = microseconds;
        SmoothedMicroseconds = IsKnown ? SmoothedMicroseconds + (microseconds - SmoothedMicroseconds) / 8 : microseconds;
        IsKnown = true;
    }
}
