namespace Sylk.Conference.Rooms;

/// <summary>Who wrote a line. Kept with it, because the writer may have left.</summary>
/// <param name="ParticipantId">Empty for the API and for senders who are not inside.</param>
/// <param name="Identity">Who they proved to be; decides who may read private lines later.</param>
[GenerateSerializer, Immutable, Alias("sylk.ChatSender")]
public sealed record ChatSender(
    [property: Id(0)] string ParticipantId, [property: Id(1)] string Identity, [property: Id(2)] string DisplayName,
    [property: Id(3)] ParticipantKind Kind);

/// <summary>One line of a room's chat, the same for every protocol (ARCHITECTURE §6 c).</summary>
[GenerateSerializer, Immutable, Alias("sylk.ChatMessage")]
public sealed record ChatMessage
{
    /// <summary><c>msg_…</c></summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The room's own number: 1, 2, 3 … without holes, private lines included; the order everybody sees.</summary>
    [Id(1)] public required long Sequence { get; init; }
    [Id(2)] public required ChatSender From { get; init; }

    /// <summary>The one participant (and its identity) it is for; null for everybody.</summary>
    [Id(3)] public string? To { get; init; }
    [Id(4)] public string? ToIdentity { get; init; }

    /// <summary>At most 64 KiB (L17); empty when deleted.</summary>
    [Id(5)] public required string Content { get; init; }

    /// <summary><c>text/plain</c> or <c>text/markdown</c>.</summary>
    [Id(6)] public required string ContentType { get; init; }

    /// <summary>The sender's own id: the same sender and id is the same message, however often it is sent.</summary>
    [Id(7)] public required string ClientId { get; init; }
    [Id(8)] public string? ReplyTo { get; init; }
    [Id(9)] public required DateTimeOffset Timestamp { get; init; }

    /// <summary><c>web</c>, <c>sip</c>, <c>xmpp</c>, <c>msrp</c> or <c>api</c>.</summary>
    [Id(10)] public required string Via { get; init; }
    [Id(11)] public bool Deleted { get; init; }

    /// <summary>Said as an action (<c>/me</c>).</summary>
    [Id(12)] public bool Action { get; init; }

    /// <summary>When its author last changed the words; null while they are the first.</summary>
    [Id(13)] public DateTimeOffset? EditedAt { get; init; }
}
