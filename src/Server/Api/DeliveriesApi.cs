using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Webhooks;

namespace Sylk.Conference.Server.Api;

internal sealed record DeliveryOutput(
    string Id, string EventId, string EventType, string Room, DeliveryState State, int Attempts, int? LastStatus, string? LastError,
    int? LastDurationMs, DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt)
{
    public static DeliveryOutput Of(WebhookDelivery delivery) => new(
        delivery.Id, delivery.EventId, delivery.EventType, delivery.Room, delivery.State, delivery.Attempts, delivery.LastStatus, delivery.LastError,
        delivery.LastDurationMs, delivery.State == DeliveryState.Pending ? delivery.NextAt : null, delivery.CreatedAt, delivery.EndedAt);
}

/// <summary>What has been sent to webhooks, and sending it again.</summary>
internal sealed class DeliveriesApi(IWebhookStore store, WebhookNode node, RoomClock clock) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Webhooks";
        routes.Get("/webhooks/{webhook}/deliveries", ListAsync, "listDeliveries", "What was sent to a webhook in the last 7 days, newest first.")
            .Needs(Scopes.WebhooksWrite).Paged().Gives<Page<DeliveryOutput>>();
        routes.Post("/webhooks/{webhook}/test", TestAsync, "testWebhook", "Sends a webhook.test event to a webhook.")
            .Needs(Scopes.WebhooksWrite).Gives<DeliveryOutput>(StatusCodes.Status202Accepted);
        routes.Post("/deliveries/{delivery}/redeliver", RedeliverAsync, "redeliver", "Sends an event once more, under the same webhook-id.")
            .Needs(Scopes.WebhooksWrite).Gives<DeliveryOutput>(StatusCodes.Status202Accepted);
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        var id = Links.RouteValue(context, "webhook");
        return await store.FindAsync(id, context.RequestAborted) is null
            ? ApiReply.No(ErrorCodes.RoomNotFound, "There is no such webhook.")
            : PageRequest.Reply(context, await store.DeliveriesAsync(id, page.Cursor, page.Limit, context.RequestAborted), DeliveryOutput.Of);
    }

    private async Task<ApiReply> TestAsync(HttpContext context)
    {
        if (await store.FindAsync(Links.RouteValue(context, "webhook"), context.RequestAborted) is not { } webhook)
            return ApiReply.No(ErrorCodes.RoomNotFound, "There is no such webhook.");
        var now = clock.Now;
        var test = new LoggedEvent(0, new(Ids.New("evt_", now), "webhook.test", now, 0, "", null, node.Id, "{}"));
        return await PutAsync(Deliveries.Make(webhook.Id, test, EventEnvelope.Of(test.Event), Ids.New(Deliveries.Prefix, now), now), context);
    }

    private async Task<ApiReply> RedeliverAsync(HttpContext context) =>
        await store.FindDeliveryAsync(Links.RouteValue(context, "delivery"), context.RequestAborted) is { } delivery
            ? await PutAsync(Deliveries.Again(delivery, clock.Now), context)
            : ApiReply.No(ErrorCodes.RoomNotFound, "There is no such delivery; they are kept for 7 days.");

    private async Task<ApiReply> PutAsync(WebhookDelivery delivery, HttpContext context)
    {
        await store.PutAsync(delivery, context.RequestAborted);
        return ApiReply.Accepted(DeliveryOutput.Of(delivery));
    }
}
