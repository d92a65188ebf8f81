using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>
/// A small fact of a room under a key: a seat (<c>seat/pt_…</c>), a ban, an invite. The store does not look inside.
/// </summary>
/// <param name="Value">JSON with a member <c>v</c>, the version of its shape; null removes the key.</param>
public sealed record RoomEntry(string Key, string? Value)
{
    /// <summary>The key under which a room keeps the session that lasts; there is none while nobody is inside.</summary>
    public const string Session = "session";

    /// <summary>The beginning of the keys under which a room keeps its files; the file's id follows.</summary>
    public const string File = "file/";
}

/// <summary>One occupancy of a room, for history.</summary>
/// <param name="EndReason">Null while it lasts.</param>
public sealed record SessionRecord(
    string Id, string Room, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? EndReason, int Participants, int MostAtOnce);

/// <summary>Something outsiders may hear of, by webhook or stream (product §6).</summary>
/// <param name="Sequence">+1 per room session, without gaps.</param>
/// <param name="Data">JSON object.</param>
public sealed record OutboundEvent(
    string Id, string Type, DateTimeOffset Timestamp, long Sequence, string Room, string? SessionId, string Node, string Data);

/// <summary>Everything one decision of a room changes, written in one transaction or not at all.</summary>
public sealed record RoomCommit
{
    public required string Room { get; init; }

    /// <summary>The version the writer knows; 0 when it knows of no row. Another version there means another writer: refused.</summary>
    public required long ExpectedVersion { get; init; }

    /// <summary>
    /// The version this commit makes. Writers choose numbers nobody else will (see <see cref="RoomVersion"/>), so that a writer
    /// who got no answer can tell later whether it was written.
    /// </summary>
    public required long NextVersion { get; init; }

    /// <summary>Null leaves the settings as they are.</summary>
    public RoomConfig? Config { get; init; }

    /// <summary>
    /// True removes the room's settings, entries and messages; session records stay. Entries named here are written after that and
    /// keep a row without settings: a ban outlives the room it was spoken in.
    /// </summary>
    public bool Forget { get; init; }
    public ImmutableArray<RoomEntry> Entries { get; init; } = [];

    /// <summary>New lines, and changed ones (same id) such as deletions.</summary>
    public ImmutableArray<ChatMessage> Messages { get; init; } = [];
    public SessionRecord? Session { get; init; }
    public ImmutableArray<OutboundEvent> Events { get; init; } = [];
}

public enum CommitOutcome
{
    Committed,

    /// <summary>Somebody else writes this room: this activation must step down.</summary>
    Conflict,

    /// <summary>The store did not answer; nothing was written, or nobody can say.</summary>
    Unavailable,
}

public enum RoomLoadStatus
{
    Absent,
    Found,

    /// <summary>The row is damaged or from a later version: this room is refused, the row kept for repair (F-25).</summary>
    Unreadable,
    Unavailable,
}

/// <param name="Version">To be shown with the next commit.</param>
/// <param name="LastMessage">The highest <see cref="ChatMessage.Sequence"/> used; 0 for none.</param>
public sealed record RoomLoad(
    RoomLoadStatus Status, long Version, RoomConfig? Config, ImmutableArray<RoomEntry> Entries, long LastMessage, long LastEvent)
{
    /// <summary>When the last line was said; null when there is none.</summary>
    public DateTimeOffset? LastMessageAt { get; init; }

    public static RoomLoad Of(RoomLoadStatus status) => new(status, 0, null, [], 0, 0);
}
