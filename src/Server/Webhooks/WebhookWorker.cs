using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>
/// Sends what is due to one webhook: rooms side by side, the events of one room one after the other.
/// While a delivery waits for its next attempt, later ones of the same room pass it (product §6).
/// </summary>
internal sealed class WebhookWorker(IWebhookStore store, WebhookSender sender, WebhookNode node, RoomClock clock, ILogger<WebhookWorker> log)
{
    private const int Batch = 200;
    private const int RoomsAtOnce = 8;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    public async Task WorkAsync(Webhook webhook, CancellationToken cancellation)
    {
        try
        {
            // Read twice: a lease is a write, and most of the time there is nothing to do. What is due under the lease counts.
            if ((await store.DueAsync(webhook.Id, clock.Now, 1, cancellation)).IsEmpty)
                return;
            if (!await store.TryLeaseAsync(webhook.Id, node.Id, clock.Now, clock.Now + Lease, cancellation))
                return;
            var due = await store.DueAsync(webhook.Id, clock.Now, Batch, cancellation);
            var limits = new ParallelOptions { MaxDegreeOfParallelism = RoomsAtOnce, CancellationToken = cancellation };
            await Parallel.ForEachAsync(due.GroupBy(delivery => delivery.Room), limits, async (room, stop) =>
            {
                foreach (var delivery in room)
                    await AttemptAsync(webhook, delivery, stop);
            });
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
#pragma warning disable CA1031 // one webhook's trouble is its own; what is due stays due
        catch (Exception problem)
#pragma warning restore CA1031
        {
            log.WebhookWorkFailed(webhook.Id, problem);
        }
    }

    private async Task AttemptAsync(Webhook webhook, WebhookDelivery delivery, CancellationToken cancellation)
    {
        // A batch to a receiver that takes its time can outlast the lease: without it somebody else may be sending.
        if (!await store.TryLeaseAsync(webhook.Id, node.Id, clock.Now, clock.Now + Lease, cancellation))
            return;
        var result = await sender.SendAsync(webhook, delivery, clock.Now, cancellation);
        var after = Deliveries.After(delivery, result, clock.Now, Random.Shared.NextDouble());
        await store.PutAsync(after, cancellation);
        node.Count(result.Accepted ? "delivered" : after.State == DeliveryState.Failed ? "failed" : "retried");
        await JudgeAsync(webhook.Id, result.Accepted, cancellation);
    }

    private async Task JudgeAsync(string id, bool accepted, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } webhook)
            return;
        if (accepted)
        {
            if (webhook.FailingSince is not null)
                await store.MarkAsync(id, null, disable: false, cancellation);
            return;
        }
        var since = webhook.FailingSince ?? clock.Now;
        var disable = clock.Now - since >= RetrySchedule.Patience;
        if (disable && webhook.Enabled)
            log.WebhookDisabled(id, since);
        if (disable || webhook.FailingSince is null)
            await store.MarkAsync(id, since, disable, cancellation);
    }
}
