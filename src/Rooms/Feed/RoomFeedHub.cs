using System.Collections.Concurrent;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// This node's ears: one subscription per room, fanned out to the listeners here. Facts come from room grains in order;
/// signals come straight from this node's media engine.
/// </summary>
public sealed class RoomFeedHub(IGrainFactory grains, RoomClock clock) : IRoomFeedObserver, ISignalOutlet
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
        feed.Follow(batch.Activation, batch.Items[0].Rev - 1);
        foreach (var item in batch.Items)
            feed.Deliver(item);
    }

    /// <summary>
    /// A node is gone: rooms that were decided there come up elsewhere without subscriptions, rooms whose media was there must
    /// move. Says both to every room somebody listens to here.
    /// </summary>
    public Task ReattendAsync(string self, string lost) => Task.WhenAll(_feeds.Keys.Select(room => ReattendAsync(room, self, lost)));

    /// <summary>Tells everybody here, whatever their room, in the given words.</summary>
    public void Tell(Func<FeedListener, FeedItem?> say)
    {
        foreach (var feed in _feeds.Values)
            feed.Tell(say);
    }

    /// <summary>How many listen here.</summary>
    public int Listeners => _feeds.Values.Sum(feed => feed.Listeners);

    private async Task ReattendAsync(string room, string self, string lost)
    {
        if (!_feeds.TryGetValue(room, out var feed))
            return;
        var position = await grains.GetGrain<IRoomGrain>(room).Attend(self, Reference, lost, feed.Present).ConfigureAwait(false);
        if (position is not null)
            feed.Follow(position.Activation, position.Rev);
        else
            feed.Tell(listener => new Dismissed(0, listener.ParticipantId, ErrorCodes.NodeDraining, "The room begins anew.", listener.ConnectionId, "rejoin"));
    }

    /// <summary>Called on media threads: never blocks on anything but a listener's short lock.</summary>
    public void Signal(MediaSignal signal)
    {
        if (_feeds.TryGetValue(signal.Room, out var feed))
            feed.Signal(signal);
    }
}
