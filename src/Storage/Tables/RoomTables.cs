namespace Sylk.Conference.Storage;

/// <summary>A room that is kept. The row's version is the fence between writers.</summary>
public sealed class RoomRow
{
    public required string Name { get; set; }

    /// <summary><c>rm_…</c>; null until the room's settings are first written.</summary>
    public string? Id { get; set; }
    public bool Permanent { get; set; }
    public long Version { get; set; }
    public long LastMessage { get; set; }
    public long LastEvent { get; set; }

    /// <summary>Settings as JSON with a member <c>v</c>; null for a room whose settings were never written.</summary>
    public string? Config { get; set; }
}

/// <summary>A small fact of a room: a seat, a ban, an invite.</summary>
public sealed class RoomEntryRow
{
    public required string Room { get; set; }
    public required string Key { get; set; }
    public required string Value { get; set; }
}

/// <summary>One line of chat.</summary>
public sealed class MessageRow
{
    public required string Room { get; set; }
    public long Sequence { get; set; }
    public required string Id { get; set; }
    public required string SenderId { get; set; }
    public required string SenderIdentity { get; set; }
    public required string SenderName { get; set; }
    public byte SenderKind { get; set; }
    public string? RecipientId { get; set; }
    public string? RecipientIdentity { get; set; }
    public required string Content { get; set; }
    public required string ContentType { get; set; }
    public required string ClientId { get; set; }
    public string? ReplyTo { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Via { get; set; }
    public bool Deleted { get; set; }
    public bool Action { get; set; }
    public DateTimeOffset? EditedAt { get; set; }
}

/// <summary>One occupancy of a room.</summary>
public sealed class SessionRow
{
    public required string Id { get; set; }
    public required string Room { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndReason { get; set; }
    public int Participants { get; set; }
    public int MostAtOnce { get; set; }
}

/// <summary>One leg to or from outside a room (product §4).</summary>
public sealed class CallRow
{
    public required string Id { get; set; }
    public string? Room { get; set; }
    public string? ParticipantId { get; set; }
    public required string Direction { get; set; }
    public required string State { get; set; }
    public required string Caller { get; set; }
    public required string Callee { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
    public string? EndCode { get; set; }

    /// <summary>What else is known of it, as JSON with a member <c>v</c>.</summary>
    public string? Facts { get; set; }
}
