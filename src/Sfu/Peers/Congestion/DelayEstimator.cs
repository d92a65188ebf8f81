using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>The delay-based half of the estimate: groups, trend, rate.</summary>
internal sealed class DelayEstimator(double start, double least)
{
    private const int SilenceMs = 2_000;

    /// <summary>
    /// A queue shorter than this is no congestion, however it grows: on a slow link the step from few small packets to several
    /// large ones in a row looks like one, and an SFU takes such steps whenever it changes a layer.
    /// </summary>
    private const double ShortQueueMs = 40;
    private const double LongQueueMs = 80;
    private const double StandingQueueMs = 120;
    private const int StandingMs = 1_000;

    private readonly ArrivalGroups _groups = new();
    private Trendline _trend = new();
    private QueueDelay _queue = new();
    private Instant _lastFeedbackAt;

    public DelayRate Rate { get; } = new(start, least);

    /// <summary>How long packets wait on the way, milliseconds.</summary>
    public double QueueMs => _queue.Milliseconds;

    public double WaitOf(Instant sentAt, long arrivedAt) => _queue.WaitOf(sentAt.Nanoseconds, arrivedAt);

    /// <summary>The queue is long and grows: the link became narrower.</summary>
    public bool IsFilling => _trend.State == LinkUse.Over && _queue.Milliseconds > LongQueueMs;

    public LinkUse State => _trend.State == LinkUse.Over && _queue.Milliseconds < ShortQueueMs ? LinkUse.Normal : _trend.State;

    /// <summary>A queue that is full grows no more: it stands, and only its length tells.</summary>
    private bool IsStanding(Instant now) => State == LinkUse.Normal && _queue.Milliseconds > StandingQueueMs
        && now > Rate.DecreasedAt.PlusMilliseconds(StandingMs);

    /// <summary>Takes one feedback's received packets in.</summary>
    public void OnFeedback(Instant now, ReadOnlySpan<PacketResult> results, in DelayInput input)
    {
        if (now > _lastFeedbackAt.PlusMilliseconds(SilenceMs))
        {
            _groups.Reset();
            _queue.Reset();
            _trend = new Trendline();
        }

        _lastFeedbackAt = now;
        foreach (ref readonly var packet in results)
        {
            if (packet.IsReceived)
                _queue.Add(packet.SentAt.Nanoseconds, packet.ArrivedAt);
            if (packet.IsReceived && _groups.TryAdd(packet.SentAt, packet.ArrivedAt, now, out var delta))
                _trend.Update(delta);
        }

        Apply(now, input);
    }

    private void Apply(Instant now, in DelayInput input)
    {
        var acknowledged = input.Acknowledged >= 0 ? input.Acknowledged : Rate.BitsPerSecond;
        if (State == LinkUse.Over || IsStanding(now))
        {
            if (input.Acknowledged < 0)
                acknowledged = Rate.BitsPerSecond / 2;
            var limited = input.WasLimited && !IsFilling;
            if (Rate.MayDecrease(now, input.RoundTripMs, acknowledged, limited))
                Rate.Decrease(now, acknowledged, limited);
        }
        else if (input.Probe > 0)
        {
            Rate.OnProbe(now, input.Probe);
        }
        else if (State == LinkUse.Under)
        {
            Rate.Hold(now);
        }
        else
        {
            Rate.Increase(now, input.RoundTripMs, acknowledged, input.IsLimited);
        }
    }
}

/// <param name="Acknowledged">Bits per second; negative while unknown.</param>
/// <param name="Probe">What a probe measured, bits per second; 0 for none.</param>
/// <param name="IsLimited">The sender uses much less than it may.</param>
/// <param name="WasLimited">So it was until a moment ago.</param>
internal readonly record struct DelayInput(double Acknowledged, double Probe, double RoundTripMs, bool IsLimited, bool WasLimited);
