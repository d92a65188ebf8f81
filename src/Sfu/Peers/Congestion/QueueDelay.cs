namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// How long packets wait on the way, over the shortest time any took in the last five to ten seconds. The two clocks differ by an
/// unknown constant, which cancels out.
/// </summary>
internal struct QueueDelay
{
    private const long BucketNanoseconds = 5_000_000_000;

    private long _least;
    private long _formerLeast;
    private long _bucketEnds;

    public QueueDelay() => Reset();

    /// <summary>Of the newest packets, milliseconds.</summary>
    public double Milliseconds { get; private set; }

    public void Reset()
    {
        _least = _formerLeast = long.MaxValue;
        _bucketEnds = long.MinValue;
        Milliseconds = 0;
    }

    /// <summary>Of one packet, without counting it.</summary>
    public readonly double WaitOf(long sentAt, long arrivedAt) => (arrivedAt - sentAt - Math.Min(_least, _formerLeast)) / 1e6;

    public void Add(long sentAt, long arrivedAt)
    {
        if (sentAt >= _bucketEnds)
        {
            (_formerLeast, _least) = (_least, long.MaxValue);
            _bucketEnds = sentAt + BucketNanoseconds;
        }

        var took = arrivedAt - sentAt;
        _least = Math.Min(_least, took);
        var wait = (took - Math.Min(_least, _formerLeast)) / 1e6;
        Milliseconds += (wait - Milliseconds) / 4;
    }
}
