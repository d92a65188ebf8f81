using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>One room: decide, commit, publish, order media. All rules are in <see cref="RoomModel"/>.</summary>
internal sealed partial class RoomGrain(RoomTools tools) : Grain, IRoomGrain
{
    private readonly Dictionary<string, IRoomFeedObserver> _nodes = [];
    private RoomState _state = null!;
    private MediaOrders _media = null!;
    private ITimer? _alarm;
    private DateTimeOffset? _alarmAt;
    private DateTimeOffset _openedAt;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var name = this.GetPrimaryKeyString();
        (_state, _media) = (new RoomState(name), new MediaOrders(name, tools, () => _state.Settings));
        tools.Awake[name] = 0;
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        tools.Awake.TryRemove(this.GetPrimaryKeyString(), out _);
        _alarm?.Dispose();
        if (_state.SessionId is not null)
            CountInside(-1);
        return Task.CompletedTask;
    }

    public async Task<JoinOutcome> Join(JoinRequest request)
    {
        var now = tools.Clock.Now;
        var publish = Publishing.Permitted(_state, request.ParticipantId, Admission.CapsOf(_state, request), request.Publish);
        var decision = Decide(new Admit(request with { Publish = publish }, Ids.New(Ids.Session, now)));
        var waits = decision.Events.Any(happened => happened is Knocked);
        var refusal = decision.Refusal ?? (waits ? null : await SettleMedia());
        if (refusal is null)
        {
            Subscribe(request.Node, request.Feed);
            refusal = await CarryOut(decision.Events);
        }
        tools.Metrics.JoinRequested(refusal?.Code);
        if (refusal is not null)
            return JoinOutcome.Refused(refusal);
        await Pass();
        var outcome = waits ? Waits(request.ParticipantId) : await Admitted(request.ParticipantId, publish, request.WantSnapshot);
        return outcome with { Opened = decision.Events.Any(happened => happened is ConfigChanged) };
    }

    public async Task<JoinOutcome?> Resume(ResumeRequest request)
    {
        var decision = Decide(new Readmit(request));
        if (decision.Refusal is { } refusal)
            return JoinOutcome.Refused(refusal);
        if (decision.Events.LastOrDefault() is Knocked { Waiter: var waiter })
        {
            Subscribe(request.Node, request.Feed);
            return await CarryOut(decision.Events) is { } lost ? JoinOutcome.Refused(lost) : Waits(waiter.Seat.Id);
        }
        if (decision.Events.LastOrDefault() is not SeatChanged { Seat: var seat })
            return null;
        if (await SettleMedia() is { } homeless)
            return JoinOutcome.Refused(homeless);
        Subscribe(request.Node, request.Feed);
        var heard = _state.Seats[seat.Id].HeardUpTo;
        var publish = KeepMuted(Publishing.Permitted(_state, seat, request.Publish));
        if (await CarryOut([.. decision.Events, .. Decide(new DeclareTracks(seat.Id, publish)).Events]) is { } unkept)
            return JoinOutcome.Refused(unkept);
        await Pass();
        return await Admitted(seat.Id, publish, withSnapshot: true, heard);
    }

    public async Task<Refusal?> Do(RoomCommand command)
    {
        var decision = Decide(await Complete(command));
        if (decision.Refusal is { } refusal)
            return refusal;
        if (decision.Events.Any(happened => happened is SessionOpened) && await SettleMedia() is { } homeless)
            return homeless;
        if (await CarryOut(decision.Events) is { } unkept)
            return unkept;
        await Pass();
        return null;
    }

    public async Task<PublishPermit> Permit(string participantId, ImmutableArray<TrackDeclaration> publish)
    {
        if (!_state.Seats.TryGetValue(participantId, out var seat))
            return new(Decision.NotHere().Refusal, null, [], false);
        if (_media.IsLost)
            await LeaveLostHome();
        var permitted = KeepMuted(Publishing.Permitted(_state, seat, publish));
        if (!permitted.IsEmpty && await CarryOut(Decide(new DeclareTracks(participantId, permitted)).Events) is { } refusal)
            return new(refusal, null, [], false);
        return new(null, _media.Ticket, permitted, Publishing.MayPublish(seat.Caps), DataRules.Allows(seat.Caps));
    }

    public async Task Report(ImmutableArray<MediaReport> reports)
    {
        foreach (var report in reports)
        {
            if (!_media.Knows(report.Epoch) || Decide(new Observe(report)).Events is not { IsEmpty: false } observed)
                continue;
            KeepLater(observed);
            await Follow(observed);
        }
        await CatchUp();
        await Pass();
    }

    public async Task<bool> LeaveByKey(string participantId, string resumeKey)
    {
        var seat = Admission.FindByKey(_state, Ids.Fingerprint(resumeKey));
        return seat?.Id == participantId && await Do(new Leave(participantId)) is null;
    }

    public Task<string?> HolderOf(string key) => Task.FromResult(Admission.FindByKey(_state, Ids.Fingerprint(key))?.Id);

    public async Task<LobbyFacts> Lobby()
    {
        await MindNumber();
        return RoomView.Lobby(_state, tools.Settings, tools.Clock.Now);
    }

    public async Task Tick()
    {
        _alarmAt = null;
        await CatchUp();
        await Pass();
    }

    private Decision Decide(RoomCommand command)
    {
        var decision = RoomModel.Decide(_state, command, tools.Settings, tools.Clock.Now);
        if (decision.Refusal is { } refusal)
            tools.Log.Refused(_state.Name, command.GetType().Name, refusal.Code);
        return decision;
    }

    /// <summary>Lets time have its say until it has nothing more to say, then sets the alarm for the next time.</summary>
    private async Task Pass()
    {
        for (var round = 0; round < 8; round++)
        {
            var decision = Decide(new Pass());
            if (decision.Events.IsEmpty || await CarryOut(decision.Events) is not null)
                break;
        }
        SetAlarm();
    }

    /// <returns>Why it did not happen; null when it did.</returns>
    private async ValueTask<Refusal?> CarryOut(ImmutableArray<RoomEvent> events)
    {
        if (events.IsEmpty)
            return null;
        if (await Keep(events) is { } refusal)
        {
            if (_state.SessionId is null && await _media.LetGoAsync() is { } error)
                _media.Complain(error);
            return refusal;
        }
        await Follow(events);
        return null;
    }

    /// <summary>What happened becomes true here, is told, and reaches the media.</summary>
    private async Task Follow(ImmutableArray<RoomEvent> events)
    {
        var told = ImmutableArray.CreateBuilder<FeedItem>(events.Length);
        foreach (var happened in events)
        {
            Count(happened);
            if (_state.Apply(happened) is { } item)
                told.Add(item);
        }
        Publish(told.DrainToImmutable());
        foreach (var happened in events)
        {
            var order = _media.FollowAsync(happened);
            if (await order is { } error)
                _media.Complain(error);
        }
        await Discard(events);
        if (_state.SessionId is null && events.Any(happened => happened is SessionClosed or ConfigChanged { Config: null }))
            Retire();
    }

    private void Publish(ImmutableArray<FeedItem> items)
    {
        if (items.IsEmpty)
            return;
        var batch = new FeedBatch(_state.Name, items, _activation);
        foreach (var node in _nodes.Values)
            node.Receive(batch);
    }

    private void Subscribe(string? node, IRoomFeedObserver? feed)
    {
        if (node is not null && feed is not null)
            _nodes[node] = feed;
    }

    private async Task<JoinOutcome> Admitted(string id, ImmutableArray<TrackDeclaration> publish, bool withSnapshot, long? heard = null) => new(
        null, _state.SessionId!, _media.Ticket, _state.Describe(_state.Seats[id]), publish, withSnapshot ? await View(id, heard) : null);

    private void Count(RoomEvent happened)
    {
        switch (happened)
        {
            case SessionOpened e:
                _openedAt = tools.Clock.Now;
                DelayDeactivation(TimeSpan.FromDays(365));
                tools.Metrics.Rooms(+1);
                tools.Log.SessionOpened(_state.Name, e.SessionId, _media.Ticket?.Node ?? "");
                break;
            case SessionClosed e:
                tools.Metrics.Rooms(-1);
                tools.Metrics.SessionEnded(tools.Clock.Now - _openedAt, e.By is null ? "empty" : "ended");
                tools.Log.SessionEnded(_state.Name, _state.SessionId ?? "", e.By is null ? "empty" : "ended");
                break;
            case Seated e:
                tools.Metrics.Participants(+1, e.Seat.Kind);
                break;
            case Unseated e when _state.Seats.TryGetValue(e.ParticipantId, out var seat):
                tools.Metrics.Participants(-1, seat.Kind);
                break;
            case TrackBegan e:
                tools.Metrics.Tracks(+1, e.Track);
                break;
            case TrackStopped e when _state.Tracks.TryGetValue(e.TrackId, out var track):
                tools.Metrics.Tracks(-1, track);
                break;
        }
    }

    private void SetAlarm()
    {
        var next = NextAlarm();
        if (next == _alarmAt)
            return;
        _alarm?.Dispose();
        _alarm = null;
        _alarmAt = next;
        if (next is not { } at)
            return;
        var self = this.AsReference<IRoomGrain>();
        var wait = at - tools.Clock.Now;
        if (_state.SessionId is null)
            DelayDeactivation(Memory + (wait > TimeSpan.Zero ? wait : TimeSpan.Zero));
        _alarm = tools.Clock.Time.CreateTimer(
            _ => self.Tick().Ignore(), null, wait < TimeSpan.Zero ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is due and could not be written is tried again in a second.</summary>
    private DateTimeOffset? NextAlarm()
    {
        var next = Presence.NextDeadline(_state, tools.Settings);
        var later = tools.Clock.Now + CatchUpTurn;
        if (_journal is { IsBehind: true })
            return _alarmAt is { } set && set <= later && set > tools.Clock.Now ? set : later;
        return next;
    }

    private void Retire()
    {
        _nodes.Clear();
        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
    }
}
