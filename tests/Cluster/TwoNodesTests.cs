using System.Net;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

public sealed class TwoNodesTests(SharedPostgres postgres) : IClassFixture<SharedPostgres>
{
    [Fact(DisplayName = "Two processes and PostgreSQL: people on one node speak through the media engine of the other, and either node answers for the room")]
    public async Task MediaElsewhere()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (front, home) = (nodes.Start("web,rooms"), nodes.Start("web,media"));
        await Task.WhenAll(front.ReadyAsync(), home.ReadyAsync());

        await using var alice = await Caller.JoinAsync(front.Address, "standup", "Alice");
        await using var bob = await Caller.JoinAsync(home.Address, "standup", "Bob");
        await Eventually.TrueAsync(() => alice.Hears() && bob.Hears(), () => nodes.Logs);

        Assert.Equal((home.MediaPort, home.MediaPort), (alice.MediaPort, bob.MediaPort));
        foreach (var node in new[] { front, home })
            Assert.Equal(2, (await node.GetAsync("/api/v1/public/rooms/standup")).GetProperty("participantCount").GetInt32());
        await Eventually.TrueAsync(
            () => alice.Told.Any(one => one.Name == "TrackPublished" && one.Body.GetProperty("trackId").GetString() == bob.TrackId),
            () => "Alice was not told of Bob's track");
        Assert.Empty(alice.Failures.Concat(bob.Failures));
    }

    [Fact(DisplayName = "A public address for links between nodes, and a file as the rooms' storage, stop the start of a cluster's node (TA-03)")]
    public async Task RefusedStarts()
    {
        await using var open = Node.Start("--Cluster:Mode=adonet", "--Cluster:Connection=Host=127.0.0.1", "--Cluster:Address=192.0.2.7");
        await using var file = Node.Start("--Cluster:Mode=adonet", "--Cluster:Connection=Host=127.0.0.1", "--Storage:Mode=sqlite");
        await Task.WhenAll(open.EndedAsync(TimeSpan.FromSeconds(30)), file.EndedAsync(TimeSpan.FromSeconds(30)));
        await Eventually.TrueAsync(() => open.Log.Contains("Cluster:Address", StringComparison.Ordinal), () => open.Log);
        await Eventually.TrueAsync(() => file.Log.Contains("Storage:Mode", StringComparison.Ordinal), () => file.Log);
    }
}
