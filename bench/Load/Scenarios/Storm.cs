using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Load.Peers;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>
/// Players that stand in a room while others come and go at a given rate: what the storm does to the media of those who stand.
/// The storm has a loop of its own, so that its handshakes do not delay what is measured.
/// </summary>
internal static class Storm
{
    private const int Most = 64;

    public static async Task<LoadResult> RunAsync(Arguments arguments, IServerUnderLoad server)
    {
        var (standing, rate) = (arguments.Number("players", 200), arguments.Number("rate", 200));
        var plan = new PublishPlan(arguments.Number("bitrate", 300_000), arguments.Number("fps", 30));
        var (warmUp, duration) = (TimeSpan.FromSeconds(arguments.Number("warmup", 20)), TimeSpan.FromSeconds(arguments.Number("duration", 10)));
        await using var crowd = new Crowd(server);
        await crowd.PublishAsync("stage", plan).ConfigureAwait(false);
        await Crowd.InParallel(standing, 16, _ => crowd.PlayAsync("stage", 1, 1)).ConfigureAwait(false);
        await using var comers = new Crowd(server);
        await PourAsync(comers, rate, TimeSpan.FromSeconds(3), CancellationToken.None).ConfigureAwait(false); // the runtime compiles
        var calm = await new Forwarding(server, crowd).MeasureAsync("calm", warmUp, duration).ConfigureAwait(false);

        using var over = new CancellationTokenSource();
        var pouring = PourAsync(comers, rate, TimeSpan.FromMinutes(5), over.Token);
        var stormy = await new Forwarding(server, crowd).MeasureAsync($"storm {rate}/s beside {standing}{(arguments.Has("hub") ? " by the hub" : "")}", TimeSpan.FromSeconds(3), duration)
            .ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        var (joins, failed, seconds) = await pouring.ConfigureAwait(false);
        return stormy.After(calm) with
        {
            JoinsPerSecond = joins / seconds,
            FailedJoins = failed,
        };
    }

    /// <summary>Begins a join each 1/rate of a second, whatever became of the ones before; each leaves once it has its first media.</summary>
    private static async Task<(int Joins, int Failed, double Seconds)> PourAsync(Crowd crowd, int rate, TimeSpan duration, CancellationToken over)
    {
        var (joins, failed, begun) = (0, 0, 0);
        using var room = new SemaphoreSlim(Most * 4);
        var under = new List<Task>();
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) is var elapsed && elapsed < duration && !over.IsCancellationRequested)
        {
            for (; begun < elapsed.TotalSeconds * rate; begun++)
                under.Add(VisitAsync());
            under.RemoveAll(task => task.IsCompleted);
            await Task.Delay(2, CancellationToken.None).ConfigureAwait(false);
        }

        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var done = (joins, failed);
        await Task.WhenAll(under).ConfigureAwait(false);
        return (done.joins, done.failed, seconds);

        async Task VisitAsync()
        {
            await room.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            try
            {
                var player = await crowd.PlayAsync("stage", 1, 1).ConfigureAwait(false);
                Interlocked.Increment(ref joins);
                await crowd.LeaveAsync(player).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is JoinRefusedException or HttpRequestException or TimeoutException or OperationCanceledException)
            {
                Interlocked.Increment(ref failed);
            }
            finally
            {
                room.Release();
            }
        }
    }
}
