using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

internal sealed class PresenceGrain(RoomClock clock) : Grain, IPresenceGrain
{
    /// <summary>Watchers ask again at least this often.</summary>
    private static readonly TimeSpan Stays = TimeSpan.FromHours(24);

    private PresenceMemory Memory => field ??= new PresenceMemory(this.GetPrimaryKeyString());

    public Task<PresenceView?> Watch(string watcher, string door, WatchAnswer judged)
    {
        DelayDeactivation(Stays);
        return Task.FromResult(Memory.Watch(watcher, door, judged, clock.Now));
    }

    public Task<PresenceView> Look(string watcher, WatchAnswer judged) => Task.FromResult(Memory.Look(watcher, judged, clock.Now));

    public Task<bool> Leave(string watcher) => Task.FromResult(Memory.Leave(watcher));

    public Task<PresenceTold?> Answer(string watcher, WatchAnswer answer) => Task.FromResult(Memory.Answer(watcher, answer, clock.Now));

    public Task<PresenceTold?> Show(string watcher, PresenceState state) => Task.FromResult(Memory.Show(watcher, state, clock.Now));

    public Task<(string? Tag, ImmutableArray<PresenceTold> Told)> Publish(PresenceOrder order)
    {
        DelayDeactivation(Stays);
        return Task.FromResult(Memory.Publish(order, clock.Now));
    }

    public Task<ImmutableArray<PresenceTold>> Settle() => Task.FromResult(Memory.Settle(clock.Now));
}

/// <summary>The rules, without a grain around them.</summary>
internal sealed class PresenceMemory(string address)
{
    public const int MostWatchers = 1_000;
    public const int MostPublications = 8;

    private readonly Dictionary<string, Watcher> _watchers = new(StringComparer.Ordinal);
    private readonly List<Publication> _publications = [];
    private PresenceState _shown = new(address, Reachability.Offline);

    public PresenceView? Watch(string watcher, string door, WatchAnswer judged, DateTimeOffset now)
    {
        var known = _watchers.GetValueOrDefault(watcher);
        if (known is null && _watchers.Count >= MostWatchers)
            return null;
        _watchers[watcher] = known is { Answer: WatchAnswer.Granted } ? known with { Door = door } : new Watcher(door, judged, null);
        return ViewOf(_watchers[watcher], now);
    }

    public PresenceView Look(string watcher, WatchAnswer judged, DateTimeOffset now) => ViewOf(_watchers.GetValueOrDefault(watcher) ?? new Watcher("", judged, null), now);

    public bool Leave(string watcher) => _watchers.Remove(watcher);

    public PresenceTold? Answer(string watcher, WatchAnswer answer, DateTimeOffset now)
    {
        if (!_watchers.TryGetValue(watcher, out var known))
            return null;
        known = known with { Answer = answer, Seen = answer == WatchAnswer.Granted ? known.Seen : null };
        _watchers[watcher] = known;
        if (answer == WatchAnswer.Rejected)
            _watchers.Remove(watcher);
        return new PresenceTold(watcher, known.Door, ViewOf(known, now));
    }

    public PresenceTold? Show(string watcher, PresenceState state, DateTimeOffset now)
    {
        if (!_watchers.TryGetValue(watcher, out var known) || known.Answer != WatchAnswer.Granted)
            return null;
        _watchers[watcher] = known = known with { Seen = state };
        return new PresenceTold(watcher, known.Door, ViewOf(known, now));
    }

    /// <summary>RFC 3903 section 6: each change has a new tag, and only the last one is known.</summary>
    public (string? Tag, ImmutableArray<PresenceTold> Told) Publish(PresenceOrder order, DateTimeOffset now)
    {
        _publications.RemoveAll(one => one.Until <= now);
        var before = order.Tag.Length == 0 ? null : _publications.Find(one => one.Tag == order.Tag);
        if ((order.Tag.Length > 0 && before is null) || (before is null && (order.State is null || _publications.Count >= MostPublications)))
            return (null, Settle(now));
        var at = before is null ? _publications.Count : _publications.IndexOf(before);
        var next = new Publication(Ids.Secret(), order.State ?? before!.State, now + order.Lasts);
        if (before is not null)
            _publications.RemoveAt(at);
        if (order.Lasts > TimeSpan.Zero)
            _publications.Insert(order.State is null ? at : _publications.Count, next); // who spoke last is believed
        return (next.Tag, Settle(now));
    }

    /// <returns>Who is to be told, when what there is to see has changed.</returns>
    public ImmutableArray<PresenceTold> Settle(DateTimeOffset now)
    {
        var state = Published(now);
        if (state == _shown)
            return [];
        _shown = state;
        return [.. _watchers.Where(one => one.Value is { Answer: WatchAnswer.Granted, Seen: null })
            .Select(one => new PresenceTold(one.Key, one.Value.Door, ViewOf(one.Value, now)))];
    }

    private PresenceView ViewOf(Watcher watcher, DateTimeOffset now) => new(
        watcher.Answer, watcher.Answer == WatchAnswer.Granted ? watcher.Seen ?? Published(now) : new PresenceState(address, Reachability.Offline));

    private PresenceState Published(DateTimeOffset now) =>
        _publications.FindLast(one => one.Until > now)?.State ?? new PresenceState(address, Reachability.Offline);

    /// <param name="Seen">What was shown to this one alone.</param>
    private sealed record Watcher(string Door, WatchAnswer Answer, PresenceState? Seen);

    private sealed record Publication(string Tag, PresenceState State, DateTimeOffset Until);
}
