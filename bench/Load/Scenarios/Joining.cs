using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Load.Peers;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>Complete joins and leaves: at full speed for the rate and the CPU, one by one for the latencies.</summary>
internal static class Joining
{
    private const int PeoplePerRoom = 50;
    private const int Rooms = 40;
    private const int IdleJoins = 25;

    /// <summary>A voice and a picture so small that carrying them costs next to nothing beside the joins.</summary>
    private static readonly PublishPlan Whisper = new(64_000, 5);

    /// <param name="arguments">Of the command line.</param>
    /// <param name="server">To join.</param>
    /// <param name="staged">
    /// Somebody publishes in the rooms that are joined: Janus has nothing to offer otherwise. Empty rooms are the older measure.
    /// </param>
    public static async Task<LoadResult> MeasureAsync(Arguments arguments, IServerUnderLoad server, bool staged)
    {
        var (count, parallel) = (arguments.Number("count", 2000), arguments.Number("parallel", 32));
        await using var crowd = new Crowd(server);
        await crowd.PublishAsync("idle", new PublishPlan()).ConfigureAwait(false);
        for (var room = 0; staged && room < Rooms; room++)
            await crowd.PublishAsync($"join-{room}", Whisper).ConfigureAwait(false);
        await Crowd.InParallel(Math.Min(count, 200), parallel, i => JoinAndLeaveAsync(crowd, i)).ConfigureAwait(false);
        var before = server.Facts;
        var started = TimeProvider.System.GetTimestamp();
        await Crowd.InParallel(count, parallel, i => JoinAndLeaveAsync(crowd, i)).ConfigureAwait(false);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        var cpu = server.Facts.CpuSeconds - before.CpuSeconds;
        var (up, media) = (new double[IdleJoins], new double[IdleJoins]);
        for (var i = 0; i < IdleJoins; i++)
            (up[i], media[i]) = await IdleJoinAsync(crowd).ConfigureAwait(false);
        return new LoadResult
        {
            Scenario = $"joins {count} by {parallel}{(staged ? ", somebody publishes" : "")}",
            Players = count,
            JoinsPerSecond = count / seconds,
            JoinsPerCpuSecond = count / cpu,
            ServerCpuMsPerJoin = cpu * 1000 / count,
            DtlsUpMs = LoadResult.Middle(up),
            FirstMediaMs = LoadResult.Middle(media),
            ServerCpuPercent = cpu / seconds * 100,
        };
    }

    private static async Task JoinAndLeaveAsync(Crowd crowd, int i)
    {
        var player = await crowd.PlayAsync($"join-{i / PeoplePerRoom % Rooms}", 1, 1).ConfigureAwait(false);
        await crowd.LeaveAsync(player).ConfigureAwait(false);
    }

    private static async Task<(double Up, double Media)> IdleJoinAsync(Crowd crowd)
    {
        var started = TimeProvider.System.GetTimestamp();
        var player = await crowd.PlayAsync("idle", 1, 1).ConfigureAwait(false);
        var up = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        await player.FirstMedia.WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        var media = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds;
        await crowd.LeaveAsync(player).ConfigureAwait(false);
        return (up, media);
    }
}
