using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>Something that wants to be called at an instant it may change its mind about.</summary>
internal interface IDeadline
{
    /// <summary>When <see cref="OnDeadline"/> is wanted next; <see cref="Instant.Never"/> for not at all.</summary>
    Instant NextDeadline { get; }

    /// <summary>For the queue's own use: the earliest entry it holds for this item.</summary>
    Instant QueuedFor { get; set; }

    void OnDeadline(Instant now);
}

/// <summary>
/// The shard's timers: a heap of hints. An item is queued again only when its deadline moves earlier than what is queued,
/// so moving a deadline later (the common case) costs nothing; a hint that comes up early is simply queued afresh.
/// </summary>
internal sealed class DeadlineQueue
{
    private readonly PriorityQueue<IDeadline, long> _heap = new();

    public int Count => _heap.Count;

    public Instant Next => _heap.TryPeek(out _, out var at) ? new Instant(at) : Instant.Never;

    /// <summary>To be called whenever an item's deadline may have moved.</summary>
    public void Refresh(IDeadline item)
    {
        var wanted = item.NextDeadline;
        if (wanted >= item.QueuedFor)
            return;

        item.QueuedFor = wanted;
        _heap.Enqueue(item, wanted.Nanoseconds);
    }

    public void RunDue(Instant now)
    {
        // Bounded by what is queued at entry, whatever the items queue for each other meanwhile.
        for (var left = _heap.Count; left > 0 && _heap.TryPeek(out var item, out var at) && at <= now.Nanoseconds;)
        {
            _heap.Dequeue();
            if (item.QueuedFor.Nanoseconds != at)
                continue; // a stale hint: an earlier one was queued after it and has been served

            left--;
            item.QueuedFor = Instant.Never;
            if (item.NextDeadline <= now)
                item.OnDeadline(now);
            QueueAfter(now, item);
        }
    }

    /// <summary>
    /// An item that asks for "now" or earlier again is served next turn: queued at its own wish it would stand before all
    /// others and nobody else would ever be served.
    /// </summary>
    private void QueueAfter(Instant now, IDeadline item)
    {
        var wanted = item.NextDeadline;
        if (item.QueuedFor <= now)
            item.QueuedFor = Instant.Never; // queued by its own work for an instant that has come: see above
        if (wanted <= now)
            wanted = new Instant(now.Nanoseconds + 1);
        if (wanted >= item.QueuedFor)
            return;
        item.QueuedFor = wanted;
        _heap.Enqueue(item, wanted.Nanoseconds);
    }
}
