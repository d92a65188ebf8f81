using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Webhooks, what is on its way to them, and the event log, in the database.</summary>
internal sealed class WebhookStore(StoreAccess store, GroupCommit commits) : IWebhookStore, IEventLog
{
    private long _changes;

    public long Changes => Interlocked.Read(ref _changes) + commits.EventsWritten;

    public Task<StoredPage<Webhook>> ListAsync(string? cursor, int limit, CancellationToken cancellation = default) => store.DoAsync(
        async context =>
        {
            var rows = await context.Webhooks.AsNoTracking().Where(row => cursor == null || string.Compare(row.Id, cursor) > 0)
                .OrderBy(row => row.Id).Take(limit + 1).ToListAsync(cancellation).ConfigureAwait(false);
            return new StoredPage<Webhook>([.. rows.Take(limit).Select(WebhookRows.Read)], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        cancellation);

    public Task<Webhook?> FindAsync(string id, CancellationToken cancellation = default) => store.DoAsync(
        async context => await context.Webhooks.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellation).ConfigureAwait(false) is { } row
            ? WebhookRows.Read(row)
            : null,
        cancellation);

    public async Task<bool> SaveAsync(Webhook webhook, long expectedRevision, CancellationToken cancellation = default)
    {
        var saved = await store.DoTogetherAsync(
            async context =>
            {
                if (expectedRevision == 0)
                    return await TryAddAsync(context, webhook, cancellation).ConfigureAwait(false);
                // The update takes the row's lock, so that nobody writes between it and the rest.
                var mine = await context.Webhooks.Where(row => row.Id == webhook.Id && row.Revision == expectedRevision)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Revision, webhook.Revision), cancellation).ConfigureAwait(false);
                if (mine == 0)
                    return false;
                WebhookRows.Write(webhook, await context.Webhooks.FirstAsync(row => row.Id == webhook.Id, cancellation).ConfigureAwait(false));
                await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _changes);
        return saved;
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancellation = default)
    {
        var gone = await store.DoTogetherAsync(
            async context =>
            {
                await context.WebhookDeliveries.Where(row => row.WebhookId == id).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
                return await context.Webhooks.Where(row => row.Id == id).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _changes);
        return gone > 0;
    }

    public async Task MarkAsync(string id, DateTimeOffset? failingSince, bool disable, CancellationToken cancellation = default)
    {
        await store.DoAsync(
            context => context.Webhooks.Where(row => row.Id == id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.FailingSince, failingSince).SetProperty(row => row.Enabled, row => row.Enabled && !disable),
                cancellation),
            cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _changes);
    }

    public Task<ImmutableArray<LoggedEvent>> UnspreadAsync(int limit, CancellationToken cancellation = default) =>
        EventsAsync(context => context.Events.Where(row => !row.Spread), limit, cancellation);

    public async Task SpreadAsync(ImmutableArray<long> positions, ImmutableArray<WebhookDelivery> deliveries, CancellationToken cancellation = default)
    {
        var (spread, ids) = (positions.ToArray(), deliveries.Select(delivery => delivery.Id).ToArray());
        await store.DoTogetherAsync(
            async context =>
            {
                await context.Events.Where(row => spread.Contains(row.Position))
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.Spread, true), cancellation).ConfigureAwait(false);
                var there = await context.WebhookDeliveries.Where(row => ids.Contains(row.Id)).Select(row => row.Id)
                    .ToHashSetAsync(cancellation).ConfigureAwait(false);
                context.WebhookDeliveries.AddRange(deliveries.Where(delivery => there.Add(delivery.Id)).Select(WebhookRows.New));
                return await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _changes);
    }

    public Task<bool> TryLeaseAsync(
        string webhookId, string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellation = default) => store.DoAsync(
        async context => await context.Webhooks
            .Where(row => row.Id == webhookId && (row.LeaseOwner == null || row.LeaseOwner == owner || row.LeaseUntil <= now))
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeaseOwner, owner).SetProperty(row => row.LeaseUntil, until), cancellation)
            .ConfigureAwait(false) == 1,
        cancellation);

    public Task<ImmutableArray<WebhookDelivery>> DueAsync(string webhookId, DateTimeOffset now, int limit, CancellationToken cancellation = default) =>
        DeliveriesAsync(
            context => context.WebhookDeliveries
                .Where(row => row.WebhookId == webhookId && row.State == (byte)DeliveryState.Pending && row.NextAt <= now)
                .OrderBy(row => row.Position).ThenBy(row => row.Id),
            limit, cancellation);

    public async Task PutAsync(WebhookDelivery delivery, CancellationToken cancellation = default)
    {
        await store.DoTogetherAsync(
            async context =>
            {
                if (await context.WebhookDeliveries.FirstOrDefaultAsync(row => row.Id == delivery.Id, cancellation).ConfigureAwait(false) is { } row)
                    WebhookRows.Write(delivery, row);
                else if (await context.Webhooks.AnyAsync(webhook => webhook.Id == delivery.WebhookId, cancellation).ConfigureAwait(false))
                    context.WebhookDeliveries.Add(WebhookRows.New(delivery));
                return await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            },
            cancellation).ConfigureAwait(false);
        Interlocked.Increment(ref _changes);
    }

    public async Task<WebhookDelivery?> FindDeliveryAsync(string id, CancellationToken cancellation = default) =>
        (await DeliveriesAsync(context => context.WebhookDeliveries.Where(row => row.Id == id), 1, cancellation).ConfigureAwait(false))
        .FirstOrDefault();

    public async Task<StoredPage<WebhookDelivery>> DeliveriesAsync(
        string webhookId, string? cursor, int limit, CancellationToken cancellation = default)
    {
        var (at, position, id) = ParseCursor(cursor);
        var found = await DeliveriesAsync(
            context => context.WebhookDeliveries
                .Where(row => row.WebhookId == webhookId && (row.CreatedAt < at || (row.CreatedAt == at
                    && (row.Position < position || (row.Position == position && string.Compare(row.Id, id) < 0)))))
                .OrderByDescending(row => row.CreatedAt).ThenByDescending(row => row.Position).ThenByDescending(row => row.Id),
            limit + 1, cancellation).ConfigureAwait(false);
        return found.Length <= limit ? new(found, null) : new(found[..limit], CursorOf(found[limit - 1]));
    }

    public Task PruneAsync(DateTimeOffset deliveriesBefore, DateTimeOffset eventsBefore, CancellationToken cancellation = default) => store.DoAsync(
        async context =>
        {
            await context.WebhookDeliveries.Where(row => row.EndedAt < deliveriesBefore).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
            return await context.Events.Where(row => row.Spread && row.At < eventsBefore).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        },
        cancellation);

    public Task<ImmutableArray<LoggedEvent>> AfterAsync(long position, int limit, CancellationToken cancellation = default) =>
        EventsAsync(context => context.Events.Where(row => row.Position > position), limit, cancellation);

    public Task<long> LastPositionAsync(CancellationToken cancellation = default) =>
        store.DoAsync(async context => await context.Events.MaxAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false) ?? 0, cancellation);

    public Task<long?> PositionOfAsync(string eventId, CancellationToken cancellation = default) => store.DoAsync(
        context => context.Events.Where(row => row.Id == eventId).Select(row => (long?)row.Position).FirstOrDefaultAsync(cancellation), cancellation);

    private static async Task<bool> TryAddAsync(StorageContext context, Webhook webhook, CancellationToken cancellation)
    {
        context.Webhooks.Add(WebhookRows.New(webhook));
        try
        {
            await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            return true;
        }
        catch (DbUpdateException problem) when (StoreAccess.IsDuplicate(problem))
        {
            return false;
        }
    }

    private Task<ImmutableArray<LoggedEvent>> EventsAsync(
        Func<StorageContext, IQueryable<EventRow>> which, int limit, CancellationToken cancellation) => store.DoAsync(
        async context =>
        {
            var rows = await which(context).AsNoTracking().OrderBy(row => row.Position).Take(limit).ToListAsync(cancellation).ConfigureAwait(false);
            return rows.Select(WebhookRows.Read).ToImmutableArray();
        },
        cancellation);

    private Task<ImmutableArray<WebhookDelivery>> DeliveriesAsync(
        Func<StorageContext, IQueryable<WebhookDeliveryRow>> which, int limit, CancellationToken cancellation) => store.DoAsync(
        async context =>
        {
            var rows = await which(context).AsNoTracking().Take(limit).ToListAsync(cancellation).ConfigureAwait(false);
            return rows.Select(WebhookRows.Read).ToImmutableArray();
        },
        cancellation);

    private static string CursorOf(WebhookDelivery last) =>
        string.Create(CultureInfo.InvariantCulture, $"{last.CreatedAt.ToUnixTimeMilliseconds()}.{last.Position}.{last.Id}");

    /// <summary>A cursor that is none of ours begins at the beginning.</summary>
    private static (DateTimeOffset At, long Position, string Id) ParseCursor(string? cursor) =>
        cursor?.Split('.', 3) is [var at, var position, var id]
            && long.TryParse(at, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds is > 0 and < 253_402_300_800_000
            && long.TryParse(position, CultureInfo.InvariantCulture, out var number)
            ? (DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), number, id)
            : (DateTimeOffset.MaxValue, 0, "");
}
