using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers.Congestion;

namespace Sylk.Conference.Sfu.Tests.Peers.Congestion;

/// <summary>
/// A link in virtual time (capacity, a queue that drops what does not fit, delay, random loss) and a sender on it that sends as
/// much as its estimator says, probes included. Feedback comes every 50 ms.
/// </summary>
internal sealed class LinkSender
{
    private const int StepMs = 1;
    private const int FeedbackMs = 50;
    private const int PacketBytes = 1_000;

    private readonly Random _random;
    private readonly SentPackets _sent = new();
    private readonly Queue<(ushort Sequence, Instant ArrivesAt)> _underWay = new();
    private readonly List<(ushort Sequence, long ArrivedAt)> _arrived = [];
    private readonly List<PacketResult> _results = [];
    private readonly List<(Instant At, double QueueMs)> _queueing = [];
    private Instant _free;
    private Instant _nextFeedback;
    private double _credit;
    private double _otherCredit;
    private ProbeCluster _probe;
    private double _probeCredit;
    private int _probeLeft;
    private ushort? _expected;

    public LinkSender(int seed = 1)
    {
        _random = new Random(seed);
        Now = Instant.FromMilliseconds(5_000_000);
        _free = _nextFeedback = Now;
        Probing.OnWanted(20_000_000);
    }

    public Instant Now { get; private set; }

    public BandwidthEstimator Estimator { get; } = new();

    public ProbeController Probing { get; } = new();

    /// <summary>Bits per second.</summary>
    public double Capacity { get; set; } = 1_000_000;

    public double Loss { get; set; }

    public double DelayMs { get; set; } = 25;

    /// <summary>Longest queue; what does not fit is dropped.</summary>
    public double QueueMs { get; set; } = 300;

    /// <summary>Another flow through the same queue, bits per second.</summary>
    public double Competing { get; set; }

    /// <summary>The most the application has to send, bits per second.</summary>
    public double Application { get; set; } = double.PositiveInfinity;

    public bool FeedbackComes { get; set; } = true;

    public void Run(double seconds)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        _queueing.Clear();
        while (Now < end)
        {
            Now = Now.PlusMilliseconds(StepMs);
            SendMedia();
            SendOther();
            SendProbe();
            Deliver();
            if (Now >= _nextFeedback)
                Report();
        }
    }

    /// <summary>The delay in the queue that this share of the packets of the last run stayed under, milliseconds.</summary>
    public double QueueingMs(double share)
    {
        var sorted = _queueing.Select(item => item.QueueMs).Order().ToArray();
        return sorted[(int)((sorted.Length - 1) * share)];
    }

    private void SendMedia()
    {
        _credit += Math.Min(Estimator.Target, Application) / 8 * StepMs / 1_000;
        for (; _credit >= PacketBytes; _credit -= PacketBytes)
            Send(PacketBytes, 0);
    }

    private void SendOther()
    {
        _otherCredit += Competing / 8 * StepMs / 1_000;
        for (; _otherCredit >= PacketBytes; _otherCredit -= PacketBytes)
            TryPass(PacketBytes, out _);
    }

    private void SendProbe()
    {
        if (_probeLeft == 0)
            return;
        _probeCredit += _probe.Rate / 8 * StepMs / 1_000;
        var size = Math.Clamp(_probe.LeastBytes / ProbeCluster.LeastPackets, 250, PacketBytes);
        for (; _probeCredit >= size && _probeLeft > 0; _probeCredit -= size, _probeLeft--)
            Send(size, _probe.Id);
    }

    private void Send(int bytes, byte cluster)
    {
        var sequence = _sent.Take();
        _sent.Complete(Now, bytes, cluster);
        Estimator.OnSent(Now, bytes);
        if (_random.NextDouble() >= Loss && TryPass(bytes, out var arrives))
            _underWay.Enqueue((sequence, arrives));
    }

    private bool TryPass(int bytes, out Instant arrives)
    {
        var begin = _free > Now ? _free : Now;
        var waits = (begin - Now).TotalMilliseconds;
        arrives = default;
        if (waits > QueueMs)
            return false;
        _queueing.Add((Now, waits));
        _free = begin + TimeSpan.FromSeconds(bytes * 8 / Capacity);
        arrives = _free + TimeSpan.FromMilliseconds(DelayMs);
        return true;
    }

    private void Deliver()
    {
        while (_underWay.TryPeek(out var packet) && packet.ArrivesAt <= Now)
        {
            // Feedback counts in quarters of a millisecond, on a clock of its own.
            _arrived.Add((packet.Sequence, (packet.ArrivesAt.Nanoseconds / 250_000 * 250_000) + 77_000_000_000));
            _underWay.Dequeue();
        }
    }

    private void Report()
    {
        _nextFeedback = Now.PlusMilliseconds(FeedbackMs);
        Probing.Start(Now, Estimator.Target);
        Estimator.Run(Now, _sent.LastSentAt);
        if (_arrived.Count > 0 && FeedbackComes)
            Feed();
        if (_probeLeft == 0 && Probing.TryTake(Now, Estimator.IsLimited, Estimator.IsLossLimited, out _probe))
        {
            Estimator.Probes.Begin(_probe);
            _probeCredit = 0;
            _probeLeft = Math.Max(ProbeCluster.LeastPackets, (_probe.LeastBytes / PacketBytes) + 2);
        }
    }

    private void Feed()
    {
        _results.Clear();
        var next = _expected ?? _arrived[0].Sequence; // a receiver reports what is missing since its last report, too
        foreach (var (sequence, at) in _arrived)
        {
            for (; next != sequence; next++)
                if (_sent.TryTake(next, false, out var lost))
                    _results.Add(lost);
            if (_sent.TryTake(next++, true, out var packet))
                _results.Add(packet with { ArrivedAt = at });
        }

        _expected = next;
        _arrived.Clear();
        var probed = Estimator.OnFeedback(Now, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_results), (DelayMs * 2) + 10);
        Probing.OnEstimate(Now, Estimator.Target, probed);
    }
}
