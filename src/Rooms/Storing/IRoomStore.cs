using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record StoredPage<T>(ImmutableArray<T> Items, string? Next);

/// <summary>Lines of a room a certain reader may see, newest first.</summary>
/// <param name="Reader">Sees private lines from and to this identity; null sees public ones only.</param>
/// <param name="Before">A sequence number; null starts at the newest.</param>
public sealed record ChatQuery(string Room, string? Reader, long? Before, int Limit);

/// <summary>Where rooms are kept. Implementations are safe for use from any number of rooms at once.</summary>
public interface IRoomStore
{
    Task<RoomLoad> LoadAsync(string room, CancellationToken cancellation = default);

    /// <returns>Only after the data is on its way to survive this process.</returns>
    Task<CommitOutcome> CommitAsync(RoomCommit commit, CancellationToken cancellation = default);

    Task<ImmutableArray<ChatMessage>> MessagesAsync(ChatQuery query, CancellationToken cancellation = default);

    /// <returns>The message the same sender posted under the same client id, or null.</returns>
    Task<ChatMessage?> FindMessageAsync(string room, string senderIdentity, string clientId, CancellationToken cancellation = default);

    /// <returns>The message and its room.</returns>
    Task<(string Room, ChatMessage Message)?> FindMessageAsync(string messageId, CancellationToken cancellation = default);

    /// <summary>Rooms by name, those with a row.</summary>
    Task<StoredPage<RoomConfig>> RoomsAsync(string? prefix, string? cursor, int limit, CancellationToken cancellation = default);

    /// <returns>The room's name, or null.</returns>
    Task<string?> FindRoomAsync(string roomId, CancellationToken cancellation = default);

    /// <summary>Names of rooms that do not stay by themselves: a session lasts in them, or they go when nobody comes.</summary>
    Task<StoredPage<string>> UnsettledAsync(string? cursor, int limit, CancellationToken cancellation = default);

    /// <summary>Ids of all files any room knows, listed or on their way.</summary>
    Task<ImmutableArray<string>> FilesAsync(CancellationToken cancellation = default);

    Task<StoredPage<SessionRecord>> SessionsAsync(string room, string? cursor, int limit, CancellationToken cancellation = default);
}
