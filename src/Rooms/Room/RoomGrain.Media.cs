using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>Where the room's media lives, and how it moves: participants, tracks, roles and what is muted stay as they are.</summary>
internal sealed partial class RoomGrain
{
    private const int MoveDeadlineMs = 10_000;

    /// <summary>How long the former home is kept after everybody was asked to come over: make before break.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(6);

    private readonly string _activation = Ids.Secret();
    private IGrainTimer? _afterMove;

    public async Task<FeedPosition?> Attend(string node, IRoomFeedObserver feed, string lost, ImmutableArray<Attendant> present)
    {
        if (_state.SessionId is null)
            return null;
        Subscribe(node, feed);
        _nodes.Remove(lost);
        await CarryOut([.. present.Select(StillThere).OfType<RoomEvent>()]);
        if (_media.Ticket?.Node == lost)
            await LeaveLostHome();
        await Pass();
        return new(_activation, _state.Rev);
    }

    public async Task NodeGone(string node)
    {
        _nodes.Remove(node);
        await CarryOut(Decide(new LoseNode(node)).Events);
        await Pass();
    }

    public async Task Vacate(string node)
    {
        if (_media.Ticket?.Node == node)
            await Move("nodeDraining");
    }

    public async Task<Refusal?> MoveMedia(string? node)
    {
        if (_state.SessionId is null || _media.Ticket is not { } ticket)
            return null; // nobody is inside: there is nothing to move
        return node == ticket.Node ? null : await Move("nodeMove", node);
    }

    public Task<bool> IsHome(string node) => Task.FromResult(_media.IsWelcomeAt(node));

    /// <summary>A home before anybody is sent there: the first one, or another one when the last is gone.</summary>
    private async ValueTask<Refusal?> SettleMedia()
    {
        if (_media.IsLost && await LeaveLostHome() is { } refusal)
            return refusal;
        return await _media.SettleAsync(tools.Clock.Now);
    }

    private async ValueTask<Refusal?> LeaveLostHome()
    {
        var refusal = await Move("nodeLost");
        if (refusal is null)
            await CarryOut([.. MediaOnly().Select(seat => Await(seat, tools.Clock.Now + RoomsSettings.ResumeWindow))]);
        return refusal;
    }

    private async ValueTask<Refusal?> Move(string reason, string? to = null)
    {
        if (await _media.MoveAsync(tools.Clock.Now, reason, to) is { } refusal)
            return refusal;
        await CarryOut([new HomeChanged(), .. _state.Seats.Values.Where(seat => seat.ConnectionId is not null)
            .Select(seat => new Told(rev => new RenegotiationNeeded(rev, seat.Id, reason, IceRestart: false, MoveDeadlineMs, _media.Ticket!.Epoch)))]);
        _afterMove?.Dispose();
        _afterMove = this.RegisterGrainTimer(AfterMove, new GrainTimerCreationOptions(Overlap, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        return null;
    }

    private async Task AfterMove()
    {
        _afterMove?.Dispose();
        _afterMove = null;
        await _media.CloseFormerAsync();
        if (_state.SessionId is not null && await _media.InventoryAsync() is { } held)
            await Reconcile(held);
        await Pass();
    }

    /// <summary>The room has come up here while its media went on elsewhere. A home that does not know it opens it anew, or is none.</summary>
    private async Task TakeInventory()
    {
        if (_media.IsLost || _media.Ticket is not { } ticket)
        {
            await Presume();
            return;
        }
        if (await _media.InventoryAsync() is { } held)
        {
            await Reconcile(held, isNews: false);
            return;
        }
        await Presume();
        if (await Move("nodeLost", ticket.Node) is not null)
            await LeaveLostHome();
    }

    /// <summary>
    /// Room and media were lost together: who published goes on publishing on a new connection, so its tracks are taken to be there, and
    /// pages keep their tiles. What does not come back is taken away after the move.
    /// </summary>
    private async Task Presume()
    {
        foreach (var seat in _state.Seats.Values.ToList())
        {
            foreach (var track in _state.Declared(seat.Id).Where(track => !_state.Tracks.ContainsKey(track.TrackId)))
            {
                var kind = track.Source is TrackSource.Microphone or TrackSource.ScreenAudio ? TrackKind.Audio : TrackKind.Video;
                await Follow(Decide(new Observe(new TrackLive(0, seat.Id, track.TrackId, kind, track.Source, "", track.Muted))).Events);
            }
        }
    }

    /// <summary>Believes the home: tracks that are not there are over, tracks we did not hear of exist, media-only people must be there.</summary>
    /// <param name="isNews">False: all of it was so before, and outsiders know it.</param>
    private async Task Reconcile(RoomMediaInventory held, bool isNews = true)
    {
        var here = held.Peers.SelectMany(peer => peer.Tracks.Select(track => (peer.PeerId, Track: track)))
            .ToDictionary(entry => entry.Track.TrackId, entry => entry, StringComparer.Ordinal);
        var events = ImmutableArray.CreateBuilder<RoomEvent>();
        events.AddRange(_state.Tracks.Keys.Where(id => !here.ContainsKey(id)).Select(id => new TrackStopped(id)));
        var peers = held.Peers.Select(peer => peer.PeerId).ToHashSet(StringComparer.Ordinal);
        events.AddRange(MediaOnly().Where(seat => seat.Deadline is null != peers.Contains(seat.Id)).Select(seat => peers.Contains(seat.Id)
            ? new SeatChanged(seat with { Deadline = null }, Visible: false)
            : Await(seat, tools.Clock.Now + RoomsSettings.ResumeWindow)));
        await CarryOut(events.DrainToImmutable());
        foreach (var (peer, track) in here.Values.Where(entry => !_state.Tracks.ContainsKey(entry.Track.TrackId)))
        {
            var live = new TrackLive(held.Epoch, peer, track.TrackId, track.Kind, track.Source, track.Codec, Muted: false);
            var seen = Decide(new Observe(live)).Events;
            if (isNews)
                await CarryOut(seen);
            else
                await Follow(seen);
        }
    }

    /// <summary>What the room knows to be muted stays so, whatever an offer to a new home says.</summary>
    private ImmutableArray<TrackDeclaration> KeepMuted(ImmutableArray<TrackDeclaration> publish) =>
        [.. publish.Select(track => _state.Tracks.TryGetValue(track.TrackId, out var known) && known.Muted ? track with { Muted = true } : track)];

    private RoomEvent? StillThere(Attendant one) =>
        _state.Seats.GetValueOrDefault(one.ParticipantId) is { State: ParticipantState.Reconnecting } seat && seat.ConnectionId == one.ConnectionId
            ? new SeatChanged(seat with { State = ParticipantState.Active, Deadline = null }, Visible: true)
            : _state.Waiting.People.GetValueOrDefault(one.ParticipantId) is { Away: true } waiter && waiter.Seat.ConnectionId == one.ConnectionId
            ? WaitingRules.StillThere(waiter)
            : null;

    private List<Seat> MediaOnly() => [.. _state.Seats.Values.Where(seat => seat.ConnectionId is null)];

    private static SeatChanged Await(Seat seat, DateTimeOffset deadline) => new(seat with { Deadline = deadline }, Visible: false);
}
