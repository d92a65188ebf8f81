using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// When feedback stops while we go on sending, the way out may be blocked and we the reason: after three seconds the rate falls
/// by a fifth each second, down to 5 kbit/s (sfu E.11 "RTT back-off").
/// </summary>
internal struct SilenceBackoff
{
    private const int LimitMs = 3_000;
    private const int StepMs = 1_000;
    private const double Factor = 0.8;
    private const double Floor = 5_000;

    private Instant _lastFeedbackAt;
    private Instant _steppedAt;
    private double _lastRoundTripMs;

    public SilenceBackoff() => BitsPerSecond = double.PositiveInfinity;

    /// <summary>The limit now; infinite while feedback comes.</summary>
    public double BitsPerSecond { get; private set; }

    public void OnFeedback(Instant now, double roundTripMs)
    {
        _lastFeedbackAt = now;
        _lastRoundTripMs = roundTripMs;
        if (roundTripMs <= LimitMs)
            BitsPerSecond = double.PositiveInfinity;
    }

    /// <param name="lastSentAt">Nothing sent since the last feedback needs no answer.</param>
    public void Run(Instant now, Instant lastSentAt, double rate)
    {
        var waited = lastSentAt > _lastFeedbackAt ? (now - _lastFeedbackAt).TotalMilliseconds : 0;
        if (_lastRoundTripMs + waited <= LimitMs || now < _steppedAt.PlusMilliseconds(StepMs))
            return;
        _steppedAt = now;
        BitsPerSecond = Math.Max(Floor, Math.Min(rate, BitsPerSecond) * Factor);
    }
}
