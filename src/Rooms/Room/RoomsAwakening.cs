using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Rooms;

/// <summary>
/// After a start: wakes the rooms in which people were, and those that go when nobody comes, so that time has its say there
/// even if nobody comes back.
/// </summary>
internal sealed class RoomsAwakening(IGrainFactory grains, IServiceProvider services, RoomClock clock, ILogger<RoomsAwakening> log) : BackgroundService
{
    private const int PageSize = 200;
    private const int AtOnce = 8;
    private static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<IRoomStore>() is not { } store)
            return;
        string? cursor = null;
        do
        {
            try
            {
                var page = await store.UnsettledAsync(cursor, PageSize, stoppingToken);
                await Parallel.ForEachAsync(page.Items, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, WakeAsync);
                cursor = page.Next;
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(TryAgain, clock.Time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cursor ??= "";
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
        while (cursor is not null && !stoppingToken.IsCancellationRequested);
    }

    private async ValueTask WakeAsync(string room, CancellationToken cancellation)
    {
        try
        {
            await grains.GetGrain<IRoomGrain>(room).Tick();
        }
#pragma warning disable CA1031 // one room's trouble is its own
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.RoomNotAwake(room, problem.Message);
        }
    }
}
