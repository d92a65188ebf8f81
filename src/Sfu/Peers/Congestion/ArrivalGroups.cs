using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>By how much two successive groups of packets lay apart when they left and when they came, milliseconds.</summary>
internal readonly record struct GroupDelta(double SendMs, double ArrivalMs, double ArrivedAtMs);

/// <summary>
/// Joins packets sent within 5 ms, or that a queue let through together, into groups and compares each with the one before:
/// what a pacer or a radio bunches must not look like congestion (sfu E.11).
/// </summary>
internal sealed class ArrivalGroups
{
    private const long GroupLength = 5_000_000;
    private const long BurstGap = 5_000_000;
    private const long LongestBurst = 100_000_000;
    private const long ArrivalJump = 3_000_000_000;
    private const int MostReordered = 3;

    private Group _current;
    private Group _former;
    private int _reordered;

    public void Reset()
    {
        _current = _former = default;
        _reordered = 0;
    }

    /// <summary>True when the packet began a group and so completed the comparison of the two before it.</summary>
    /// <param name="arrivedAt">Receiver's clock, nanoseconds.</param>
    /// <param name="now">When the feedback came: a jump of the receiver's clock alone is not delay.</param>
    public bool TryAdd(Instant sentAt, long arrivedAt, Instant now, out GroupDelta delta)
    {
        delta = default;
        if (!_current.IsUsed)
        {
            _current.Begin(sentAt, arrivedAt, now);
            return false;
        }

        if (sentAt.Nanoseconds < _current.FirstSent)
            return false;
        if (!BeginsGroup(sentAt.Nanoseconds, arrivedAt))
        {
            _current.Join(sentAt, arrivedAt, now);
            return false;
        }

        var complete = false;
        if (_former.IsUsed)
        {
            complete = TryCompare(out delta);
            if (!_current.IsUsed)
                return false; // it began anew
        }

        _former = _current;
        _current.Begin(sentAt, arrivedAt, now);
        return complete;
    }

    private bool TryCompare(out GroupDelta delta)
    {
        var arrival = _current.LastArrival - _former.LastArrival;
        var noticed = _current.NoticedAt - _former.NoticedAt;
        delta = new GroupDelta((_current.LastSent - _former.LastSent) / 1e6, arrival / 1e6, _current.LastArrival / 1e6);
        if (arrival - noticed >= ArrivalJump)
        {
            Reset();
            return false;
        }

        if (arrival < 0)
        {
            if (++_reordered >= MostReordered)
                Reset();
            return false;
        }

        _reordered = 0;
        return true;
    }

    private bool BeginsGroup(long sentAt, long arrivedAt)
    {
        var arrival = arrivedAt - _current.LastArrival;
        var sent = sentAt - _current.LastSent;
        if (sent == 0)
            return false;
        var isBurst = arrival - sent < 0 && arrival <= BurstGap && arrivedAt - _current.FirstArrival < LongestBurst;
        return !isBurst && sentAt - _current.FirstSent > GroupLength;
    }

    private struct Group
    {
        public long FirstSent;
        public long LastSent;
        public long FirstArrival;
        public long LastArrival;
        public long NoticedAt;
        public bool IsUsed;

        public void Begin(Instant sentAt, long arrivedAt, Instant now)
        {
            FirstSent = LastSent = sentAt.Nanoseconds;
            FirstArrival = LastArrival = arrivedAt;
            NoticedAt = now.Nanoseconds;
            IsUsed = true;
        }

        public void Join(Instant sentAt, long arrivedAt, Instant now)
        {
            LastSent = Math.Max(LastSent, sentAt.Nanoseconds);
            LastArrival = arrivedAt;
            NoticedAt = now.Nanoseconds;
        }
    }
}
