using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>Nodes that find each other in Redis, and keep their rooms in PostgreSQL as ever.</summary>
public sealed class RedisTests(SharedPostgres postgres) : IClassFixture<SharedPostgres>
{
    [Fact(DisplayName = "Cluster:Mode=redis: three nodes are one, and a media home that is killed is replaced as with PostgreSQL")]
    public async Task LosesANode()
    {
        await using var redis = await RedisProcess.StartAsync();
        await using var nodes = await Nodes.InAsync(postgres.Cluster, "--Cluster:Mode=redis", $"--Cluster:Connection={redis.Address}");
        var (front, one, two) = (nodes.Start("web,rooms"), nodes.Start("media"), nodes.Start("media"));
        await Task.WhenAll(front.ReadyAsync(), one.ReadyAsync(), two.ReadyAsync());
        await using var alice = await Caller.JoinAsync(front.Address, "standup", "Alice");
        await using var bob = await Caller.JoinAsync(front.Address, "standup", "Bob");
        await Eventually.TrueAsync(() => alice.Hears() && bob.Hears() && alice.Tracks >= 2 && bob.Tracks >= 2, () => nodes.Logs);
        var since = MonotonicClock.Now;
        var home = one.MediaPort == alice.MediaPort ? one : two;

        home.Kill();
        await Eventually.TrueAsync(
            () => alice.MediaPort != home.MediaPort && alice.Hears() && bob.MediaPort == alice.MediaPort && bob.Hears(), () => nodes.Logs);

        Assert.InRange(alice.LongestGap(since), 0, 3_000);
        Assert.Empty(alice.ToldSince(since, "ParticipantLeft", "ParticipantJoined"));
        Assert.Empty(alice.Failures.Concat(bob.Failures));
    }
}
