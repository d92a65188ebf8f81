using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Sylk.Conference.Rooms;

/// <summary>Read from the store before the first order, written to it before anything is true.</summary>
internal sealed partial class RoomGrain : IIncomingGrainCallFilter
{
    private static readonly TimeSpan CatchUpTurn = TimeSpan.FromSeconds(1);
    private static readonly Refusal StoreAway = new(ErrorCodes.Overloaded, "What this changes cannot be kept at the moment.", 2_000);
    private static readonly Refusal Unreadable = new(ErrorCodes.Internal, "What is stored of this room cannot be read; its operator has to repair it.");

    private RoomJournal? _journal;
    private Refusal? _closed;
    private bool _opened;

    /// <summary>Every call comes through here (<see cref="RoomRefusedException"/> says why it goes no further).</summary>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (!_opened)
            await Open();
        else if (_journal is { IsInDoubt: true })
            await SettleDoubt();
        if (_closed is { } refusal)
            throw new RoomRefusedException(refusal);
        try
        {
            await context.Invoke();
        }
        catch (StoreUnavailableException)
        {
            throw new RoomRefusedException(StoreAway);
        }
    }

    private async Task Open()
    {
        var name = this.GetPrimaryKeyString();
        var declared = ConfigRules.Declared(name, tools.Settings, tools.Clock.Now);
        if (ServiceProvider.GetService<IRoomStore>() is not { } store)
        {
            _state.Restore(StoredRoom.New(declared));
            _opened = true;
            return;
        }
        _journal = new RoomJournal(name, store, tools.Clock);
        var load = await _journal.LoadAsync();
        if (load.Status == RoomLoadStatus.Unavailable)
            throw new RoomRefusedException(StoreAway);
        _opened = true;
        var stored = load.Status switch
        {
            RoomLoadStatus.Absent => StoredRoom.New(declared),
            RoomLoadStatus.Found => StoredRoom.Read(load, declared, tools.Clock.Now),
            _ => null,
        };
        if (stored is null)
            Close(Unreadable, tools.Log.RoomUnreadable);
        else
            Take(stored, load.LastEvent);
        if (stored is { Session: not null })
            await TakeInventory();
    }

    private void Take(StoredRoom stored, long lastEvent)
    {
        _state.Restore(stored);
        _lastEvent = lastEvent;
        _media.Restore(stored.Home);
        if (stored.Session is not { } session)
            return;
        _openedAt = session.StartedAt;
        DelayDeactivation(TimeSpan.FromDays(365));
        CountInside(+1);
        tools.Log.SessionRestored(_state.Name, session.Id, stored.Seats.Count);
        SetAlarm();
    }

    /// <summary>Decides whether it happens: committed, or of the kind that may be written late.</summary>
    private async ValueTask<Refusal?> Keep(ImmutableArray<RoomEvent> decision)
    {
        var news = NewsOf(decision);
        if (_journal is not { } journal)
        {
            TellOutsiders(news);
            return null;
        }
        var writes = Writes(journal, decision);
        return await journal.WriteAsync(decision, writes, _state.Config, news) switch
        {
            CommitOutcome.Committed => Told(news),
            CommitOutcome.Unavailable => StoreAway,
            _ => StepDown(),
        };
    }

    /// <summary>For what nobody waits for an answer to: written at the end of the call, with everything else of it.</summary>
    private void KeepLater(ImmutableArray<RoomEvent> decision)
    {
        var news = NewsOf(decision);
        if (_journal is not { } journal)
        {
            TellOutsiders(news);
            return;
        }
        journal.Delay(Writes(journal, decision), news);
        Told(news);
    }

    private RoomWrites Writes(RoomJournal journal, ImmutableArray<RoomEvent> decision)
    {
        var writes = RoomWrites.Of(_state, journal.Kept, decision, tools.Clock.Now);
        if (!writes.Forget && (!writes.IsEmpty || decision.Any(happened => happened is HomeChanged)))
            writes.Put(EntryKeys.Media, _media.Stored);
        return writes;
    }

    private Refusal? Told(ImmutableArray<OutboundEvent> news)
    {
        if (!news.IsEmpty)
            _lastEvent = news[^1].Sequence;
        return null;
    }

    private async ValueTask CatchUp()
    {
        if (_journal is { IsBehind: true } journal && await journal.CatchUpAsync(_state.Config) == CommitOutcome.Conflict)
            StepDown();
    }

    /// <summary>
    /// What was refused because nobody knew whether it was written, and was: it happened then. Whoever came in by it was told
    /// that they did not, so they are somebody without a connection.
    /// </summary>
    private async Task SettleDoubt()
    {
        var (outcome, happened, lastEvent) = await _journal!.SettleAsync();
        if (outcome == DoubtOutcome.Lost)
            StepDown();
        if (outcome != DoubtOutcome.Settled || happened.IsDefaultOrEmpty)
            return;
        _lastEvent = lastEvent ?? _lastEvent;
        await Follow(happened);
        foreach (var seated in happened.OfType<Seated>())
        {
            if (seated.Seat.ConnectionId is { } connection)
                await CarryOut(Decide(new LoseConnection(seated.Seat.Id, connection)).Events);
        }
        SetAlarm();
    }

    /// <summary>Somebody else writes this room: what is known here is not true any more.</summary>
    private Refusal StepDown()
    {
        Close(StoreAway, tools.Log.RoomLost);
        DelayDeactivation(TimeSpan.Zero);
        DeactivateOnIdle();
        return StoreAway;
    }

    private void Close(Refusal refusal, Action<string> say)
    {
        if (_closed is null)
            say(this.GetPrimaryKeyString());
        _closed = refusal;
        _alarm?.Dispose();
    }

    private void CountInside(int sign)
    {
        tools.Metrics.Rooms(sign);
        foreach (var seat in _state.Seats.Values)
            tools.Metrics.Participants(sign, seat.Kind);
        foreach (var track in _state.Tracks.Values)
            tools.Metrics.Tracks(sign, track);
    }
}
