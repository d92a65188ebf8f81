using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// When a shard looks into a ring that another thread fills. While packets come one after the other it looks again by itself, and
/// nobody has to wake it; after a pause the next who writes does.
/// </summary>
internal sealed class RingAlarm(RelayRing ring, Action wake)
{
    private const int LookAgainMs = 1;

    private int _isAsleep = 1;

    /// <summary>Shard: when it looks next.</summary>
    public Instant LookAt { get; private set; } = Instant.Never;

    /// <summary>The other thread's. The barrier stands between writing the ring and looking whether its reader sleeps, as in <see cref="FallAsleep"/>.</summary>
    public void Ring()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _isAsleep) != 0 && Interlocked.Exchange(ref _isAsleep, 0) != 0)
            wake();
    }

    /// <summary>Shard: it has looked.</summary>
    /// <param name="now">When.</param>
    /// <param name="any">There was something.</param>
    public void Looked(Instant now, bool any)
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
        if (ring.IsEmpty)
            return;
        Interlocked.Exchange(ref _isAsleep, 0);
        LookAt = now;
    }
}
