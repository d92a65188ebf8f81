using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>Additive increase, multiplicative decrease by what the trendline says of the link (sfu E.11 "AIMD").</summary>
internal sealed class DelayRate(double start, double least)
{
    private const double Backoff = 0.85;
    private const double LimitedBackoff = 0.7;
    private const double LimitedRoom = 1.15;
    private const double BackoffOffset = 5_000;
    private const double GrowthPerSecond = 1.08;
    private const double LeastGrowth = 1_000;
    private const double LeastAddition = 4_000;
    private const double Headroom = 1.5;
    private const double HeadroomOffset = 10_000;
    private const double LargestPacket = 1_200;
    private const double FramesPerSecond = 30;

    private LinkCapacity _capacity;
    private bool _increasing = true;
    private Instant _changedAt;

    public double BitsPerSecond { get; private set; } = start;

    public double Most { get; set; } = double.PositiveInfinity;

    /// <summary>When the rate was last cut; the start of time before.</summary>
    public Instant DecreasedAt { get; private set; }

    public LinkCapacity Capacity => _capacity;

    /// <summary>At most one decrease per round trip, sooner only when far less arrives than is estimated.</summary>
    public bool MayDecrease(Instant now, double roundTripMs, double acknowledged, bool limited) =>
        (now - _changedAt).TotalMilliseconds >= Math.Clamp(roundTripMs, 10, 200) || (acknowledged < BitsPerSecond / 2 && !limited);

    /// <param name="limited">
    /// What arrives says little of the link, because little was sent: then only the room above it is given up, by steps. Whoever
    /// else fills the link is not so spared, which is what makes shares even.
    /// </param>
    public void Decrease(Instant now, double acknowledged, bool limited)
    {
        var rate = limited
            ? Math.Max(LimitedBackoff * BitsPerSecond, acknowledged * LimitedRoom)
            : Math.Max(least, (Backoff * acknowledged) - BackoffOffset);
        if (rate > BitsPerSecond && _capacity.IsKnown)
            rate = Backoff * _capacity.BitsPerSecond;
        if (acknowledged < _capacity.Lower)
            _capacity.Reset();
        _capacity.OnOveruse(acknowledged);
        Set(now, Math.Min(rate, BitsPerSecond));
        DecreasedAt = now;
        _increasing = false;
    }

    /// <summary>The queue drains: stay, so that it empties.</summary>
    public void Hold(Instant now)
    {
        _increasing = false;
        _changedAt = now;
    }

    /// <param name="limited">The sender does not use what it may: the link was not tested, so nothing is learned.</param>
    public void Increase(Instant now, double roundTripMs, double acknowledged, bool limited)
    {
        if (!_increasing)
        {
            _increasing = true;
            _changedAt = now;
        }

        if (acknowledged > _capacity.Upper)
            _capacity.Reset();
        var seconds = Math.Clamp((now - _changedAt).TotalSeconds, 0, 1);
        // What is sent comes in steps and seldom fills the link, so growth alone would pass what probes have measured.
        var most = limited ? BitsPerSecond : Math.Min((Headroom * acknowledged) + HeadroomOffset, _capacity.Upper);
        if (BitsPerSecond < most)
        {
            var step = _capacity.IsKnown
                ? AdditionPerSecond(roundTripMs) * seconds
                : Math.Max(BitsPerSecond * (Math.Pow(GrowthPerSecond, seconds) - 1), LeastGrowth * seconds);
            Set(now, Math.Min(BitsPerSecond + step, most));
        }

        _changedAt = now;
    }

    public void OnProbe(Instant now, double rate)
    {
        _capacity.OnProbe(rate);
        Set(now, rate);
    }

    public void Set(Instant now, double rate)
    {
        BitsPerSecond = Math.Clamp(rate, least, Math.Max(least, Most));
        _changedAt = now;
    }

    /// <summary>One average packet per response time.</summary>
    private double AdditionPerSecond(double roundTripMs)
    {
        var frame = BitsPerSecond / 8 / FramesPerSecond;
        var packet = frame / Math.Ceiling(frame / LargestPacket);
        var response = 2 * (roundTripMs + 100) / 1_000;
        return Math.Max(LeastAddition, packet * 8 / response);
    }
}
