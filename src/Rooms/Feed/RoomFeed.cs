using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// One room as heard on this node: in order, each fact once, to everyone who listens here. With more than
/// <see cref="LargeRoom"/> listeners facts wait for each other for the length of a <see cref="FactWindow"/>.
/// </summary>
internal sealed class RoomFeed : IDisposable
{
    /// <summary>Up to so many listeners each fact is told at once.</summary>
    public const int LargeRoom = 100;

    private readonly Lock _gate = new();
    private readonly FactWindow _window;
    private ImmutableArray<FeedListener> _listeners = [];
    private long? _rev;
    private string? _activation;
    private long _epoch;

    public RoomFeed(TimeProvider? time = null) => _window = new FactWindow(time ?? TimeProvider.System, CloseWindow);

    public int Gaps { get; private set; }

    public bool IsSilent => _listeners.IsEmpty;

    public int Listeners => _listeners.Length;

    public ImmutableArray<Attendant> Present =>
    [
        .. _listeners.Where(one => one.ParticipantId.Length > 0).Select(one => new Attendant(one.ParticipantId, one.ConnectionId)),
        .. _listeners.SelectMany(one => one.Carried),
    ];

    /// <summary>
    /// Where the room's word now comes from. Another activation may not know what the last one said last: everybody asks for the
    /// whole room then.
    /// </summary>
    public void Follow(string activation, long rev)
    {
        lock (_gate)
        {
            if (_activation == activation)
                return;
            var moved = _activation is not null;
            _activation = activation;
            if (!moved)
                return;
            _rev = rev;
            AnnounceGap(rev);
        }
    }

    public void Tell(Func<FeedListener, FeedItem?> say)
    {
        lock (_gate)
        {
            Flush();
            foreach (var listener in _listeners)
            {
                if (say(listener) is { } item)
                    listener.Offer(new FeedEnvelope(item, _rev ?? item.Rev));
            }
        }
    }

    public void Add(FeedListener listener)
    {
        lock (_gate)
            _listeners = _listeners.Add(listener);
    }

    /// <returns>True when nobody listens any more.</returns>
    public bool Remove(FeedListener listener)
    {
        lock (_gate)
        {
            _listeners = _listeners.Remove(listener);
            if (_listeners.IsEmpty)
                _rev = null;
            return _listeners.IsEmpty;
        }
    }

    public void Deliver(FeedItem item)
    {
        lock (_gate)
        {
            if (item.IsFact)
            {
                if (item.Rev <= _rev)
                    return;
                if (_rev is { } last && item.Rev > last + 1)
                    AnnounceGap(item.Rev);
                _rev = item.Rev;
            }
            else if (_rev is { } known && item.Rev > known)
            {
                // What only some hear carries the revision it follows: facts before it are missing.
                AnnounceGap(item.Rev);
                _rev = item.Rev;
            }
            if (_listeners.Length > LargeRoom && MayWait(item))
            {
                _window.Hold(item);
                if (_window.IsFull)
                    Flush();
                return;
            }
            if (item is not DataSent)
                Flush(); // revisions must not go back
            var envelope = new FeedEnvelope(item, item.Rev);
            foreach (var listener in _listeners)
            {
                if (listener.Hears(item))
                    listener.Offer(envelope);
            }
            if (item is Dismissed { To: null })
                _rev = null;
        }
    }

    public void Signal(MediaSignal signal)
    {
        if (!IsOfNewestHome(signal.Epoch))
            return;
        var listeners = _listeners;
        if (signal is SlotsChanged slots)
        {
            foreach (var listener in listeners)
            {
                if (listener.ParticipantId == slots.PeerId)
                    listener.OfferSlots(slots);
            }
            return;
        }
        if (signal is PublishHinted hint)
        {
            foreach (var listener in listeners)
            {
                if (listener.ParticipantId == hint.PeerId)
                    listener.OfferHint(hint);
            }
            return;
        }
        var envelope = new FeedEnvelope(signal, _rev ?? 0);
        foreach (var listener in listeners)
        {
            if (signal is QualityChanged)
                listener.OfferQuality(envelope);
            else
                listener.OfferSpeakers(envelope);
        }
    }

    public void Dispose() => _window.Dispose();

    /// <summary>While people move, two homes speak at once; of what the older one says nothing is news. Called on media threads.</summary>
    private bool IsOfNewestHome(long epoch)
    {
        var newest = Interlocked.Read(ref _epoch);
        while (epoch > newest && Interlocked.CompareExchange(ref _epoch, epoch, newest) is var seen && seen != newest)
            newest = seen;
        return epoch >= newest;
    }

    private void CloseWindow()
    {
        lock (_gate)
            Flush();
    }

    private void Flush()
    {
        if (_window.Take() is not { } envelope)
            return;
        foreach (var listener in _listeners)
            listener.Offer(envelope);
    }

    /// <summary>What is for everybody; an order to one, and the end, go out at once with all that came before.</summary>
    private static bool MayWait(FeedItem item) => item.IsForAll && item is not Dismissed;

    private void AnnounceGap(long rev)
    {
        Gaps++;
        Flush();
        var envelope = new FeedEnvelope(new ResyncNeeded(rev), rev);
        foreach (var listener in _listeners)
            listener.Offer(envelope);
    }
}
