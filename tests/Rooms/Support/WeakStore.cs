using System.Collections.Immutable;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>A store that goes away and comes back, loses answers, and counts.</summary>
internal sealed class WeakStore(IRoomStore inner) : IRoomStore
{
    private readonly List<RoomCommit> _commits = [];

    public bool Away { get; set; }

    /// <summary>Commits are written, and nobody hears of it.</summary>
    public bool Mute { get; set; }

    public bool Damaged { get; set; }

    /// <summary>What was asked to be written, in order.</summary>
    public IReadOnlyList<RoomCommit> Commits
    {
        get
        {
            lock (_commits)
                return [.. _commits];
        }
    }

    public async Task<RoomLoad> LoadAsync(string room, CancellationToken cancellation = default)
    {
        if (Away || Mute)
            return RoomLoad.Of(RoomLoadStatus.Unavailable);
        var load = await inner.LoadAsync(room, cancellation);
        return Damaged ? load with { Entries = [.. load.Entries, new(EntryKeys.Seat + "pt_9", """{"v":2,"fact":{}}""")] } : load;
    }

    public async Task<CommitOutcome> CommitAsync(RoomCommit commit, CancellationToken cancellation = default)
    {
        lock (_commits)
            _commits.Add(commit);
        if (Away)
            return CommitOutcome.Unavailable;
        var outcome = await inner.CommitAsync(commit, cancellation);
        return Mute ? CommitOutcome.Unavailable : outcome;
    }

    public Task<ImmutableArray<ChatMessage>> MessagesAsync(ChatQuery query, CancellationToken cancellation = default) =>
        Ask(() => inner.MessagesAsync(query, cancellation));

    public Task<ChatMessage?> FindMessageAsync(string room, string senderIdentity, string clientId, CancellationToken cancellation = default) =>
        Ask(() => inner.FindMessageAsync(room, senderIdentity, clientId, cancellation));

    public Task<(string Room, ChatMessage Message)?> FindMessageAsync(string messageId, CancellationToken cancellation = default) =>
        Ask(() => inner.FindMessageAsync(messageId, cancellation));

    public Task<StoredPage<RoomConfig>> RoomsAsync(string? prefix, string? cursor, int limit, CancellationToken cancellation = default) =>
        Ask(() => inner.RoomsAsync(prefix, cursor, limit, cancellation));

    public Task<string?> FindRoomAsync(string roomId, CancellationToken cancellation = default) => Ask(() => inner.FindRoomAsync(roomId, cancellation));

    public Task<StoredPage<string>> UnsettledAsync(string? cursor, int limit, CancellationToken cancellation = default) =>
        Ask(() => inner.UnsettledAsync(cursor, limit, cancellation));

    public Task<ImmutableArray<string>> FilesAsync(CancellationToken cancellation = default) => Ask(() => inner.FilesAsync(cancellation));

    public Task<StoredPage<SessionRecord>> SessionsAsync(string room, string? cursor, int limit, CancellationToken cancellation = default) =>
        Ask(() => inner.SessionsAsync(room, cursor, limit, cancellation));

    private Task<T> Ask<T>(Func<Task<T>> question) => Away || Mute ? throw new StoreUnavailableException() : question();
}
