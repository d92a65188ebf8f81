using System.Globalization;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>The process that decides for a room dies, and its media is elsewhere (reliability F-05).</summary>
public sealed class RoomSiloTests(SharedPostgres postgres, ITestOutputHelper output) : IClassFixture<SharedPostgres>
{
    /// <summary>60 ms, and the rhythm of packets with three processes on a machine of two cores.</summary>
    private const double LongestSilence = 120;
    private const double LongestCommand = 6_000;

    [Fact(DisplayName = "R-35: SIGKILL of the silo that decides: sound goes on, orders are answered within 6 s, the roster is as it was, nothing said is lost")]
    public async Task KilledSilo()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var home = nodes.Start("media");
        var (door, decider) = (nodes.Start("web"), nodes.Start("rooms"));
        await Task.WhenAll(home.ReadyAsync(), door.ReadyAsync(), decider.ReadyAsync());
        var callers = new List<Caller>();
        foreach (var name in new[] { "Alice", "Bob", "Carol" })
            callers.Add(await Caller.JoinAsync(door.Address, "standup", name));
        await Eventually.TrueAsync(() => callers.TrueForAll(caller => caller.Hears()), () => nodes.Logs);

        var slowest = new List<double>();
        for (var run = 0; run < Runs.Of("R35", usual: 1); run++)
        {
            var next = await nodes.StartReadyAsync("rooms");
            var since = MonotonicClock.Now;
            decider.Kill();
            slowest.Add(await SayAsync(callers, run));
            var gap = callers.Max(caller => caller.LongestGap(since));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"run {run + 1}: slowest order {slowest[^1]:0} ms, longest silence {gap:0} ms"));
            Assert.InRange(gap, 0, LongestSilence);
            Assert.All(callers, caller => Assert.Empty(caller.ToldSince(since, "ParticipantLeft", "TrackUnpublished", "Disconnect", "RenegotiateRequested")));
            decider = next;
        }
        await AssertAllThereAsync(callers, slowest.Count);
        foreach (var caller in callers)
            await caller.DisposeAsync();
        Assert.InRange(slowest.Max(), 0, LongestCommand);
    }

    /// <summary>Everybody says a line at once.</summary>
    /// <returns>How long the slowest answer took; milliseconds.</returns>
    private static async Task<double> SayAsync(List<Caller> callers, int run)
    {
        var begun = MonotonicClock.Now;
        var times = await Task.WhenAll(callers.Select(async caller =>
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{caller.Id}-{run}");
            await caller.CallAsync("SendChat", new { clientId = id, content = id, contentType = "text/plain" });
            return (MonotonicClock.Now - begun).TotalMilliseconds;
        }));
        return times.Max();
    }

    private static async Task AssertAllThereAsync(List<Caller> callers, int runs)
    {
        // Longer than anybody is waited for who has lost their connection.
        await Task.Delay(TimeSpan.FromSeconds(32));
        var state = await callers[0].CallAsync("Sync", new { lastRev = 0 });
        var people = state.GetProperty("participants").EnumerateArray().ToList();
        Assert.Equal(callers.Select(caller => caller.Id).Order(), people.Select(one => one.GetProperty("id").GetString()!).Order());
        Assert.All(people, one => Assert.Equal("active", one.GetProperty("state").GetString()));
        Assert.Equal(
            callers.Select(caller => caller.TrackId).Order(), state.GetProperty("tracks").EnumerateArray().Select(one => one.GetProperty("trackId").GetString()!).Order());
        var lines = (await callers[0].CallAsync("LoadChat", new { limit = 100 })).GetProperty("messages").EnumerateArray()
            .Select(line => line.GetProperty("content").GetString()!).ToList();
        Assert.Equal(
            callers.SelectMany(caller => Enumerable.Range(0, runs).Select(run => string.Create(CultureInfo.InvariantCulture, $"{caller.Id}-{run}"))).Order(),
            lines.Order());
        callers.ForEach(caller => Assert.Empty(caller.Failures));
    }
}
