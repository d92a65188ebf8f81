using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>An address that wants to hear of events (product §6).</summary>
public sealed record Webhook
{
    /// <summary><c>wh_…</c></summary>
    public required string Id { get; init; }
    public required string Url { get; init; }
    public string Description { get; init; } = "";

    /// <summary>Types (<c>room.started</c>) and families (<c>room.*</c>). Empty: all but those that carry content.</summary>
    public ImmutableArray<string> Events { get; init; } = [];

    /// <summary>Only of this room; null for all.</summary>
    public string? Room { get; init; }

    /// <summary><c>whsec_…</c>: signs every delivery.</summary>
    public required string Secret { get; init; }

    /// <summary>The secret before the last rotation: signs as well until <see cref="FormerSecretUntil"/>.</summary>
    public string? FormerSecret { get; init; }
    public DateTimeOffset? FormerSecretUntil { get; init; }
    public bool Enabled { get; init; } = true;

    /// <summary>Since when nothing has been accepted; null after a success.</summary>
    public DateTimeOffset? FailingSince { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>+1 for every change by its owner: the entity tag.</summary>
    public long Revision { get; init; } = 1;

    public bool Wants(OutboundEvent happened)
    {
        if (!Enabled || (Room is not null && Room != happened.Room))
            return false;
        return Events.IsEmpty
            ? !EventTypes.CarriesContent(happened.Type)
            : Events.Any(wanted => EventTypes.Covers(wanted, happened.Type));
    }
}

public enum DeliveryState : byte { Pending, Delivered, Failed }

/// <summary>One event on its way to one webhook; kept 7 days.</summary>
public sealed record WebhookDelivery
{
    /// <summary><c>dl_…</c></summary>
    public required string Id { get; init; }
    public required string WebhookId { get; init; }
    public required string EventId { get; init; }
    public required string EventType { get; init; }
    public required string Room { get; init; }

    /// <summary>Of its event in the log: deliveries of a room go out in this order.</summary>
    public required long Position { get; init; }

    /// <summary>The envelope exactly as it is sent and signed.</summary>
    public required string Body { get; init; }
    public DeliveryState State { get; init; }

    /// <summary>Attempts made so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When the next attempt is due; meaningless once it is delivered or failed.</summary>
    public required DateTimeOffset NextAt { get; init; }
    public int? LastStatus { get; init; }
    public string? LastError { get; init; }
    public int? LastDurationMs { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
}
