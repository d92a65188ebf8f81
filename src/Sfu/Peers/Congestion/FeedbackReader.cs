using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// The arrival clock of one receiver: the 24-bit reference times of its feedback, unwrapped.
/// </summary>
internal struct ArrivalClock
{
    private const long UnitNanoseconds = 64_000_000;

    private long _reference;
    private int _last;
    private bool _started;

    /// <summary>Nanoseconds on the receiver's clock; steps of 64 ms that wrap after twelve days are followed.</summary>
    public long At(int reference)
    {
        if (_started)
            _reference += (reference - _last) << 8 >> 8;
        _started = true;
        _last = reference;
        return _reference * UnitNanoseconds;
    }
}

/// <summary>
/// Turns a feedback packet into results in order of sequence number. One for a whole shard: the results are valid until the next
/// packet is read. What names packets never sent is skipped; at most <see cref="MostStatuses"/> are looked at (TU-17).
/// </summary>
internal sealed class FeedbackReader
{
    /// <summary>Browsers report some hundred packets at most; more in one packet is a lie.</summary>
    public const int MostStatuses = 4_096;

    private readonly PacketResult[] _results = new PacketResult[MostStatuses];

    public ReadOnlySpan<PacketResult> Read(in TransportCcFeedback feedback, SentPackets sent, ref ArrivalClock clock)
    {
        if (feedback.StatusCount > MostStatuses)
            return default;
        var arrival = clock.At(feedback.ReferenceTime);
        var count = 0;
        foreach (var status in feedback)
        {
            arrival += status.DeltaMicros * 1_000L;
            if (sent.TryTake(status.Sequence, status.Received, out var packet))
                _results[count++] = status.Received ? packet with { ArrivedAt = arrival } : packet;
        }

        return _results.AsSpan(0, count);
    }
}
