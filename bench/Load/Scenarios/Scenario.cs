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
    private const int AudioPacketsPerSecond = 50;

    public static readonly IReadOnlyList<string> Names = ["fanout", "meetings", "audio", "trios", "joins", "storm", "flood", "soak"];

    /// <exception cref="FormatException">A name that is none of <see cref="Names"/>.</exception>
    public static Task<LoadResult> RunAsync(string name, Arguments arguments, IServerUnderLoad server)
    {
        var divisor = arguments.Has("half-load") ? 2 : 1;
        return name switch
        {
            "fanout" => FanoutAsync(arguments, server, arguments.Number("players", 200) / divisor),
            "meetings" => MeetingsAsync(
                arguments, server, new Meetings(Math.Max(1, arguments.Number("rooms", 10) / divisor), arguments.Number("people", 10), 3)),
            "audio" => AudioAsync(arguments, server, arguments.Number("players", 500) / divisor),
            "trios" => MeetingsAsync(arguments, server, new Meetings(Math.Max(1, arguments.Number("rooms", 20) / divisor), 3, 2)),
            "joins" => Joining.MeasureAsync(arguments, server, arguments.Verb == "compare" || arguments.Has("staged")),
            "storm" => Storm.RunAsync(arguments, server),
            "flood" => Flood.RunAsync(arguments, server),
            "soak" => FanoutAsync(arguments, server, arguments.Number("players", 250)),
            _ => throw new FormatException($"There is no scenario {name}."),
        };
    }

    /// <summary>One stage, many in the stalls; with <c>--rooms</c> that many theatres share the players.</summary>
    private static async Task<LoadResult> FanoutAsync(Arguments arguments, IServerUnderLoad server, int players)
    {
        var plan = new PublishPlan(arguments.Number("bitrate", 1_000_000), arguments.Number("fps", 30));
        await using var crowd = new Crowd(server);
        var rooms = arguments.Number("rooms", 1);
        await Crowd.InParallel(rooms, JoinParallel, i => crowd.PublishAsync($"stage-{i}", plan)).ConfigureAwait(false);
        var result = await MeasureHallsAsync(arguments, server, crowd, new Halls(rooms, players, new Slots(1, 1))).ConfigureAwait(false);
        return result with
        {
            Scenario = rooms == 1 ? $"fanout {players}" : $"fanout {players} in {rooms} rooms",
            ExpectedPerSecond = players * (AudioPacketsPerSecond + VideoPackets(plan)),
        };
    }

    /// <summary>A few voices, many who listen, no pictures.</summary>
    private static async Task<LoadResult> AudioAsync(Arguments arguments, IServerUnderLoad server, int players)
    {
        var talkers = arguments.Number("talkers", 3);
        await using var crowd = new Crowd(server);
        for (var i = 0; i < talkers; i++)
            await crowd.PublishAsync("stage-0", new PublishPlan(0)).ConfigureAwait(false);
        var result = await MeasureHallsAsync(arguments, server, crowd, new Halls(1, players, new Slots(talkers, 0))).ConfigureAwait(false);
        return result with
        {
            Scenario = $"audio {talkers} talkers, {players} listeners",
            ExpectedPerSecond = players * talkers * AudioPacketsPerSecond,
        };
    }

    private static async Task<LoadResult> MeasureHallsAsync(Arguments arguments, IServerUnderLoad server, Crowd crowd, Halls halls)
    {
        var (before, players, slots) = (server.Facts.ResidentKib, halls.Players, halls.Slots);
        var seconds = await TimedAsync(() => Crowd.InParallel(
            players, JoinParallel, i => crowd.PlayAsync($"stage-{i % halls.Rooms}", slots.Audio, slots.Video))).ConfigureAwait(false);
        var result = await MeasureAsync(arguments, server, crowd, "").ConfigureAwait(false);
        return result with
        {
            JoinsPerSecond = players / seconds,
            MemoryKibPerPeer = (double)(server.Facts.ResidentKib - before) / players,
        };
    }

    /// <summary>Everybody publishes, then everybody sees and hears everybody, as far as there are slots for voices.</summary>
    private static async Task<LoadResult> MeetingsAsync(Arguments arguments, IServerUnderLoad server, Meetings meetings)
    {
        var plan = new PublishPlan(arguments.Number("bitrate", 300_000), arguments.Number("fps", 30));
        var (rooms, people, audio) = (meetings.Rooms, meetings.People, arguments.Number("audio-slots", meetings.AudioSlots));
        await using var crowd = new Crowd(server);
        var before = server.Facts.ResidentKib;
        var seconds = await TimedAsync(async () =>
        {
            await Crowd.InParallel(rooms * people, JoinParallel, i => crowd.PublishAsync($"meeting-{i % rooms}", plan)).ConfigureAwait(false);
            await Crowd.InParallel(
                rooms * people, JoinParallel, i => crowd.PlayAsync($"meeting-{i % rooms}", audio, people - 1)).ConfigureAwait(false);
        }).ConfigureAwait(false);
        var result = await MeasureAsync(arguments, server, crowd, $"meetings {rooms} x {people}").ConfigureAwait(false);
        return result with
        {
            JoinsPerSecond = 2 * rooms * people / seconds,
            ExpectedPerSecond = rooms * people * (audio * AudioPacketsPerSecond + (people - 1) * VideoPackets(plan)),
            MemoryKibPerPeer = (double)(server.Facts.ResidentKib - before) / (2 * rooms * people),
        };
    }

    private static Task<LoadResult> MeasureAsync(Arguments arguments, IServerUnderLoad server, Crowd crowd, string name) =>
        new Forwarding(server, crowd).MeasureAsync(
            name,
            TimeSpan.FromSeconds(arguments.Number("warmup", 30)),
            TimeSpan.FromSeconds(arguments.Number("duration", arguments.Number("minutes", 0) is > 0 and var minutes ? minutes * 60 : 10)));

    private static async Task<double> TimedAsync(Func<Task> act)
    {
        var started = TimeProvider.System.GetTimestamp();
        await act().ConfigureAwait(false);
        return TimeProvider.System.GetElapsedTime(started).TotalSeconds;
    }

    private static double VideoPackets(PublishPlan plan) => (plan.Bitrate / 8 / plan.Fps + 1179) / 1180 * plan.FramesPerSecond;
}

/// <summary>Rooms that share the players, and what a player has room for.</summary>
internal readonly record struct Halls(int Rooms, int Players, Slots Slots);

/// <summary>How many rooms, people in each, and voices one hears at once.</summary>
internal readonly record struct Meetings(int Rooms, int People, int AudioSlots);
