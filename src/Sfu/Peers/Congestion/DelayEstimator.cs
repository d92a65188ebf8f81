using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>The delay-based half of the estimate: groups, trend, rate.</summary>
internal sealed class DelayEstimator(double start, double least)
{
    private const int SilenceMs = 2_000;

    private readonly ArrivalGroups _groups = new();
    private Trendline _trend = new();
    private Instant _lastFeedbackAt;

    public DelayRate Rate { get; } = new(start, least);

    public LinkUse State => _trend.State;

    /// <summary>Takes one feedback's received packets in.</summary>
    public void OnFeedback(Instant now, ReadOnlySpan<PacketResult> results, in DelayInput input)
    {
        if (now > _lastFeedbackAt.PlusMilliseconds(SilenceMs))
        {
            _groups.Reset();
            _trend = new Trendline();
        }

        _lastFeedbackAt = now;
        foreach (ref readonly var packet in results)
        {
            if (packet.IsReceived && _groups.TryAdd(packet.SentAt, packet.ArrivedAt, now, out var delta))
                _trend.Update(delta);
        }

        Apply(now, input);
    }

    private void Apply(Instant now, in DelayInput input)
    {
        var acknowledged = input.Acknowledged >= 0 ? input.Acknowledged : Rate.BitsPerSecond;
        if (State == LinkUse.Over)
        {
            if (input.Acknowledged < 0)
                acknowledged = Rate.BitsPerSecond / 2;
            if (Rate.MayDecrease(now, input.RoundTripMs, acknowledged))
                Rate.Decrease(now, acknowledged);
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
internal readonly record struct DelayInput(double Acknowledged, double Probe, double RoundTripMs, bool IsLimited);
