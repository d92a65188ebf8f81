using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// How much one receiver's link carries, from its transport-wide feedback: acknowledged rate, probe results, delay, loss, and
/// the least of them (sfu E.11). Fed with results and time; sends nothing itself.
/// </summary>
internal sealed class BandwidthEstimator
{
    public const double Start = 300_000;
    public const double Least = 30_000;

    /// <summary>Whatever is reported, no estimate exceeds this (TU-17), bits per second.</summary>
    public const double Most = 50_000_000;

    /// <summary>After so long without a report the path was not full but gone.</summary>
    private const int GoneMs = 3_000;

    /// <summary>The most a path that came back is trusted with before it is measured (sfu E.2 "Restart").</summary>
    private const double MostAfterReturn = 1_000_000;

    private readonly AcknowledgedRate _acknowledged = new();
    private readonly DelayEstimator _delay = new(Start, Least);
    private readonly LossEstimator _loss = new(Start, Least);
    private SilenceBackoff _silence = new();
    private ApplicationLimit _limit;
    private double _cap = double.PositiveInfinity;
    private bool _wasLimited;
    private bool _hasFeedback;
    private Instant _reportedAt;

    public BandwidthEstimator() => _delay.Rate.Most = Most;

    /// <summary>Bits per second.</summary>
    public double Target { get; private set; } = Start;

    /// <summary>False until the receiver has reported once.</summary>
    public bool IsActive { get; private set; }

    public bool IsLimited => _limit.IsActive;

    public bool IsLossLimited => _loss.IsLimiting;

    /// <summary>Share lost on the way to the receiver, 0–1, over about four seconds.</summary>
    public double Loss => _loss.AverageLoss;

    /// <summary>How long packets wait in a queue on the way, milliseconds.</summary>
    public double QueueMs => _delay.QueueMs;

    public double Acknowledged => _acknowledged.BitsPerSecond;

    public Instant DecreasedAt => _delay.Rate.DecreasedAt;

    public ProbeResults Probes { get; } = new();


    public void OnSent(Instant now, int bytes) => _limit.OnSent(now, bytes, Target);

    /// <returns>True when a probe decided.</returns>
    public bool OnFeedback(Instant now, ReadOnlySpan<PacketResult> results, double roundTripMs)
    {
        if (_hasFeedback && now > _reportedAt.PlusMilliseconds(GoneMs) && _silence.BitsPerSecond < double.PositiveInfinity)
            Return(now);
        IsActive = _hasFeedback = true;
        _reportedAt = now;
        if (_delay.IsFilling)
            _acknowledged.ExpectChange(); // what arrives now is the link's rate, whatever arrived before
        var probe = TakeArrivals(results);
        if (_wasLimited && !_limit.IsActive)
            _acknowledged.ExpectChange();
        _wasLimited = _limit.IsActive;
        var acknowledged = _acknowledged.IsKnown ? _acknowledged.BitsPerSecond : -1;
        if (probe > 0 && probe < Target)
            probe = Math.Max(probe, Math.Min(Target, acknowledged)); // a poor probe says no less than what arrives
        _delay.OnFeedback(now, results, new DelayInput(acknowledged, probe, roundTripMs, _limit.IsActive, _limit.WasActive(now)));
        if (probe > _loss.BitsPerSecond && !_loss.IsLimiting)
            _loss.Set(probe);
        _loss.OnFeedback(now, results, new LossInput(_delay.Rate.BitsPerSecond, acknowledged, _limit.IsActive));
        _silence.OnFeedback(now, roundTripMs);
        Update();
        return probe > 0 && _delay.State != LinkUse.Over;
    }

    /// <summary>How long a packet waited on the way, milliseconds.</summary>
    public double WaitOf(Instant sentAt, long arrivedAt) => _delay.WaitOf(sentAt, arrivedAt);

    /// <summary>A report came that tells of neither loss nor delay; its packets are not counted.</summary>
    public void OnGlance(Instant now)
    {
        _silence.OnFeedback(now, 0);
        _reportedAt = now;
        _acknowledged.ExpectChange();
    }

    /// <summary>What the receiver allows (REMB): a cap on our own estimate, the estimate itself of a receiver that reports nothing else.</summary>
    public void OnRemb(double bitsPerSecond)
    {
        IsActive = true;
        _cap = Math.Clamp(bitsPerSecond, Least, Most);
        Update();
    }

    /// <summary>To be called now and then, also when no feedback comes.</summary>
    public void Run(Instant now, Instant lastSentAt)
    {
        if (!_hasFeedback)
            return;
        _silence.Run(now, lastSentAt, Target);
        Update();
    }

    private void Return(Instant now)
    {
        var rate = Math.Min(_delay.Rate.BitsPerSecond, MostAfterReturn);
        _delay.Rate.Set(now, rate);
        _loss.Restart(now, rate);
        _acknowledged.ExpectChange();
    }

    private double TakeArrivals(ReadOnlySpan<PacketResult> results)
    {
        var probe = 0.0;
        foreach (ref readonly var packet in results)
        {
            if (!packet.IsReceived)
                continue;
            _acknowledged.OnReceived(packet.ArrivedAt, packet.Bytes);
            if (Probes.OnReceived(packet) is > 0 and var rate)
                probe = rate;
        }

        return probe;
    }

    private void Update()
    {
        var own = _hasFeedback ? Math.Min(_delay.Rate.BitsPerSecond, _loss.BitsPerSecond) : Most;
        var rate = Math.Min(own, _cap);
        Target = Math.Min(Math.Clamp(rate, Least, Most), _silence.BitsPerSecond);
    }
}
