using System.Diagnostics;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>PostgreSQL goes away and comes back (reliability F-07).</summary>
public sealed class DatabaseAwayTests(ITestOutputHelper output)
{
    private const double LongestMediaGap = 60;

    /// <summary>A packet each 20 ms, and processes that share two cores with the test's: what a pause of the machine costs.</summary>
    private const double Rhythm = 60;
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(2);

    [Fact(DisplayName = "R-36: PostgreSQL away: calls go on, no request hangs, people still come into rooms that live, and nodes find each other again afterwards")]
    public async Task Away()
    {
        await using var postgres = await PostgresCluster.StartAsync();
        await using var nodes = await Nodes.InAsync(postgres);
        var (front, home) = (nodes.Start("web,rooms"), nodes.Start("media"));
        await Task.WhenAll(front.ReadyAsync(), home.ReadyAsync());
        await using var alice = await Caller.JoinAsync(front.Address, "standup", "Alice");
        await using var bob = await Caller.JoinAsync(front.Address, "standup", "Bob");
        await Eventually.TrueAsync(() => alice.Hears() && bob.Hears(), () => nodes.Logs);

        var since = MonotonicClock.Now;
        await postgres.CrashAsync();
        var slowest = TimeSpan.Zero;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(Runs.Of("R36_SECONDS", usual: 8)); await Task.Delay(250))
        {
            var asked = Stopwatch.GetTimestamp();
            await alice.CallAsync("UpdateSelf", new { handRaised = true });
            await bob.CallAsync("SetTrackMuted", new { trackId = bob.TrackId, muted = false });
            slowest = TimeSpan.FromTicks(Math.Max(slowest.Ticks, Stopwatch.GetElapsedTime(asked).Ticks));
        }
        await using (var carol = await Caller.JoinAsync(front.Address, "standup", "Carol"))
            await Eventually.TrueAsync(() => carol.Hears(), () => nodes.Logs);
        var gap = Math.Max(alice.LongestGap(since), bob.LongestGap(since));
        await postgres.ResumeAsync();

        await nodes.StartReadyAsync("media");
        output.WriteLine($"longest silence {gap:0} ms, slowest pair of requests {slowest.TotalMilliseconds:0} ms");
        Assert.Empty(alice.Failures.Concat(bob.Failures));
        Assert.InRange(slowest, TimeSpan.Zero, LongestRequest);
        Assert.InRange(gap, 0, LongestMediaGap + Rhythm);
        Assert.True(alice.Hears(500) && bob.Hears(500), nodes.Logs);
    }
}
