using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// Congestion control towards one receiver that negotiated transport-wide feedback (or REMB): numbers what is sent, learns from
/// what is reported, says how much may be sent and when. It begins with the receiver's first report; who never reports is not
/// held back.
/// </summary>
internal sealed class ReceiverCongestion
{
    private const int IntervalMs = 200;

    private ArrivalClock _clock;

    public SentPackets Sent { get; } = new();

    public BandwidthEstimator Estimator { get; } = new();

    public ProbeController Probing { get; } = new();

    public Pacer Pacer { get; } = new();

    /// <summary>The receiver reports, so that what is sent to it is paced and divided.</summary>
    public bool IsActive => Estimator.IsActive;

    public Instant NextDeadline { get; private set; } = Instant.Never;

    /// <param name="isNumbered">It carries a transport-wide number, so the receiver will report on it.</param>
    public void OnSent(Instant now, int bytes, bool isNumbered)
    {
        if (isNumbered)
            Sent.Complete(now, bytes, Pacer.Cluster);
        Pacer.OnSent(bytes);
        Estimator.OnSent(now, bytes);
    }

    public void OnFeedback(Instant now, in TransportCcFeedback feedback, FeedbackReader reader, RoundTripEstimator roundTrip)
    {
        var results = reader.Read(feedback, Sent, ref _clock);
        if (results.IsEmpty)
            return;
        // Where the receiver sends no reports the newest packet it saw tells the round trip, and how long the feedback waited.
        if (!roundTrip.IsKnown)
            roundTrip.Suppose((now - results[^1].SentAt).Ticks / 10);
        var probed = Estimator.OnFeedback(now, results, roundTrip.Milliseconds);
        Probing.Start(now, Estimator.Target);
        Probing.OnEstimate(now, Estimator.Target, probed);
        Probe(now);
        if (NextDeadline == Instant.Never)
            NextDeadline = now.PlusMilliseconds(IntervalMs);
    }

    public void OnRemb(double bitsPerSecond) => Estimator.OnRemb(bitsPerSecond);

    public void Run(Instant now)
    {
        NextDeadline = now.PlusMilliseconds(IntervalMs);
        Estimator.Run(now, Sent.LastSentAt);
        Probe(now);
    }

    private void Probe(Instant now)
    {
        if (Pacer.IsProbing || !Probing.TryTake(now, Estimator.IsLimited, Estimator.IsLossLimited, out var cluster))
            return;
        Estimator.Probes.Begin(cluster);
        Pacer.BeginProbe(now, cluster);
    }
}
