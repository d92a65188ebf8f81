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

    [Fact(DisplayName = "Voices of this process allocate nothing either way: 5,000 packets each of a phone and a page, through a whole shard to 50 players and an endpoint")]
    public void SilentLocally()
    {
        using var world = new World(52);
        var ann = world.Join("ann", new PeerShape(Sfu.PeerKind.Web, true, false, 0, 0));
        for (var i = 0; i < Players; i++)
            world.Join($"player{i}", new PeerShape(Sfu.PeerKind.Web, false, false, 2, 0));
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone");
        phones.Run(3000);
        Assert.All(world.Peers.Skip(1), player => Assert.True(player.Hears(ann) is not null && player.Hears(phone) is not null));

        var packets = new List<byte[]>();
        ann.Diverted = packets.Add;
        ann.Microphone!.Run(world.Now.PlusMilliseconds(20 * (WarmUp + 5_000 + 1)));
        var all = packets.ToArray().AsSpan();
        TalkAndListen(world, phones, ann, all[..WarmUp]);

        Assert.True(GC.TryStartNoGCRegion(64 << 20));
        var (allocated, sent, heard) = TalkAndListen(world, phones, ann, all.Slice(WarmUp, 5_000));
        GC.EndNoGCRegion();
        Assert.Equal(0, allocated);
        Assert.Equal(5_000, heard);
        Assert.True(sent >= 2 * 5_000 * Players, $"{sent} packets left");
    }

    private static (long Allocated, long Sent, int Heard) TalkAndListen(World world, LocalVoices phones, WirePeer page, ReadOnlySpan<byte[]> packets)
    {
        var (audio, payload, buffer) = (phones.Audio, new byte[60], new byte[1_500]);
        var (allocated, sent, heard) = (0L, 0L, 0);
        for (var i = 0; i < packets.Length; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(audio.TrySend(1, payload, (uint)(1_000_000 + (i * 960)), 30, false));
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            var turn = world.Feed(page, packets.Slice(i, 1));
            before = GC.GetAllocatedBytesForCurrentThread();
            while (audio.TryReceive(buffer, out _))
                heard++;
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            (allocated, sent) = (allocated + turn.Allocated, sent + turn.Sent);
        }

        return (allocated, sent, heard);
    }
}
