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
    private const int SoonMs = 10;
    private const int MostGlances = 3;
    private const double NoQueueMs = 25;
    private const double FullQueueMs = 80;
    private const double DrainShare = 0.7;
    private const double ResendShare = 0.3;
    private const double ResendSeconds = 0.5;
    private const double LeastResendBytes = 24_000;
    private const double LittleLoss = 0.01;
    private const double SomeLoss = 0.02;
    private const double LessLoss = 0.035;
    private const double MuchLoss = 0.06;

    private ArrivalClock _clock;
    private int _glances;
    private double _pace = BandwidthEstimator.Start;
    private bool _isRoomy;
    private double _resendCredit;
    private Instant _resendAt;

    public SentPackets Sent { get; } = new();

    public BandwidthEstimator Estimator { get; } = new();

    public ProbeController Probing { get; } = new();

    public Pacer Pacer { get; } = new();

    /// <summary>What sending reads and writes (<see cref="CacheLine"/>).</summary>
    public void FetchParts()
    {
        CacheLine.Fetch(Sent);
        CacheLine.Fetch(Pacer, 2);
        CacheLine.Fetch(Estimator, 2);
    }

    /// <summary>The receiver reports, so that what is sent to it is paced and divided.</summary>
    public bool IsActive => Estimator.IsActive;

    /// <summary>
    /// How many earlier packets of sound each one repeats (sfu E.13): none until more than 2 % are lost, two from 6 % on; it ends
    /// below 1 %.
    /// </summary>
    public int Redundancy { get; private set; }

    /// <summary>
    /// So much is lost that the frames all others build on are sent twice at once: who has to ask for them stands still meanwhile.
    /// </summary>
    public bool RepeatsBase => Redundancy > 1;

    /// <summary>Bytes that may leave now; paced to less than the estimate while a queue on the way has to empty.</summary>
    public double RefillPacer(Instant now) => Pacer.Refill(now, _pace, _isRoomy);

    /// <summary>Whether an answer to a NACK may go out: such answers take no more than 30 % of the estimate, over half a second.</summary>
    public bool MayResend(Instant now, int bytes)
    {
        if (!IsActive)
            return true;
        var rate = ResendShare * Estimator.Target / 8;
        _resendCredit = Math.Min(_resendCredit + (rate * (now - _resendAt).TotalSeconds), Math.Max(rate * ResendSeconds, LeastResendBytes));
        _resendAt = now;
        if (_resendCredit < bytes)
            return false;
        _resendCredit -= bytes;
        return true;
    }

    public Instant NextDeadline { get; private set; } = Instant.Never;

    /// <summary>A packet with a transport-wide number was written: the receiver will report on it.</summary>
    public void OnNumbered(Instant now, int bytes) => Sent.Complete(now, bytes, Pacer.Cluster);

    /// <summary>What left together, numbered or not.</summary>
    public void OnSent(Instant now, int bytes, int packets)
    {
        Pacer.OnSent(bytes, packets);
        Estimator.OnSent(now, bytes);
    }

    public void OnFeedback(Instant now, in TransportCcFeedback feedback, FeedbackReader reader, RoundTripEstimator roundTrip)
    {
        if (Probing.IsContent(now) && !Estimator.IsLossLimited && Redundancy == 0 && _glances < MostGlances && Glance(now, feedback))
        {
            _glances++;
            return;
        }

        _glances = 0;
        var results = reader.Read(feedback, Sent, ref _clock);
        if (results.IsEmpty)
            return;
        // Where the receiver sends no reports the newest packet it saw tells the round trip, and how long the feedback waited.
        if (!roundTrip.IsKnown)
            roundTrip.Suppose((now - results[^1].SentAt).Ticks / 10);
        var probed = Estimator.OnFeedback(now, results, roundTrip.Milliseconds);
        Redundancy = RedundancyNow();
        Probing.Start(now, Estimator.Target);
        Probing.OnEstimate(now, Estimator.Target, probed);
        Probe(now);
        SetPace(now);
        Wake(now, IntervalMs);
    }

    public void OnRemb(Instant now, double bitsPerSecond)
    {
        Estimator.OnRemb(bitsPerSecond);
        SetPace(now);
        Wake(now, IntervalMs);
    }

    /// <summary>Something changed that <see cref="Run"/> and the allocation should look at; soon rather than now, because changes come together.</summary>
    public void Wake(Instant now, int withinMs = SoonMs) => NextDeadline = Instant.Earlier(NextDeadline, now.PlusMilliseconds(withinMs));

    /// <summary>Regular work; goes on while the receiver reports or is waited for.</summary>
    public void Run(Instant now, bool isAwaited)
    {
        NextDeadline = IsActive || isAwaited ? now.PlusMilliseconds(IntervalMs) : Instant.Never;
        Estimator.Run(now, Sent.LastSentAt);
        Probe(now);
        SetPace(now);
    }

    /// <summary>
    /// Three of four reports of a receiver whose link carries much more than is wanted are only looked at: nothing lost, no queue.
    /// In a large audience this is most of what congestion control costs.
    /// </summary>
    private bool Glance(Instant now, in TransportCcFeedback feedback)
    {
        var arrival = _clock.At(feedback.ReferenceTime);
        ushort last = 0;
        var received = 0;
        foreach (var status in feedback)
        {
            if (!status.Received)
                return false;
            arrival += status.DeltaMicros * 1_000L;
            last = status.Sequence;
            if (++received > FeedbackReader.MostStatuses)
                return false;
        }

        if (!Sent.TryLook(last, out var sentAt) || Estimator.WaitOf(sentAt, arrival) > NoQueueMs)
            return false;
        Estimator.OnGlance(now);
        return true;
    }

    /// <summary>Decided when news come, not for every frame that leaves.</summary>
    private void SetPace(Instant now)
    {
        _pace = Estimator.QueueMs > FullQueueMs ? DrainShare * Estimator.Target : Estimator.Target;
        _isRoomy = Probing.IsContent(now);
    }

    /// <summary>What a full queue drops is not helped by sending more.</summary>
    private int RedundancyNow() => Estimator.QueueMs > FullQueueMs ? Math.Min(Redundancy, 1) : Estimator.Loss switch
    {
        > MuchLoss => 2,
        > LessLoss => Math.Max(Redundancy, 1),
        > SomeLoss => 1,
        < LittleLoss => 0,
        _ => Math.Min(Redundancy, 1),
    };

    private void Probe(Instant now)
    {
        if (Pacer.IsProbing || !Probing.TryTake(now, Estimator.IsLimited, Estimator.IsLossLimited, out var cluster))
            return;
        Estimator.Probes.Begin(cluster);
        Pacer.BeginProbe(now, cluster);
    }
}
