using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Webhooks and the event log of a process that keeps nothing (<c>Storage:Mode=memory</c>).</summary>
public sealed class MemoryWebhookStore : IWebhookStore, IEventLog, IEventSink
{
    /// <summary>A stream can resume over so many events; more would be memory for nothing.</summary>
    private const int MostEvents = 20_000;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Webhook> _webhooks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, WebhookDelivery> _deliveries = new(StringComparer.Ordinal);
    private readonly SortedDictionary<long, (LoggedEvent Logged, bool Spread)> _events = [];
    private readonly Dictionary<string, (string Owner, DateTimeOffset Until)> _leases = new(StringComparer.Ordinal);
    private long _position;
    private long _changes;

    public long Changes => Interlocked.Read(ref _changes);

    public void Append(ImmutableArray<OutboundEvent> events)
    {
        lock (_gate)
        {
            foreach (var happened in events)
            {
                _position++;
                _events[_position] = (new(_position, happened), false);
                _events.Remove(_position - MostEvents);
            }
            Interlocked.Increment(ref _changes);
        }
    }

    public Task<StoredPage<Webhook>> ListAsync(string? cursor, int limit, CancellationToken cancellation = default) =>
        Guarded(() => Page(_webhooks.Values.Where(webhook => Follows(webhook.Id, cursor)), limit, webhook => webhook.Id));

    public Task<Webhook?> FindAsync(string id, CancellationToken cancellation = default) => Guarded(() => _webhooks.GetValueOrDefault(id));

    public Task<bool> SaveAsync(Webhook webhook, long expectedRevision, CancellationToken cancellation = default) => Guarded(() =>
    {
        if ((_webhooks.GetValueOrDefault(webhook.Id)?.Revision ?? 0) != expectedRevision)
            return false;
        _webhooks[webhook.Id] = webhook;
        _changes++;
        return true;
    });

    public Task<bool> DeleteAsync(string id, CancellationToken cancellation = default) => Guarded(() =>
    {
        foreach (var delivery in _deliveries.Values.Where(delivery => delivery.WebhookId == id).ToArray())
            _deliveries.Remove(delivery.Id);
        _leases.Remove(id);
        _changes++;
        return _webhooks.Remove(id);
    });

    public Task MarkAsync(string id, DateTimeOffset? failingSince, bool disable, CancellationToken cancellation = default) => Guarded(() =>
    {
        if (_webhooks.TryGetValue(id, out var webhook))
            _webhooks[id] = webhook with { FailingSince = failingSince, Enabled = webhook.Enabled && !disable };
        _changes++;
        return true;
    });

    public Task<ImmutableArray<LoggedEvent>> UnspreadAsync(int limit, CancellationToken cancellation = default) =>
        Guarded<ImmutableArray<LoggedEvent>>(() => [.. _events.Values.Where(entry => !entry.Spread).Take(limit).Select(entry => entry.Logged)]);

    public Task SpreadAsync(ImmutableArray<long> positions, ImmutableArray<WebhookDelivery> deliveries, CancellationToken cancellation = default) =>
        Guarded(() =>
        {
            foreach (var position in positions)
            {
                if (_events.TryGetValue(position, out var entry))
                    _events[position] = entry with { Spread = true };
            }
            foreach (var delivery in deliveries)
                _deliveries.TryAdd(delivery.Id, delivery);
            _changes++;
            return true;
        });

    public Task<bool> TryLeaseAsync(string webhookId, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation = default) =>
        Guarded(() =>
        {
            if (_leases.TryGetValue(webhookId, out var lease) && lease.Owner != owner && lease.Until > now)
                return false;
            _leases[webhookId] = (owner, until);
            return true;
        });

    public Task<ImmutableArray<WebhookDelivery>> DueAsync(string webhookId, DateTimeOffset now, int limit, CancellationToken cancellation = default) =>
        Guarded<ImmutableArray<WebhookDelivery>>(() =>
        [
            .. _deliveries.Values
                .Where(delivery => delivery.WebhookId == webhookId && delivery.State == DeliveryState.Pending && delivery.NextAt <= now)
                .OrderBy(delivery => delivery.Position).ThenBy(delivery => delivery.Id, StringComparer.Ordinal).Take(limit),
        ]);

    public Task PutAsync(WebhookDelivery delivery, CancellationToken cancellation = default) => Guarded(() =>
    {
        if (_webhooks.ContainsKey(delivery.WebhookId))
            _deliveries[delivery.Id] = delivery;
        _changes++;
        return true;
    });

    public Task<WebhookDelivery?> FindDeliveryAsync(string id, CancellationToken cancellation = default) =>
        Guarded(() => _deliveries.GetValueOrDefault(id));

    public Task<StoredPage<WebhookDelivery>> DeliveriesAsync(string webhookId, string? cursor, int limit, CancellationToken cancellation = default) =>
        Guarded(() => Page(
            _deliveries.Values.Where(delivery => delivery.WebhookId == webhookId)
                .OrderByDescending(KeyOf, StringComparer.Ordinal)
                .Where(delivery => cursor is null || string.CompareOrdinal(KeyOf(delivery), cursor) < 0),
            limit, KeyOf));

    public Task PruneAsync(DateTimeOffset deliveriesBefore, DateTimeOffset eventsBefore, CancellationToken cancellation = default) =>
        Guarded(() =>
        {
            foreach (var old in _deliveries.Values.Where(delivery => delivery.EndedAt < deliveriesBefore).ToArray())
                _deliveries.Remove(old.Id);
            foreach (var (position, entry) in _events.Where(entry => entry.Value.Spread && entry.Value.Logged.Event.Timestamp < eventsBefore).ToArray())
                _events.Remove(position);
            return true;
        });

    public Task<ImmutableArray<LoggedEvent>> AfterAsync(long position, int limit, CancellationToken cancellation = default) =>
        Guarded<ImmutableArray<LoggedEvent>>(() =>
            [.. _events.Values.Select(entry => entry.Logged).Where(logged => logged.Position > position).Take(limit)]);

    public Task<long> LastPositionAsync(CancellationToken cancellation = default) => Guarded(() => _position);

    public Task<long?> PositionOfAsync(string eventId, CancellationToken cancellation = default) =>
        Guarded(() => _events.Values.Where(entry => entry.Logged.Event.Id == eventId).Select(entry => (long?)entry.Logged.Position).FirstOrDefault());

    private Task<T> Guarded<T>(Func<T> work)
    {
        lock (_gate)
            return Task.FromResult(work());
    }

    /// <summary>Deliveries of one moment lie in the order of their events.</summary>
    private static string KeyOf(WebhookDelivery delivery) => $"{delivery.CreatedAt.ToUnixTimeMilliseconds():D15}.{delivery.Position:D19}.{delivery.Id}";

    private static bool Follows(string id, string? cursor) => cursor is null || string.CompareOrdinal(id, cursor) > 0;

    private static StoredPage<T> Page<T>(IEnumerable<T> items, int limit, Func<T, string> keyOf)
    {
        var taken = items.Take(limit + 1).ToArray();
        return taken.Length <= limit ? new([.. taken], null) : new([.. taken[..limit]], keyOf(taken[limit - 1]));
    }
}
