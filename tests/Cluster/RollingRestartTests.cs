using System.Globalization;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>An upgrade: three nodes that do everything are stopped and started one after the other, with calls on them.</summary>
public sealed class RollingRestartTests(SharedPostgres postgres, ITestOutputHelper output) : IClassFixture<SharedPostgres>
{
    private const double LongestGap = 500;

    /// <summary>What each person says meanwhile: a line every half second, not as many as two cores can carry.</summary>
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(500);

    [Fact(DisplayName = "R-47: rolling restart of three nodes under calls: no command fails, sound is never away for more than 500 ms, nobody leaves")]
    public async Task Rolling()
    {
        Runs.OnlyInTheLongForm();
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        List<Node> all = [nodes.Start(), nodes.Start(), nodes.Start()];
        foreach (var node in all)
            await node.ReadyAsync();
        var doors = all.ConvertAll(node => node.Address);
        var callers = new List<Caller>();
        for (var i = 0; i < Runs.Of("R47_CALLS", usual: 2) * 2; i++)
            callers.Add(await Caller.JoinAsync([doors[i / 2 % 3], doors[(i / 2 + 1) % 3], doors[(i / 2 + 2) % 3]], $"call-{i / 2}", $"Person {i}"));
        await Eventually.TrueAsync(() => callers.TrueForAll(caller => caller.Hears()), () => nodes.Logs);
        var since = MonotonicClock.Now;

        foreach (var node in all)
        {
            var replacement = await nodes.StartReadyAsync();
            callers.ForEach(caller => caller.Learn(replacement.Address));
            await node.SignalAsync("TERM");
            await BusyUntilEndedAsync(callers, node, nodes);
        }

        var gap = callers.Max(caller => caller.LongestGap(since));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"longest silence {gap:0} ms in {callers.Count / 2} calls"));
        Assert.All(callers, caller =>
        {
            Assert.Empty(caller.Failures);
            Assert.Empty(caller.ToldSince(since, "ParticipantJoined", "ParticipantLeft"));
        });
        Assert.InRange(gap, 0, LongestGap);
    }

    private static Task BusyUntilEndedAsync(List<Caller> callers, Node node, Nodes nodes) => Eventually.TrueAsync(
        async () =>
        {
            await Task.WhenAll(callers.Select(caller => caller.CallAsync(
                "SendChat", new { clientId = Guid.NewGuid().ToString("N"), content = $"still here {Guid.NewGuid():N}", contentType = "text/plain" })));
            await Task.Delay(BetweenLines);
            return node.HasEnded;
        },
        TimeSpan.FromSeconds(60),
        () => nodes.Logs);
}
