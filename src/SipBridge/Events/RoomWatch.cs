using System.Threading.Channels;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.ConferenceInfo;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Everybody on this node who watches one room by the conference package. Subscribers and the room's facts come through one inbox; what
/// changed is told to each of them at most once per interval, the first change after a quiet one at once (rule SIP-CONF-4).
/// </summary>
internal sealed partial class RoomWatch
{
    private const int MostWaiting = 4_096;

    private readonly Channel<object> _inbox = Channel.CreateBounded<object>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private readonly List<RoomWatcher> _watchers = [];
    private readonly RoomRoster _roster = new();
    private readonly FocusTools _tools;
    private readonly WatchedRoom _room;
    private readonly ConferenceView _view;
    private ConferenceState? _plain;
    private ConferenceState? _whole;
    private bool _isStale = true;
    private bool _stops;

    public RoomWatch(FocusTools tools, WatchedRoom room)
    {
        (_tools, _room) = (tools, room);
        _view = new ConferenceView(room.Name, room.Domain, room.Page, room.IsOurs);
    }

    /// <summary>Asked when nobody watches any more; false when somebody has just come.</summary>
    public required Func<RoomWatch, bool> MayEnd { get; init; }

    /// <summary>Told when it ends for another reason: nobody may be sent here any more.</summary>
    public required Action<RoomWatch> Ended { get; init; }

    public string Room => _room.Name;

    public bool IsIdle => _inbox.Reader.Count == 0;

    /// <summary>
    /// A new <see cref="RoomWatcher"/>, a <see cref="SipSubscriptionRefreshed"/>, <see cref="SipSubscriptionEnded"/>, <see cref="SipCallEnded"/>
    /// or <see cref="NodeStops"/>. Never waits.
    /// </summary>
    public void Take(object happened) => _inbox.Writer.TryWrite(happened);

    public async Task RunAsync()
    {
        var listener = new FeedListener("watch-" + _room.Name);
        using var stop = new CancellationTokenSource();
        _tools.Feeds.Listen(_room.Name, listener);
        var feed = PumpFeedAsync(listener, stop.Token);
        try
        {
            do
            {
                await TurnAsync().ConfigureAwait(false);
            }
            while (!_stops && (_watchers.Count > 0 || !MayEnd(this)));
        }
        finally
        {
            _tools.Feeds.StopListening(_room.Name, listener);
            await stop.CancelAsync().ConfigureAwait(false);
            await feed.ConfigureAwait(false);
        }
        await TurnAwayAsync().ConfigureAwait(false);
    }

    /// <summary>Whoever came while it stopped is asked to subscribe again.</summary>
    private async Task TurnAwayAsync()
    {
        Ended(this);
        while (_inbox.Reader.TryRead(out var late))
            Note(late);
        _stops = true;
        await TellAllAsync().ConfigureAwait(false);
    }

    private async Task TurnAsync()
    {
        try
        {
            await WaitAsync().ConfigureAwait(false);
            while (_inbox.Reader.TryRead(out var happened))
                Note(happened);
            if (_isStale)
                await LoadAsync().ConfigureAwait(false);
            await TellAllAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // subscribers of other rooms have nothing to do with it; these are asked to subscribe again
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.WatchFailed(_tools.Log, problem, _room.Name);
            _stops = true;
            await TellAllAsync().ConfigureAwait(false);
        }
    }

    private async Task PumpFeedAsync(FeedListener listener, CancellationToken stop)
    {
        var news = new List<FeedEnvelope>();
        try
        {
            while (true)
            {
                await listener.TakeAsync(news, stop).ConfigureAwait(false);
                foreach (var envelope in news)
                    Take(envelope.Content);
                news.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody watches any more.
        }
    }

    /// <summary>Until something happens or somebody is to be told what has happened before.</summary>
    private async Task WaitAsync()
    {
        if (NextDue() is not { } due)
        {
            await _inbox.Reader.WaitToReadAsync().ConfigureAwait(false);
            return;
        }
        var wait = due - _tools.Clock.Now;
        if (wait <= TimeSpan.Zero)
            return;
        using var late = new CancellationTokenSource(wait, _tools.Clock.Time);
        try
        {
            await _inbox.Reader.WaitToReadAsync(late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // It is time.
        }
    }

    private Instant? NextDue()
    {
        Instant? next = null;
        foreach (var watcher in _watchers)
        {
            if (watcher.Told is { } told && !IsPending(watcher) && !ReferenceEquals(told, StateFor(watcher)))
                next = next is { } sooner && sooner < watcher.ToldAt + _room.Interval ? sooner : watcher.ToldAt + _room.Interval;
        }
        return next;
    }

    private void Note(object happened)
    {
        switch (happened)
        {
            case RoomWatcher newcomer:
                _watchers.Add(newcomer);
                break;
            case SipSubscriptionRefreshed { Subscription.Owner: RoomWatcher watcher } refreshed:
                (watcher.WantsAll, watcher.IsFetch) = (true, watcher.IsFetch || refreshed.IsLast);
                break;
            case SipSubscriptionEnded { Subscription.Owner: RoomWatcher watcher }:
                watcher.IsOver = true;
                break;
            case SpeakersChanged speakers:
                _roster.Take(speakers); // decides who is shown where not all are, which is no news by itself
                return;
            case FactBatch batch:
                foreach (var item in batch.Items)
                    Note(item);
                break;
            case FeedItem item:
                _isStale |= _roster.Take(item);
                break;
            case NodeStops:
                _stops = true;
                break;
            case SipCallEnded:
                break;
            default:
                return;
        }
        (_plain, _whole) = (null, null);
    }

    private async Task LoadAsync()
    {
        var room = _tools.Room(_room.Name);
        await room.Attend(_tools.Nodes.LocalId, _tools.Feeds.Reference, "", []).ConfigureAwait(false); // a named peer may watch where nobody of this node is
        _roster.Load(await room.Snapshot().ConfigureAwait(false));
        (_isStale, _plain, _whole) = (false, null, null);
    }
}
