using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Webhooks and what is on its way to them. Safe for use from several nodes at once.</summary>
public interface IWebhookStore
{
    /// <summary>Rises whenever this process writes a webhook, a delivery or an event: while it stands, only time and other nodes make work.</summary>
    long Changes { get; }

    Task<StoredPage<Webhook>> ListAsync(string? cursor, int limit, CancellationToken cancellation = default);

    Task<Webhook?> FindAsync(string id, CancellationToken cancellation = default);

    /// <summary>Creates it when <paramref name="expectedRevision"/> is 0, else replaces that revision.</summary>
    /// <returns>False when another revision is there.</returns>
    Task<bool> SaveAsync(Webhook webhook, long expectedRevision, CancellationToken cancellation = default);

    /// <returns>False when there was none.</returns>
    Task<bool> DeleteAsync(string id, CancellationToken cancellation = default);

    /// <summary>Remembers since when a webhook has been failing, without touching its owner's revision.</summary>
    Task MarkAsync(string id, DateTimeOffset? failingSince, bool disable, CancellationToken cancellation = default);

    /// <summary>Events nobody has turned into deliveries yet, oldest first.</summary>
    Task<ImmutableArray<LoggedEvent>> UnspreadAsync(int limit, CancellationToken cancellation = default);

    /// <summary>Writes the deliveries and ticks the events off, together. A delivery that exists already is left as it is.</summary>
    Task SpreadAsync(ImmutableArray<long> positions, ImmutableArray<WebhookDelivery> deliveries, CancellationToken cancellation = default);

    /// <summary>Becomes, or stays, the only node that sends to this webhook until the given time.</summary>
    Task<bool> TryLeaseAsync(string webhookId, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation = default);

    /// <summary>Pending deliveries whose time has come, in order of <see cref="WebhookDelivery.Position"/>.</summary>
    Task<ImmutableArray<WebhookDelivery>> DueAsync(string webhookId, DateTimeOffset now, int limit, CancellationToken cancellation = default);

    /// <summary>Adds one (a test, a redelivery) or records how an attempt went.</summary>
    Task PutAsync(WebhookDelivery delivery, CancellationToken cancellation = default);

    Task<WebhookDelivery?> FindDeliveryAsync(string id, CancellationToken cancellation = default);

    /// <summary>Newest first.</summary>
    Task<StoredPage<WebhookDelivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellation = default);

    /// <summary>Forgets ended deliveries older than the first time, and spread events older than the second.</summary>
    Task PruneAsync(DateTimeOffset deliveriesBefore, DateTimeOffset eventsBefore, CancellationToken cancellation = default);
}
