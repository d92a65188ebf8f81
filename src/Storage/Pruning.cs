using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Takes out once a minute what has had its time.</summary>
internal sealed class Pruning(IDbContextFactory<StorageContext> contexts, RoomClock clock, ILogger<Pruning> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pause = new PeriodicTimer(Pause, clock.Time);
        try
        {
            while (await pause.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await TryPruneAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    public async Task PruneAsync(CancellationToken cancellation)
    {
        var now = clock.Now;
        var (anHourAgo, aDayAgo, aWeekAgo) = (now.AddHours(-1), now.AddDays(-1), now.AddDays(-7));
        var context = await contexts.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        await using var _ = context.ConfigureAwait(false);
        await context.WebhookDeliveries.Where(row => row.EndedAt < aWeekAgo).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        // An event nobody turned into deliveries within a day (no sender runs) is of no use to anybody either.
        await context.Events
            .Where(row => row.At < anHourAgo && (row.Spread || row.At < aDayAgo))
            .Where(row => !context.WebhookDeliveries.Any(delivery => delivery.EventId == row.Id && delivery.EndedAt == null))
            .ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        await context.Idempotency.Where(row => row.CreatedAt < aDayAgo).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        await context.UsedTokens.Where(row => row.Expiry < aDayAgo).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        await context.FirstKeyCodes.Where(row => row.Id != FirstKeyCodeRow.Used && row.Expiry < now).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        await ForgetRowsAsync(context, aDayAgo.AddHours(-1), cancellation).ConfigureAwait(false);
        // No join token lives longer than a day (product §9), so an older ban on tokens bans nothing.
        await context.Revocations.Where(row => row.Since < aDayAgo.AddMinutes(-5)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Rows that stay of forgotten rooms only say who was removed, for a day at most; a version begins with its milliseconds.</summary>
    private static async Task ForgetRowsAsync(StorageContext context, DateTimeOffset before, CancellationToken cancellation)
    {
        var version = before.ToUnixTimeMilliseconds() << RoomVersion.RandomBits;
        var old = context.Rooms.Where(row => row.Config == null && row.Version < version)
            .Where(row => !context.RoomEntries.Any(entry => entry.Room == row.Name && entry.Key == RoomEntry.Session));
        await context.RoomEntries.Where(entry => old.Any(row => row.Name == entry.Room)).ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
        await old.ExecuteDeleteAsync(cancellation).ConfigureAwait(false);
    }

    private async Task TryPruneAsync(CancellationToken cancellation)
    {
        try
        {
            await PruneAsync(cancellation).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the next minute is another chance
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.PruningFailed(problem.Message);
        }
    }
}
