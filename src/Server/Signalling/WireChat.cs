using System.Text.Json.Serialization;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>The newest lines for somebody who comes in.</summary>
internal sealed record WireChat(
    IEnumerable<WireLine> Last, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? UnreadFrom)
{
    public static WireChat From(RoomSnapshot snapshot, string reader) =>
        new([.. snapshot.Chat.Select(line => WireLine.Of(line, reader))], snapshot.UnreadFrom);
}

/// <summary>One line of chat as clients see it (product §7.4); what does not apply is left out.</summary>
internal sealed record WireLine
{
    public required string Id { get; init; }
    public required long Sequence { get; init; }
    public required WireSender From { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? To { get; init; }
    public required string Content { get; init; }
    public required string ContentType { get; init; }

    /// <summary>For the sender only: it recognises its own line by it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReplyTo { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required string Via { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Deleted { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Action { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTimeOffset? EditedAt { get; init; }

    public static WireLine Of(ChatMessage line, string reader) => new()
    {
        Id = line.Id,
        Sequence = line.Sequence,
        From = new(line.From.ParticipantId, line.From.DisplayName, line.From.Kind),
        To = line.To,
        Content = line.Content,
        ContentType = line.ContentType,
        ClientId = reader.Length > 0 && line.From.ParticipantId == reader ? line.ClientId : null,
        ReplyTo = line.ReplyTo,
        Timestamp = line.Timestamp,
        Via = line.Via,
        Deleted = line.Deleted,
        Action = line.Action,
        EditedAt = line.EditedAt,
    };
}

internal sealed record WireSender(string ParticipantId, string DisplayName, ParticipantKind Kind);
