using System.Text.Json.Serialization;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Accounts;

// What clients may say on the account hub (product §8). Who they are stands in SignIn only.

internal sealed record SignInBody
{
    public string? Token { get; init; }
    public bool Guest { get; init; }
    public string? DisplayName { get; init; }

    /// <summary>Of a guest's former reply: the same address again.</summary>
    public string? ResumeKey { get; init; }

    /// <summary>The last message this client has: it is told what came after.</summary>
    public string? After { get; init; }
}

internal sealed record SendMessageBody
{
    public string? To { get; init; }
    public string? Content { get; init; }
    public string? ContentType { get; init; }
    public string? ClientId { get; init; }
}

internal sealed record AcknowledgeBody
{
    public string? Id { get; init; }
}

internal sealed record SetReadBody
{
    public string? With { get; init; }
    public string? UpTo { get; init; }
}

internal sealed record ComposingBody
{
    public string? To { get; init; }
    public bool Active { get; init; }
}

internal sealed record HistoryBody
{
    public string? With { get; init; }
    public string? Before { get; init; }
    public int Limit { get; init; } = 50;
}

/// <summary>A message as clients see it; which way it went, <c>from</c> says.</summary>
internal sealed record WireDirect
{
    public required string Id { get; init; }
    public required string From { get; init; }
    public required string FromName { get; init; }
    public required string To { get; init; }
    public required string Content { get; init; }
    public required string ContentType { get; init; }

    /// <summary>For the sender only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClientId { get; init; }
    public required DateTimeOffset Timestamp { get; init; }
    public required string Via { get; init; }
    public required KeptState State { get; init; }

    public static WireDirect Of(KeptMessage kept) => new()
    {
        Id = kept.Message.Id,
        From = kept.Message.From,
        FromName = kept.Message.FromName,
        To = kept.Message.To,
        Content = kept.Message.Content,
        ContentType = kept.Message.ContentType,
        ClientId = kept.Outgoing ? kept.Message.ClientId : null,
        Timestamp = kept.Message.SentAt,
        Via = kept.Message.Via,
        State = kept.State,
    };
}
