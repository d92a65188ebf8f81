namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>Round-trip time from the report blocks a peer sends about our streams (RFC 3550 section 6.4.1).</summary>
internal struct RoundTripEstimator
{
    private const int Unmeasured = 100;
    private const uint Longest = 10 * 65_536;

    /// <summary>False until the first usable report block.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>The last measurement in milliseconds.</summary>
    public double LatestMs { get; private set; }

    /// <summary>Smoothed by 1/8 per measurement, in milliseconds.</summary>
    public double SmoothedMs { get; private set; }

    /// <summary>Whole milliseconds for timers: at least 1; 100 before anything was measured.</summary>
    public readonly int Ms => IsKnown ? Math.Max(1, (int)SmoothedMs) : Unmeasured;

    /// <param name="ntpNow">The clock our sender reports are made from, middle 32 bits.</param>
    /// <param name="lastReport">LSR as received; 0: the peer has seen no report of ours.</param>
    /// <param name="delay">DLSR as received, 1/65,536 s.</param>
    public bool OnReportBlock(uint ntpNow, uint lastReport, uint delay)
    {
        if (lastReport == 0) return false;
        var elapsed = ntpNow - lastReport - delay;
        // A small negative result is rounding; a large one is a report block that cannot be true.
        if ((int)elapsed is < 0 and > -655) elapsed = 0;
        if (elapsed > Longest) return false;
        LatestMs = elapsed * 1_000.0 / 65_536;
        SmoothedMs = IsKnown ? SmoothedMs + (LatestMs - SmoothedMs) / 8 : LatestMs;
        return IsKnown = true;
    }
}
