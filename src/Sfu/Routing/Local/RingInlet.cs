using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// A ring that another thread fills and a shard empties, and when the shard looks into it. While packets come one after the other it looks
/// again by itself, and nobody has to wake it; after a pause the next who writes does.
/// </summary>
/// <param name="bytes">Of the ring, a power of two.</param>
/// <param name="wake">Wakes the shard.</param>
/// <param name="counters">The shard's.</param>
/// <param name="kind">As what a packet counts that the ring had no room for.</param>
internal sealed class RingInlet(int bytes, Action wake, ShardCounters counters, DropKind kind)
{
    private const int LookAgainMs = 1;

    private readonly RelayRing _ring = new(bytes);

    /// <summary>The other thread's: packets the ring had no room for, and how many of them the shard has counted.</summary>
    private long _refused;
    private long _refusedCounted;
    private int _isAsleep = 1;

    /// <summary>Shard: when it looks next.</summary>
    public Instant LookAt { get; private set; } = Instant.Never;

    /// <summary>The other thread's: a packet. It never waits.</summary>
    /// <returns>False: there was no room, which the shard counts when it looks.</returns>
    public bool TrySend(in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        var taken = _ring.TryWrite(record, payload);
        if (!taken)
            Volatile.Write(ref _refused, _refused + 1);
        Ring();
        return taken;
    }

    /// <summary>The other thread's: a wish, which comes again if there was no room for it.</summary>
    public void Wish(in RelayRecord record)
    {
        _ring.TryWrite(record, default);
        Ring();
    }

    /// <summary>Shard: hands all that has come to its owner.</summary>
    public void Drain(Instant now, ILocalEnd owner)
    {
        for (var refused = Volatile.Read(ref _refused); _refusedCounted < refused; _refusedCounted++)
            counters.Drop(DropReason.LocalRingFull, FlowDirection.Receive, kind);
        var end = _ring.Written;
        var any = false;
        while (_ring.TryRead(end, out var record, out var payload))
        {
            any = true;
            try
            {
                owner.Take(now, record, payload);
            }
            finally
            {
                _ring.Release(record);
            }
        }

        Looked(now, any);
    }

    /// <summary>The other thread's. The barrier stands between writing the ring and looking whether its reader sleeps, as in <see cref="FallAsleep"/>.</summary>
    private void Ring()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
            wake();
    }

    private void Looked(Instant now, bool any)
    {
        if (any)
            LookAt = now.PlusMilliseconds(LookAgainMs);
        else if (now >= LookAt || (LookAt == Instant.Never && Volatile.Read(ref _isAsleep) == 0))
            FallAsleep(now);
    }

    /// <summary>Nothing came for a while: the next who writes wakes the shard. What was written meanwhile is seen here.</summary>
    private void FallAsleep(Instant now)
    {
        LookAt = Instant.Never;
        Interlocked.Exchange(ref _isAsleep, 1);
        if (_ring.IsEmpty)
            return;
        Interlocked.Exchange(ref _isAsleep, 0);
        LookAt = now;
    }
}
