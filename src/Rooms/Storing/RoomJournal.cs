using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What became of a commit nobody had an answer to.</summary>
internal enum DoubtOutcome { NoDoubt, StillInDoubt, Settled, Lost }

/// <summary>
/// One room's way to the store. Knows which version of the row is ours, what the row holds, what could not be written yet,
/// and which commit nobody knows the fate of.
/// </summary>
internal sealed class RoomJournal(string room, IRoomStore store, RoomClock clock)
{
    /// <summary>Events are kept for a store that is away up to this number; then the oldest go.</summary>
    private const int MostLateEvents = 10_000;

    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(250);

    private readonly SortedDictionary<string, string> _kept = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _late = new(StringComparer.Ordinal);
    private readonly Queue<OutboundEvent> _lateEvents = new();
    private SessionRecord? _lateSession;
    private (RoomCommit Commit, ImmutableArray<RoomEvent> Refused)? _doubt;
    private DateTimeOffset _askedAt;
    private long _version;

    /// <summary>The entries of the row, as they are or will be when what is late was written.</summary>
    public IReadOnlyDictionary<string, string> Kept => _kept;

    public bool IsBehind => _late.Count > 0 || _lateEvents.Count > 0 || _lateSession is not null || _doubt is not null;

    public bool IsInDoubt => _doubt is not null;

    public async Task<RoomLoad> LoadAsync()
    {
        var load = await store.LoadAsync(room);
        if (load.Status is RoomLoadStatus.Found or RoomLoadStatus.Absent)
        {
            _version = load.Version;
            _kept.Clear();
            foreach (var entry in load.Entries)
                _kept[entry.Key] = entry.Value!;
        }
        return load;
    }

    /// <returns>
    /// Committed also when it is not urgent and the store is away: then it is written with whatever comes next.
    /// </returns>
    public async ValueTask<CommitOutcome> WriteAsync(ImmutableArray<RoomEvent> decision, RoomWrites writes, RoomConfig? settings, ImmutableArray<OutboundEvent> news)
    {
        if (writes.IsEmpty && news.IsEmpty)
            return CommitOutcome.Committed;
        if (_doubt is not null)
            return writes.Urgent ? CommitOutcome.Unavailable : Delay(writes, news);
        var commit = CommitOf(writes, settings, news);
        var outcome = await store.CommitAsync(commit);
        switch (outcome)
        {
            case CommitOutcome.Committed:
                Written(commit);
                return CommitOutcome.Committed;
            case CommitOutcome.Unavailable:
                _doubt = (commit, writes.Urgent ? decision : []);
                return writes.Urgent ? CommitOutcome.Unavailable : Delay(writes, news);
            default:
                return outcome;
        }
    }

    /// <summary>To be written with the next commit; only for what is not urgent.</summary>
    public CommitOutcome Delay(RoomWrites writes, ImmutableArray<OutboundEvent> news)
    {
        foreach (var (key, value) in writes.Entries)
        {
            _late[key] = value;
            Keep(key, value);
        }
        _lateSession = writes.Session ?? _lateSession;
        foreach (var happened in news)
            _lateEvents.Enqueue(happened);
        while (_lateEvents.Count > MostLateEvents)
            _lateEvents.Dequeue();
        return CommitOutcome.Committed;
    }

    /// <summary>Writes what is late; nothing happens while the store is away.</summary>
    public async ValueTask<CommitOutcome> CatchUpAsync(RoomConfig? settings)
    {
        if (!IsBehind || _doubt is not null)
            return CommitOutcome.Committed;
        var commit = CommitOf(null, settings, []);
        var outcome = await store.CommitAsync(commit);
        if (outcome == CommitOutcome.Committed)
            Written(commit);
        else if (outcome == CommitOutcome.Unavailable)
            _doubt = (commit, []);
        return outcome == CommitOutcome.Conflict ? CommitOutcome.Conflict : CommitOutcome.Committed;
    }

    /// <summary>Finds out whether the commit without an answer was written.</summary>
    /// <returns>With <see cref="DoubtOutcome.Settled"/>: the events that were refused and happened all the same, and their last number outside.</returns>
    public async ValueTask<(DoubtOutcome Outcome, ImmutableArray<RoomEvent> Happened, long? LastEvent)> SettleAsync()
    {
        if (_doubt is not var (commit, refused))
            return (DoubtOutcome.NoDoubt, [], null);
        if (clock.Now - _askedAt < AskAgain)
            return (DoubtOutcome.StillInDoubt, [], null);
        var load = await store.LoadAsync(room);
        if (load.Status == RoomLoadStatus.Unavailable)
        {
            _askedAt = clock.Now;
            return (DoubtOutcome.StillInDoubt, [], null);
        }
        _doubt = null;
        var forgotten = commit is { Forget: true, Entries.IsEmpty: true, ExpectedVersion: > 0 };
        if (load.Version == commit.NextVersion || (forgotten && load.Status == RoomLoadStatus.Absent))
        {
            Written(commit);
            return (DoubtOutcome.Settled, refused, commit.Events.IsEmpty ? null : commit.Events[^1].Sequence);
        }
        return (load.Version == commit.ExpectedVersion ? DoubtOutcome.Settled : DoubtOutcome.Lost, [], null);
    }

    private RoomCommit CommitOf(RoomWrites? writes, RoomConfig? settings, ImmutableArray<OutboundEvent> news)
    {
        var entries = writes is { Forget: true } ? [] : new Dictionary<string, string?>(_late);
        foreach (var (key, value) in writes?.Entries ?? ImmutableDictionary<string, string?>.Empty)
            entries[key] = value;
        return new RoomCommit
        {
            Room = room,
            ExpectedVersion = _version,
            NextVersion = RoomVersion.After(_version, clock.Now),
            Config = writes is { Forget: true } ? null : writes?.Config ?? (_version == 0 ? settings : null),
            Forget = writes?.Forget ?? false,
            Entries = [.. entries.Select(entry => new RoomEntry(entry.Key, entry.Value))],
            Messages = writes is null ? [] : [.. writes.Messages],
            Session = writes?.Session ?? _lateSession,
            Events = [.. _lateEvents, .. news],
        };
    }

    private void Written(RoomCommit commit)
    {
        _version = commit is { Forget: true, Entries.IsEmpty: true } ? 0 : commit.NextVersion;
        if (commit.Forget)
            _kept.Clear();
        foreach (var entry in commit.Entries)
        {
            if (_late.GetValueOrDefault(entry.Key, entry.Value) != entry.Value)
                continue;
            _late.Remove(entry.Key);
            Keep(entry.Key, entry.Value);
        }
        if (commit.Forget)
            _late.Clear();
        if (_lateSession is not null && (commit.Session == _lateSession || commit.Session?.Id == _lateSession.Id && commit.Session.EndedAt is not null))
            _lateSession = null;
        foreach (var happened in commit.Events)
        {
            if (_lateEvents.TryPeek(out var late) && late.Id == happened.Id)
                _lateEvents.Dequeue();
        }
    }

    private void Keep(string key, string? value)
    {
        if (value is null)
            _kept.Remove(key);
        else
            _kept[key] = value;
    }
}
