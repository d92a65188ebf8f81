using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>Packets sent over a quarter of a second or more, and how many of them were lost.</summary>
internal readonly record struct LossObservation(int Packets, int Lost, double SendingRate)
{
    public int Received => Packets - Lost;
}

/// <summary>The newest 15 observations of loss, each weighted 0.9 of the one after it.</summary>
internal sealed class LossObservations
{
    public const int Window = 15;
    private const double Weight = 0.9;
    private const long ShortestNanoseconds = 250_000_000;

    private static readonly double[] Weights = [.. Enumerable.Range(0, Window).Select(age => Math.Pow(Weight, age))];

    private Ring _ring;
    private int _newest;
    private int _packets;
    private int _lost;
    private long _bytes;
    private Instant _firstSent = Instant.Never;
    private Instant _lastSent;
    private Instant _ignoredBefore;

    public int Count { get; private set; }

    /// <summary>Weighted share of packets lost over the window, 0–1.</summary>
    public double AverageLoss { get; private set; }

    /// <param name="age">0 is the newest.</param>
    public LossObservation this[int age] => _ring[(_newest - age + Window) % Window];

    public static double WeightOf(int age) => Weights[age];

    /// <summary>True when these results completed an observation.</summary>
    public bool Add(ReadOnlySpan<PacketResult> results)
    {
        foreach (ref readonly var packet in results)
        {
            if (packet.SentAt < _ignoredBefore)
                continue;
            if (packet.WasLost)
            {
                _lost = Math.Max(0, _lost - 1);
                continue;
            }

            _packets++;
            _lost += packet.IsReceived ? 0 : 1;
            _bytes += packet.Bytes;
            _firstSent = Instant.Earlier(_firstSent, packet.SentAt);
            _lastSent = packet.SentAt > _lastSent ? packet.SentAt : _lastSent;
        }

        if (_packets == 0 || _lastSent.Nanoseconds - _firstSent.Nanoseconds < ShortestNanoseconds)
            return false;
        Push(_bytes * 8e9 / (_lastSent.Nanoseconds - _firstSent.Nanoseconds));
        return true;
    }

    /// <summary>Begins anew: what was sent before says nothing of the link as it is now.</summary>
    public void Reset(Instant now)
    {
        _ignoredBefore = now;
        Count = _packets = _lost = 0;
        _bytes = 0;
        _firstSent = Instant.Never;
        AverageLoss = 0;
    }

    private void Push(double rate)
    {
        _newest = (_newest + 1) % Window;
        _ring[_newest] = new LossObservation(_packets, Math.Min(_lost, _packets), rate);
        Count = Math.Min(Count + 1, Window);
        _packets = _lost = 0;
        _bytes = 0;
        _firstSent = Instant.Never;
        double lost = 0, all = 0;
        for (var age = 0; age < Count; age++)
        {
            lost += this[age].Lost * WeightOf(age);
            all += this[age].Packets * WeightOf(age);
        }

        AverageLoss = lost / all;
    }

    [InlineArray(Window)]
    private struct Ring
    {
        private LossObservation _first;
    }
}
