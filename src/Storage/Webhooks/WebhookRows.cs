using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Webhooks, deliveries and events as they lie in their tables.</summary>
internal static class WebhookRows
{
    public static Webhook Read(WebhookRow row) => new()
    {
        Id = row.Id,
        Url = row.Url,
        Description = row.Description,
        Events = [.. JsonSerializer.Deserialize<string[]>(row.Events) ?? []],
        Room = row.Room,
        Secret = row.Secret,
        FormerSecret = row.FormerSecret,
        FormerSecretUntil = row.FormerSecretUntil,
        Enabled = row.Enabled,
        FailingSince = row.FailingSince,
        CreatedAt = row.CreatedAt,
        Revision = row.Revision,
    };

    public static WebhookRow New(Webhook webhook)
    {
        var row = new WebhookRow { Id = webhook.Id, Url = "", Description = "", Events = "", Secret = "", CreatedAt = webhook.CreatedAt };
        Write(webhook, row);
        return row;
    }

    public static void Write(Webhook webhook, WebhookRow row)
    {
        (row.Url, row.Description, row.Room) = (webhook.Url, webhook.Description, webhook.Room);
        row.Events = JsonSerializer.Serialize(webhook.Events.ToArray());
        (row.Secret, row.FormerSecret, row.FormerSecretUntil) = (webhook.Secret, webhook.FormerSecret, webhook.FormerSecretUntil);
        (row.Enabled, row.FailingSince, row.Revision) = (webhook.Enabled, webhook.FailingSince, webhook.Revision);
    }

    public static WebhookDelivery Read(WebhookDeliveryRow row) => new()
    {
        Id = row.Id,
        WebhookId = row.WebhookId,
        EventId = row.EventId,
        EventType = row.EventType,
        Room = row.Room,
        Position = row.Position,
        Body = row.Body,
        State = (DeliveryState)row.State,
        Attempts = row.Attempts,
        NextAt = row.NextAt,
        LastStatus = row.LastStatus,
        LastError = row.LastError,
        LastDurationMs = row.LastDurationMs,
        CreatedAt = row.CreatedAt,
        EndedAt = row.EndedAt,
    };

    public static WebhookDeliveryRow New(WebhookDelivery delivery)
    {
        var row = new WebhookDeliveryRow
        {
            Id = delivery.Id,
            WebhookId = delivery.WebhookId,
            EventId = delivery.EventId,
            EventType = delivery.EventType,
            Room = delivery.Room,
            Position = delivery.Position,
            Body = delivery.Body,
            CreatedAt = delivery.CreatedAt,
        };
        Write(delivery, row);
        return row;
    }

    /// <summary>What an attempt changes.</summary>
    public static void Write(WebhookDelivery delivery, WebhookDeliveryRow row)
    {
        (row.State, row.Attempts, row.NextAt, row.EndedAt) = ((byte)delivery.State, delivery.Attempts, delivery.NextAt, delivery.EndedAt);
        (row.LastStatus, row.LastError, row.LastDurationMs) = (delivery.LastStatus, delivery.LastError, delivery.LastDurationMs);
    }

    public static LoggedEvent Read(EventRow row) =>
        new(row.Position, new(row.Id, row.Type, row.At, row.Sequence, row.Room, row.SessionId, row.Node, row.Data));
}
