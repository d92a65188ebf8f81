using System.Collections.Concurrent;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// This node's ears: one subscription per room, fanned out to the listeners here. Facts come from room grains in order;
/// signals come straight from this node's media engine.
/// </summary>
public sealed class RoomFeedHub(IGrainFactory grains, RoomClock clock) : IRoomFeedObserver
{
    private readonly ConcurrentDictionary<string, RoomFeed> _feeds = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private IRoomFeedObserver? _reference;

    /// <summary>The address to hand to a room grain when joining for somebody here.</summary>
    public IRoomFeedObserver Reference
    {
        get
        {
            lock (_gate)
                return _reference ??= grains.CreateObjectReference<IRoomFeedObserver>(this);
        }
    }

    /// <summary>Listen before joining, so that nothing falls between the snapshot and the first fact.</summary>
    public void Listen(string room, FeedListener listener)
    {
        lock (_gate)
            _feeds.GetOrAdd(room, _ => new RoomFeed(clock.Time)).Add(listener);
    }

    public void StopListening(string room, FeedListener listener)
    {
        lock (_gate)
        {
            if (!_feeds.TryGetValue(room, out var feed) || !feed.Remove(listener))
                return;
            _feeds.TryRemove(room, out _);
            feed.Dispose();
        }
    }

    public void Receive(FeedBatch batch)
    {
        if (!_feeds.TryGetValue(batch.Room, out var feed))
            return;
        foreach (var item in batch.Items)
            feed.Deliver(item);
    }

    /// <summary>Called on media threads: never blocks on anything but a listener's short lock.</summary>
    public void Signal(MediaSignal signal)
    {
        if (_feeds.TryGetValue(signal.Room, out var feed))
            feed.Signal(signal);
    }
}
