using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>
/// Turns events into deliveries and keeps one worker per webhook that has some, so that a slow receiver delays nobody
/// else. Everything to do is in the store: a node that dies is continued by another when its lease has run out.
/// </summary>
internal sealed class WebhookPump(IWebhookStore store, WebhookWorker worker, RoomClock clock, ILogger<WebhookPump> log) : BackgroundService
{
    private const int Batch = 500;
    private const int PageSize = 200;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan QuietTurn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PruneTurn = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan KeepDeliveries = TimeSpan.FromDays(7);
    private static readonly TimeSpan KeepEvents = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Task> _working = new(StringComparer.Ordinal);
    private DateTimeOffset _pruned;
    private DateTimeOffset _turnedAt;
    private long _changes = -1;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        _pruned = clock.Now;
        using var turns = new PeriodicTimer(Turn, clock.Time);
        while (await WaitAsync(turns, stoppingToken))
        {
            if (IsQuiet())
                continue;
            try
            {
                await TurnAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
#pragma warning disable CA1031 // the pump outlives a store that is away (reliability §1.5); what is due stays due
            catch (Exception problem)
#pragma warning restore CA1031
            {
                log.WebhookPumpFailed(problem);
            }
        }
        await SettledAsync();
    }

    /// <summary>When nobody is sending any more.</summary>
    internal Task SettledAsync() => Task.WhenAll(_working.Values);

    /// <summary>One round: spread what is new, wake a worker for every webhook, forget what is old.</summary>
    internal async Task TurnAsync(CancellationToken cancellation)
    {
        var webhooks = await AllAsync(cancellation);
        await SpreadAsync(webhooks, cancellation);
        foreach (var webhook in webhooks.Where(webhook => webhook.Enabled))
            Wake(webhook, cancellation);
        if (clock.Now - _pruned < PruneTurn)
            return;
        _pruned = clock.Now;
        await store.PruneAsync(clock.Now - KeepDeliveries, clock.Now - KeepEvents, cancellation);
    }

    /// <summary>
    /// While nothing changes here the store is asked only every two seconds: for retries whose time has come, and for what
    /// other nodes left behind.
    /// </summary>
    private bool IsQuiet()
    {
        var (changes, now) = (store.Changes, clock.Now);
        if (changes == _changes && now - _turnedAt < QuietTurn)
            return true;
        (_changes, _turnedAt) = (changes, now);
        return false;
    }

    private async Task SpreadAsync(ImmutableArray<Webhook> webhooks, CancellationToken cancellation)
    {
        while (true)
        {
            var events = await store.UnspreadAsync(Batch, cancellation);
            if (events.IsEmpty)
                return;
            var deliveries = events.SelectMany(logged => Deliveries.For(logged, webhooks, clock.Now));
            await store.SpreadAsync([.. events.Select(logged => logged.Position)], [.. deliveries], cancellation);
            if (events.Length < Batch)
                return;
        }
    }

    private void Wake(Webhook webhook, CancellationToken cancellation)
    {
        if (_working.TryGetValue(webhook.Id, out var running) && !running.IsCompleted)
            return;
        _working[webhook.Id] = Task.Run(() => worker.WorkAsync(webhook, cancellation), CancellationToken.None);
    }

    private async Task<ImmutableArray<Webhook>> AllAsync(CancellationToken cancellation)
    {
        var all = ImmutableArray.CreateBuilder<Webhook>();
        string? cursor = null;
        do
        {
            var page = await store.ListAsync(cursor, PageSize, cancellation);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        foreach (var gone in _working.Keys.Where(id => all.All(webhook => webhook.Id != id)).ToArray())
            _working.TryRemove(gone, out _);
        return all.ToImmutable();
    }

    private static async ValueTask<bool> WaitAsync(PeriodicTimer turns, CancellationToken cancellation)
    {
        try
        {
            return await turns.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
