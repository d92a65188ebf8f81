namespace Sylk.Conference.Storage;

/// <summary>The outbox: written in the transaction that made it true, told to webhooks and streams afterwards.</summary>
public sealed class EventRow
{
    /// <summary>Rises over the whole installation; never used twice.</summary>
    public long Position { get; set; }
    public required string Id { get; set; }
    public required string Type { get; set; }
    public DateTimeOffset At { get; set; }
    public long Sequence { get; set; }
    public required string Room { get; set; }
    public string? SessionId { get; set; }
    public required string Node { get; set; }

    /// <summary>JSON object.</summary>
    public required string Data { get; set; }

    /// <summary>True once its deliveries exist.</summary>
    public bool Spread { get; set; }
}

/// <summary>An address that hears of events.</summary>
public sealed class WebhookRow
{
    public required string Id { get; set; }
    public required string Url { get; set; }
    public required string Description { get; set; }

    /// <summary>JSON array of event types.</summary>
    public required string Events { get; set; }
    public string? Room { get; set; }
    public required string Secret { get; set; }
    public string? FormerSecret { get; set; }
    public DateTimeOffset? FormerSecretUntil { get; set; }
    public bool Enabled { get; set; }
    public DateTimeOffset? FailingSince { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public long Revision { get; set; }

    /// <summary>The node that sends now, and until when.</summary>
    public string? LeaseOwner { get; set; }
    public DateTimeOffset? LeaseUntil { get; set; }
}

/// <summary>One event on its way to one webhook.</summary>
public sealed class WebhookDeliveryRow
{
    public required string Id { get; set; }
    public required string WebhookId { get; set; }
    public required string EventId { get; set; }
    public required string EventType { get; set; }
    public required string Room { get; set; }
    public long Position { get; set; }
    public required string Body { get; set; }
    public byte State { get; set; }
    public int Attempts { get; set; }
    public DateTimeOffset NextAt { get; set; }
    public int? LastStatus { get; set; }
    public string? LastError { get; set; }
    public int? LastDurationMs { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? EndedAt { get; set; }
}
