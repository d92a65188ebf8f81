using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests
{
    private const int Players = 50;
    private const int WarmUp = 6_000;
    private const int Packets = 10_000;

    [Theory(DisplayName = "The packet path allocates nothing: 10,000 video packets to 50 players through a whole shard, or through two")]
    [InlineData(1)]
    [InlineData(2)]
    public void Silent(int shards)
    {
        using var world = new World(51, shards: shards);
        var ann = world.Join("ann", new PeerShape(Sfu.PeerKind.Web, false, true, 0, 0));
        for (var i = 0; i < Players; i++)
            world.Join($"player{i}", new PeerShape(Sfu.PeerKind.Web, false, false, 0, 1), i % shards);
        world.Run(3000);
        Assert.All(world.Peers.Skip(1), player => Assert.NotNull(player.Sees(ann)));

        // Packets made and protected beforehand, then given to the shard alone: what the clients do is not measured.
        var packets = new List<byte[]>();
        ann.Diverted = packets.Add;
        ann.Camera!.Run(world.Now.PlusMilliseconds(1000 + ((WarmUp + Packets) * 1000 / 90)));
        var all = packets.ToArray().AsSpan();
        world.Feed(ann, all[..WarmUp]);

        // A collection would count the rest of the thread's allocation buffer as used.
        Assert.True(GC.TryStartNoGCRegion(16 << 20));
        var (allocated, sent) = world.Feed(ann, all.Slice(WarmUp, Packets));
        GC.EndNoGCRegion();
        Assert.Equal(0, allocated);
        Assert.True(sent >= Packets * Players, $"{sent} packets left");
    }
}
