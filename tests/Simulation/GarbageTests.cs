using System.Buffers.Binary;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class GarbageTests
{
    [Theory(DisplayName = "R-13 TU-12 Every first byte at lengths 0 to 100 in every state: no exception, state unchanged")]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(1500)]
    public void Sweep(int milliseconds)
    {
        using var world = new World(41, new LinkProfile(DelayMs: 20));
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(milliseconds);
        var transport = world.Shard.Rooms[World.Room].FindPeer("ben")!.Transport;
        var (state, contexts) = (transport.State, transport.Inbound?.ContextCount);
        var random = new Random(41);
        for (var first = 0; first < 256; first++)
        {
            for (var length = 0; length <= 100; length++)
            {
                var datagram = new byte[length];
                random.NextBytes(datagram);
                if (length > 0)
                    datagram[0] = (byte)first;
                world.Inject(ben.Address, datagram);
                Assert.Equal(state, transport.State);
            }

            // Time stands still during the sweep but for this, so that the cap of datagrams a second hides nothing.
            if (milliseconds == 1500)
                world.Run(10);
        }

        Assert.Equal(0, world.Shard.Counters.TurnFailures);
        if (milliseconds == 1500)
            Assert.Equal(contexts, transport.Inbound!.ContextCount);
        world.Run(4000);
        Expect.Meeting(ann, ben);
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "R-15 TU-14 10^5 SSRCs of one peer: at most 64 contexts, no stream more, nobody else notices")]
    public void SsrcFlood()
    {
        using var world = new World(42);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var cleo = world.Join("cleo", PeerShape.Person);
        world.Run(2000);
        ann.Hears(cleo)!.ForgetGap();
        var known = world.Shard.Rooms[World.Room].FindPeer("ben")!;
        var packet = new byte[200];
        for (var i = 0; i < 100_000; i++)
        {
            packet.AsSpan().Clear();
            (packet[0], packet[1]) = (0x80, 96);
            BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), 0x7000_0000 + (uint)i);
            ben.SendRtp(packet, 12, 100, 1);
            if (i % 10 == 9)
                world.Run(1);
        }

        Assert.InRange(known.Transport.Inbound!.ContextCount, 1, 64);
        Assert.InRange(known.Streams.Count, 1, StreamTable.Capacity);
        Assert.True(ann.Hears(cleo)!.LongestGap <= TimeSpan.FromMilliseconds(60), $"{ann.Hears(cleo)!.LongestGap}");
        Assert.True(world.Shard.Counters.Dropped(DropReason.SsrcUnmatched) > 1000);
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "TU-13 Two peers with the same SSRCs are heard and seen separately")]
    public void SameSsrc()
    {
        using var world = new World(43);
        var twin = PeerShape.Person with { AudioSsrc = 0x1234_0001, VideoSsrc = 0x1234_5000 };
        var (ann, ben) = (world.Join("ann", twin), world.Join("ben", twin));
        var viewer = world.Join("viewer", PeerShape.Listener);
        world.Run(3000);
        Expect.Meeting(ann, ben, viewer);
        Assert.NotSame(viewer.Hears(ann), viewer.Hears(ben));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A peer that sends garbage from its own address disturbs nobody else's call")]
    public void GarbagePeer()
    {
        using var world = new World(44);
        var (ann, ben, cleo) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person), world.Join("cleo", PeerShape.Person));
        world.Run(2000);
        ann.Hears(ben)!.ForgetGap();
        var random = new Random(44);
        for (var i = 0; i < 30_000; i++)
        {
            var datagram = new byte[random.Next(0, 1400)];
            random.NextBytes(datagram);
            world.Inject(cleo.Address, datagram);
            if (i % 10 == 9)
                world.Run(1);
        }

        Assert.True(ann.Hears(ben)!.LongestGap <= TimeSpan.FromMilliseconds(60), $"{ann.Hears(ben)!.LongestGap}");
        Expect.Meeting(ann, ben);
        Expect.Sound(world);
        Assert.Empty(world.Listener.Facts.OfType<PeerLost>());
    }

    [Fact(DisplayName = "TU-21 Authentic packets with 50,000 broken VP8 descriptors: nobody else's picture stops, the slot's own numbers stay sound")]
    public void DescriptorBombs()
    {
        using var world = new World(45);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var viewer = world.Join("viewer", PeerShape.Listener);
        world.Run(3000);
        viewer.Hears(ann)!.ForgetGap();
        viewer.Sees(ann)!.Picture!.ForgetFreeze();
        var line = ben.Camera!.Lines[0];
        var random = new Random(45);
        for (var i = 0; i < 50_000; i++)
        {
            var payload = new byte[random.Next(0, 60)];
            random.NextBytes(payload);
            if (payload.Length > 6 && random.Next(2) == 0)
                (payload[0], payload[1]) = (0x90, 0xF0); // a descriptor with everything in it, and numbers that jump
            line.Send(world.Now, random.Next(4) == 0, payload, null);
            if (i % 4 == 3)
                world.Run(1);
        }

        Assert.Equal(0, world.Shard.Counters.TurnFailures);
        Assert.True(viewer.Hears(ann)!.LongestGap <= TimeSpan.FromMilliseconds(60), $"{viewer.Hears(ann)!.LongestGap}");
        Assert.True(viewer.Sees(ann)!.Picture!.LongestFreezeAt(world.Now) <= TimeSpan.FromMilliseconds(150), $"{viewer.Sees(ann)!.Picture!.LongestFreezeAt(world.Now)}");
        foreach (var slot in viewer.VideoSlots)
            Assert.Equal((0, 0), (slot.Reused, slot.TimestampsBackwards));
    }
}
