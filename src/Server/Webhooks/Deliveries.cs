using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>What becomes of a delivery: made from an event, then changed by each attempt. Pure.</summary>
internal static class Deliveries
{
    public const string Prefix = "dl_";

    public static ImmutableArray<WebhookDelivery> For(LoggedEvent logged, IEnumerable<Webhook> webhooks, DateTimeOffset now)
    {
        var wanting = webhooks.Where(webhook => webhook.Wants(logged.Event)).ToArray();
        if (wanting.Length == 0)
            return [];
        var body = EventEnvelope.Of(logged.Event);
        return [.. wanting.Select(webhook => Make(webhook.Id, logged, body, IdOf(webhook.Id, logged.Event.Id), now))];
    }

    /// <summary>The same event once more, on its owner's request.</summary>
    public static WebhookDelivery Again(WebhookDelivery delivery, DateTimeOffset now) => delivery with
    {
        Id = Ids.New(Prefix, now),
        State = DeliveryState.Pending,
        Attempts = 0,
        NextAt = now,
        LastStatus = null,
        LastError = null,
        LastDurationMs = null,
        CreatedAt = now,
        EndedAt = null,
    };

    public static WebhookDelivery Make(string webhookId, LoggedEvent logged, string body, string id, DateTimeOffset now) => new()
    {
        Id = id,
        WebhookId = webhookId,
        EventId = logged.Event.Id,
        EventType = logged.Event.Type,
        Room = logged.Event.Room,
        Position = logged.Position,
        Body = body,
        NextAt = now,
        CreatedAt = now,
    };

    /// <param name="chance">0 to 1, for the jitter.</param>
    public static WebhookDelivery After(WebhookDelivery delivery, SendResult result, DateTimeOffset now, double chance)
    {
        var tried = delivery with
        {
            Attempts = delivery.Attempts + 1,
            LastStatus = result.Status,
            LastError = result.Error,
            LastDurationMs = result.DurationMs,
        };
        if (result.Accepted)
            return tried with { State = DeliveryState.Delivered, EndedAt = now };
        return RetrySchedule.WaitAfter(tried.Attempts, chance) is { } wait
            ? tried with { NextAt = now + wait }
            : tried with { State = DeliveryState.Failed, EndedAt = now };
    }

    /// <summary>The same event and webhook always give the same delivery, whichever node makes it.</summary>
    private static string IdOf(string webhookId, string eventId) =>
        Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{webhookId}\n{eventId}")).AsSpan(0, 16));
}
