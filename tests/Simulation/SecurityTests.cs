using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class SecurityTests
{
    private static readonly TransportAddress Stranger = TransportAddress.FromIPv4(0x0B00_0001, 6000);

    [Fact(DisplayName = "R-10 TU-01 1,000 forged hellos a second during 200 call set-ups: all connect, nothing goes to the attacker")]
    public void HelloRace()
    {
        using var world = new World(31, new LinkProfile(DelayMs: 5));
        var hello = CapturedHello();
        for (var call = 0; call < 200; call++)
        {
            var peer = world.Join($"p{call}", new PeerShape(Sfu.PeerKind.Web, true, false, 1, 0));
            for (var i = 0; i < 60 && (i < 50 || !peer.IsConnected); i++)
            {
                world.Inject(Stranger, hello);
                world.Run(1);
            }

            Assert.True(peer.IsConnected, $"call {call}: {peer.Stage}");
            world.Leave(peer);
        }

        Assert.Equal(200, world.Shard.Counters.HandshakesCompleted);
        Assert.Equal(0, world.Network.BytesTo(Stranger));
        Assert.True(world.Shard.Counters.Dropped(DropReason.UnknownAddress) >= 200 * 50);
    }

    [Fact(DisplayName = "R-11 TU-06 Amplification is at most 1 before validation, for every first byte and length")]
    public void Amplification()
    {
        using var world = new World(32);
        world.Join("ann", PeerShape.Person);
        world.Run(500);
        var random = new Random(32);
        for (var first = 0; first < 256; first++)
        {
            foreach (var length in new[] { 0, 1, 2, 12, 13, 20, 28, 60, 100, 300, 576, 1200, 1500 })
            {
                var datagram = new byte[length];
                random.NextBytes(datagram);
                if (length > 0)
                    datagram[0] = (byte)first;
                Assert.InRange(world.Inject(Stranger, datagram), 0, length);
            }
        }

        Assert.Equal(0, world.Network.BytesTo(Stranger));
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "R-12 TU-10 R-16 10^5 packets with bad tags, from the peer's own and from foreign addresses: no gap, no new context")]
    public void BadTags()
    {
        using var world = new World(33);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var captured = new List<byte[]>();
        ben.Sending = datagram => { if (datagram[0] >= 128) captured.Add(datagram); };
        world.Run(2000);
        ben.Sending = null;
        var transport = world.Shard.Rooms[World.Room].FindPeer("ben")!.Transport;
        var (contexts, forwarded) = (transport.Inbound!.ContextCount, ann.PacketsReceived);
        ann.Hears(ben)!.ForgetGap();
        var random = new Random(33);
        for (var i = 0; i < 100_000; i++)
        {
            var forged = captured[random.Next(captured.Count)].AsSpan().ToArray();
            forged[^1] ^= 0x55;
            forged[random.Next(2, 12)] ^= (byte)random.Next(1, 256);
            world.Inject(i % 2 == 0 ? ben.Address : Stranger, forged);
            if (i % 5 == 4)
                world.Run(1);
        }

        Assert.Equal(contexts, transport.Inbound.ContextCount);
        Assert.True(ann.Hears(ben)!.LongestGap <= TimeSpan.FromMilliseconds(60), $"{ann.Hears(ben)!.LongestGap}");
        Expect.Meeting(ann, ben);
        Expect.Sound(world);
        Assert.Equal(0, world.Network.BytesTo(Stranger));
        Assert.True(ann.PacketsReceived > forwarded + 2000);
    }

    [Fact(DisplayName = "R-14 TU-11 Captured packets sent again twice are not accepted once")]
    public void Replay()
    {
        using var world = new World(34);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var captured = new List<byte[]>();
        ben.Sending = datagram => { if (datagram[0] >= 128) captured.Add(datagram); };
        world.Run(6000);
        ben.Sending = null;
        ben.Silent = true;
        world.Run(100);
        var before = ann.Slots.Sum(slot => slot.Packets);
        var dropped = world.Shard.Counters.Dropped(DropReason.SrtpReplayed) + world.Shard.Counters.Dropped(DropReason.SrtpRefused)
            + world.Shard.Counters.Dropped(DropReason.SrtcpRefused);
        for (var round = 0; round < 2; round++)
            foreach (var packet in captured)
                world.Inject(ben.Address, packet);
        world.Run(100);
        Assert.Equal(before, ann.Slots.Sum(slot => slot.Packets));
        Assert.Equal(dropped + (2 * captured.Count), world.Shard.Counters.Dropped(DropReason.SrtpReplayed)
            + world.Shard.Counters.Dropped(DropReason.SrtpRefused) + world.Shard.Counters.Dropped(DropReason.SrtcpRefused)
            + world.Shard.Counters.Dropped(DropReason.AddressRateCap) + world.Shard.Counters.Dropped(DropReason.RtcpQuota));
    }

    private static byte[] CapturedHello()
    {
        using var world = new World(30);
        byte[]? hello = null;
        var peer = world.Join("ann", PeerShape.Listener);
        peer.Sending = datagram => hello ??= datagram[0] == 22 ? datagram : null;
        world.Run(500);
        return hello!;
    }
}
