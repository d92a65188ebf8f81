using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Rooms of a process that keeps nothing (<c>Storage:Mode=memory</c>).</summary>
/// <param name="outbox">Takes each commit's events with it.</param>
public sealed class MemoryRoomStore(Action<ImmutableArray<OutboundEvent>>? outbox = null) : IRoomStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Row> _rooms = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SessionRecord> _sessions = new(StringComparer.Ordinal);

    public Task<RoomLoad> LoadAsync(string room, CancellationToken cancellation = default) => Guarded(() => _rooms.TryGetValue(room, out var row)
        ? new RoomLoad(
            RoomLoadStatus.Found, row.Version, row.Config, [.. row.Entries.Select(entry => new RoomEntry(entry.Key, entry.Value))],
            row.LastMessage, row.LastEvent)
        {
            LastMessageAt = row.Messages.GetValueOrDefault(row.LastMessage)?.Timestamp,
        }
        : RoomLoad.Of(RoomLoadStatus.Absent));

    public Task<CommitOutcome> CommitAsync(RoomCommit commit, CancellationToken cancellation = default) => Guarded(() =>
    {
        if ((_rooms.GetValueOrDefault(commit.Room)?.Version ?? 0) != commit.ExpectedVersion || Contradicts(commit))
            return CommitOutcome.Conflict;
        if (commit.Forget)
            _rooms.Remove(commit.Room);
        if (!commit.Forget || !commit.Entries.IsEmpty)
            Write(commit.Forget ? commit with { Messages = [], Config = null } : commit);
        if (commit.Session is { } session)
            _sessions[session.Id] = session;
        if (!commit.Events.IsEmpty)
            outbox?.Invoke(commit.Events);
        return CommitOutcome.Committed;
    });

    public Task<ImmutableArray<ChatMessage>> MessagesAsync(ChatQuery query, CancellationToken cancellation = default) =>
        Guarded<ImmutableArray<ChatMessage>>(() =>
        [
            .. MessagesOf(query.Room).Reverse()
                .Where(message => message.Sequence < (query.Before ?? long.MaxValue) && MayRead(query.Reader, message)).Take(query.Limit),
        ]);

    public Task<ChatMessage?> FindMessageAsync(string room, string senderIdentity, string clientId, CancellationToken cancellation = default) =>
        Guarded(() => _rooms.TryGetValue(room, out var row) && row.Sent.TryGetValue((senderIdentity, clientId), out var sequence)
            ? row.Messages[sequence]
            : null);

    public Task<(string Room, ChatMessage Message)?> FindMessageAsync(string messageId, CancellationToken cancellation = default) =>
        Guarded<(string, ChatMessage)?>(() =>
        {
            foreach (var (name, row) in _rooms)
            {
                if (row.Messages.Values.FirstOrDefault(message => message.Id == messageId) is { } found)
                    return (name, found);
            }
            return null;
        });

    public Task<StoredPage<RoomConfig>> RoomsAsync(string? prefix, string? cursor, int limit, CancellationToken cancellation = default) =>
        Guarded(() => Page(
            _rooms.Where(room => room.Value.Config is not null && room.Key.StartsWith(prefix ?? "", StringComparison.Ordinal))
                .Where(room => string.CompareOrdinal(room.Key, cursor) > 0).Select(room => room.Value.Config!),
            limit, config => config.Name));

    public Task<string?> FindRoomAsync(string roomId, CancellationToken cancellation = default) =>
        Guarded<string?>(() => _rooms.FirstOrDefault(room => room.Value.Config?.Id == roomId).Key);

    public Task<StoredPage<SessionRecord>> SessionsAsync(string room, string? cursor, int limit, CancellationToken cancellation = default) =>
        Guarded(() => Page(
            _sessions.Values.Reverse().Where(session => session.Room == room && (cursor is null || string.CompareOrdinal(session.Id, cursor) < 0)),
            limit, session => session.Id));

    public Task<StoredPage<string>> UnsettledAsync(string? cursor, int limit, CancellationToken cancellation = default) =>
        Guarded(() => Page(
            _rooms.Where(room => room.Value.Config is { Permanent: false } || room.Value.Entries.ContainsKey(RoomEntry.Session))
                .Select(room => room.Key).Where(name => string.CompareOrdinal(name, cursor) > 0),
            limit, name => name));

    public Task<ImmutableArray<string>> FilesAsync(CancellationToken cancellation = default) => Guarded<ImmutableArray<string>>(() =>
    [
        .. _rooms.Values.SelectMany(row => row.Entries.Keys).Where(key => key.StartsWith(RoomEntry.File, StringComparison.Ordinal))
            .Select(key => key[RoomEntry.File.Length..]),
    ]);

    private void Write(RoomCommit commit)
    {
        if (!_rooms.TryGetValue(commit.Room, out var row))
            _rooms[commit.Room] = row = new Row();
        row.Version = commit.NextVersion;
        row.Config = commit.Config ?? row.Config;
        foreach (var entry in commit.Entries)
        {
            if (entry.Value is null)
                row.Entries.Remove(entry.Key);
            else
                row.Entries[entry.Key] = entry.Value;
        }
        foreach (var message in commit.Messages)
        {
            row.Messages[message.Sequence] = message;
            row.Sent[(message.From.Identity, message.ClientId)] = message.Sequence;
            row.LastMessage = Math.Max(row.LastMessage, message.Sequence);
        }
        if (!commit.Events.IsEmpty)
            row.LastEvent = commit.Events[^1].Sequence;
    }

    private bool Contradicts(RoomCommit commit) => _rooms.TryGetValue(commit.Room, out var row) && commit.Messages.Any(message =>
        (row.Messages.TryGetValue(message.Sequence, out var there) && there.Id != message.Id)
        || (row.Sent.TryGetValue((message.From.Identity, message.ClientId), out var sequence) && sequence != message.Sequence));

    private IEnumerable<ChatMessage> MessagesOf(string room) => _rooms.TryGetValue(room, out var row) ? row.Messages.Values : [];

    private static bool MayRead(string? reader, ChatMessage message) =>
        message.To is null || (reader is not null && (message.ToIdentity == reader || message.From.Identity == reader));

    private Task<T> Guarded<T>(Func<T> work)
    {
        lock (_gate)
            return Task.FromResult(work());
    }

    private static StoredPage<T> Page<T>(IEnumerable<T> items, int limit, Func<T, string> keyOf)
    {
        var taken = items.Take(limit + 1).ToArray();
        return taken.Length <= limit ? new([.. taken], null) : new([.. taken[..limit]], keyOf(taken[limit - 1]));
    }

    private sealed class Row
    {
        public long Version { get; set; }
        public RoomConfig? Config { get; set; }
        public long LastMessage { get; set; }
        public long LastEvent { get; set; }
        public SortedDictionary<string, string> Entries { get; } = new(StringComparer.Ordinal);
        public SortedDictionary<long, ChatMessage> Messages { get; } = [];
        public Dictionary<(string Identity, string ClientId), long> Sent { get; } = [];
    }
}
