using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Load.Peers;
using Sylk.Conference.Load.Results;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Scenarios;

/// <summary>The kinds of load the command line names.</summary>
internal static class Scenario
{
    private const int JoinParallel = 16;
    private const int PeoplePerJoinRoom = 50;
    private const int IdleJoins = 25;

    public static readonly IReadOnlyList<string> Names = ["fanout", "meetings", "joins"];

    /// <exception cref="FormatException">A name that is none of <see cref="Names"/>.</exception>
    public static Task<LoadResult> RunAsync(string name, Arguments arguments, IServerUnderLoad server)
    {
        var divisor = arguments.Has("half-load") ? 2 : 1;
        return name switch
        {
            "fanout" => FanoutAsync(arguments, server, arguments.Number("players", 200) / divisor),
            "meetings" => MeetingsAsync(arguments, server, Math.Max(1, arguments.Number("rooms", 10) / divisor)),
            "joins" => JoinsAsync(arguments, server),
            _ => throw new FormatException($"There is no scenario {name}."),
        };
    }

    /// <summary>One stage, many in the stalls.</summary>
    public static async Task<LoadResult> FanoutAsync(Arguments arguments, IServerUnderLoad server, int players)
    {
        var plan = new PublishPlan(arguments.Number("bitrate", 1_000_000), arguments.Number("fps", 30));
        await using var crowd = new Crowd(server);
        await crowd.PublishAsync("stage", plan).ConfigureAwait(false);
        var before = server.Facts.ResidentKib;
        var seconds = await TimedAsync(() => Crowd.InParallel(players, JoinParallel, _ => crowd.PlayAsync("stage", 1, 1)))
            .ConfigureAwait(false);
        var result = await MeasureAsync(arguments, server, crowd, $"fanout {players}").ConfigureAwait(false);
        return result with
        {
            JoinsPerSecond = players / seconds,
            ExpectedPerSecond = players * (50 + VideoPackets(plan)),
            MemoryKibPerPeer = (double)(server.Facts.ResidentKib - before) / players,
        };
    }

    /// <summary>Everybody publishes, everybody sees everybody.</summary>
    public static async Task<LoadResult> MeetingsAsync(Arguments arguments, IServerUnderLoad server, int rooms)
    {
        var people = arguments.Number("people", 10);
        var plan = new PublishPlan(arguments.Number("bitrate", 300_000), arguments.Number("fps", 30));
        var audioSlots = arguments.Number("audio-slots", 3);
        await using var crowd = new Crowd(server);
        var before = server.Facts.ResidentKib;
        var seconds = await TimedAsync(async () =>
        {
            await Crowd.InParallel(rooms * people, JoinParallel, i => crowd.PublishAsync($"meeting-{i % rooms}", plan)).ConfigureAwait(false);
            await Crowd.InParallel(
                rooms * people, JoinParallel, i => crowd.PlayAsync($"meeting-{i % rooms}", audioSlots, people - 1)).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var result = await MeasureAsync(arguments, server, crowd, $"meetings {rooms} x {people}").ConfigureAwait(false);
        return result with
        {
            JoinsPerSecond = 2 * rooms * people / seconds,
            ExpectedPerSecond = rooms * people * (audioSlots * 50 + (people - 1) * VideoPackets(plan)),
            MemoryKibPerPeer = (double)(server.Facts.ResidentKib - before) / (2 * rooms * people),
        };
    }

    /// <summary>Complete joins and leaves: at full speed for the rate, one by one for the latencies.</summary>
    public static async Task<LoadResult> JoinsAsync(Arguments arguments, IServerUnderLoad server)
    {
        var (count, parallel) = (arguments.Number("count", 2000), arguments.Number("parallel", 32));
        await using var crowd = new Crowd(server);
        await crowd.PublishAsync("idle", new PublishPlan()).ConfigureAwait(false);
        await Crowd.InParallel(Math.Min(count, 200), parallel, i => JoinAndLeaveAsync(crowd, i)).ConfigureAwait(false);
        var before = server.Facts;
        var seconds = await TimedAsync(() => Crowd.InParallel(count, parallel, i => JoinAndLeaveAsync(crowd, i))).ConfigureAwait(false);
        var cpu = server.Facts.CpuSeconds - before.CpuSeconds;
        var (up, media) = (new double[IdleJoins], new double[IdleJoins]);
        for (var i = 0; i < IdleJoins; i++)
            (up[i], media[i]) = await IdleJoinAsync(crowd).ConfigureAwait(false);
        return new LoadResult
        {
            Scenario = $"joins {count} by {parallel}",
            Players = count,
            JoinsPerSecond = count / seconds,
            JoinsPerCpuSecond = count / cpu,
            DtlsUpMs = LoadResult.Middle(up),
            FirstMediaMs = LoadResult.Middle(media),
            ServerCpuPercent = cpu / seconds * 100,
        };
    }

    private static Task<LoadResult> MeasureAsync(Arguments arguments, IServerUnderLoad server, Crowd crowd, string name) =>
        new Forwarding(server, crowd).MeasureAsync(
            name, TimeSpan.FromSeconds(arguments.Number("warmup", 30)), TimeSpan.FromSeconds(arguments.Number("duration", 10)));

    private static async Task JoinAndLeaveAsync(Crowd crowd, int i)
    {
        var player = await crowd.PlayAsync($"join-{i / PeoplePerJoinRoom % 40}", 1, 1).ConfigureAwait(false);
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

    private static async Task<double> TimedAsync(Func<Task> act)
    {
        var started = TimeProvider.System.GetTimestamp();
        await act().ConfigureAwait(false);
        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static double VideoPackets(PublishPlan plan) => (plan.Bitrate / 8 / plan.Fps + 1179) / 1180 * plan.FramesPerSecond;
}
