using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>Nodes that go on purpose (reliability F-06, product §17).</summary>
public sealed class DrainTests(SharedPostgres postgres, ITestOutputHelper output) : IClassFixture<SharedPostgres>
{
    private const double LongestGap = 500;

    [Fact(DisplayName = "SIGTERM of the media home, then of a door: people move make before break, no command fails, both end by themselves")]
    public async Task Sigterm()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (front, door, one, two) = (nodes.Start("web,rooms"), nodes.Start("web"), nodes.Start("media"), nodes.Start("media"));
        await Task.WhenAll(front.ReadyAsync(), door.ReadyAsync(), one.ReadyAsync(), two.ReadyAsync());
        Uri[] doors = [door.Address, front.Address];
        await using var alice = await Caller.JoinAsync(doors, "standup", "Alice");
        await using var bob = await Caller.JoinAsync(doors, "standup", "Bob");
        Caller[] callers = [alice, bob];
        await Eventually.TrueAsync(() => callers.All(caller => caller.Hears() && caller.Tracks >= callers.Length), () => nodes.Logs);
        var since = MonotonicClock.Now;

        var home = alice.MediaPort == one.MediaPort ? one : two;
        await home.SignalAsync("TERM");
        await BusyUntilEndedAsync(callers, home, nodes);
        await door.SignalAsync("TERM");
        await BusyUntilEndedAsync(callers, door, nodes);
        Assert.Equal((0, 0), (home.ExitCode, door.ExitCode));

        var gap = callers.Max(caller => caller.LongestGap(since));
        output.WriteLine($"longest silence {gap:0} ms");
        Assert.All(callers, caller =>
        {
            Assert.Empty(caller.Failures);
            Assert.Empty(caller.ToldSince(since, "ParticipantJoined", "ParticipantLeft", "TrackPublished", "TrackUnpublished"));
            Assert.Equal("nodeDraining", Assert.Single(caller.ToldSince(since, "RenegotiateRequested")).Body.GetProperty("reason").GetString());
            Assert.NotEmpty(caller.Resumed);
        });
        Assert.InRange(gap, 0, LongestGap);
    }

    [Fact(DisplayName = "REST: nodes are listed, a room's media moves on order, a drained node loses its rooms and takes none, and takes them again when told so")]
    public async Task ByRest()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (front, one, two) = (nodes.Start("web,rooms"), nodes.Start("media"), nodes.Start("media"));
        await Task.WhenAll(front.ReadyAsync(), one.ReadyAsync(), two.ReadyAsync());
        await front.AdministerAsync();
        await using var alice = await Caller.JoinAsync(front.Address, "standup", "Alice");
        await using var bob = await Caller.JoinAsync(front.Address, "standup", "Bob");
        await Eventually.TrueAsync(() => alice.Hears() && bob.Hears(), () => nodes.Logs);
        await Eventually.TrueAsync(async () => (await front.ListAsync()).Count == 3, TimeSpan.FromSeconds(10), () => nodes.Logs);
        var (since, first) = (MonotonicClock.Now, alice.MediaPort);

        await front.OrderAsync("rooms/standup/move-media");
        await Eventually.TrueAsync(() => alice.MediaPort != first && bob.MediaPort == alice.MediaPort, () => nodes.Logs);
        await Eventually.TrueAsync(async () => (await front.ListAsync()).Count(node => node.Rooms == 1) == 1, TimeSpan.FromSeconds(15), () => nodes.Logs);
        var home = (await front.ListAsync()).Single(node => node.Rooms == 1);

        await front.OrderAsync($"server/nodes/{home.Id}/drain");
        await Eventually.TrueAsync(() => alice.MediaPort == first && bob.MediaPort == first, () => nodes.Logs);
        await Eventually.TrueAsync(
            async () => (await front.ListAsync()).Single(node => node.Id == home.Id) is { State: "draining", Rooms: 0 }, TimeSpan.FromSeconds(15), () => nodes.Logs);
        await front.OrderAsync($"server/nodes/{home.Id}/undrain");
        await Eventually.TrueAsync(
            async () => (await front.ListAsync()).Single(node => node.Id == home.Id).State == "active", TimeSpan.FromSeconds(5), () => nodes.Logs);

        Assert.Empty(alice.Failures.Concat(bob.Failures));
        Assert.InRange(Math.Max(alice.LongestGap(since), bob.LongestGap(since)), 0, LongestGap);
    }

    /// <summary>People use the room all the time.</summary>
    private static Task BusyUntilEndedAsync(Caller[] callers, Node node, Nodes nodes) => Eventually.TrueAsync(
        async () =>
        {
            foreach (var caller in callers)
            {
                await caller.CallAsync("SendChat", new { clientId = Guid.NewGuid().ToString("N"), content = $"still here {Guid.NewGuid():N}", contentType = "text/plain" });
                await caller.CallAsync("SetView", new { viewRev = Environment.TickCount64, slots = Array.Empty<object>(), audio = new { mode = "auto" }, paused = false });
            }
            return node.HasEnded;
        },
        TimeSpan.FromSeconds(40),
        () => nodes.Logs);
}
