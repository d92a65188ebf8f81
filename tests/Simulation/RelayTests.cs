using System.Text;
using Sylk.Conference.Protocols.Dcep;
using Sylk.Conference.Protocols.Sctp;
using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>A room on two shards of one node (sfu E.17).</summary>
public sealed class RelayTests
{
    private static readonly PeerShape OnePlace = PeerShape.Listener with { VideoSlots = 1 };

    [Fact(DisplayName = "E.17 People on two shards hear and see each other as if there were one")]
    public void Meeting()
    {
        using var world = new World(301, shards: 2);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person, 1));
        var (cat, dan) = (world.Join("cat", PeerShape.Person), world.Join("dan", PeerShape.Person, 1));
        world.Run(4000);

        Expect.Meeting(ann, ben, cat, dan);
        Expect.LipSync(ann, ben);
        Expect.LipSync(dan, cat);
        Expect.Sound(world);
        Expect.Connected(world);
        Assert.Equal(8, world.Listener.Facts.OfType<TrackStarted>().Count());
        Assert.Empty(world.Listener.Facts.OfType<TrackEnded>());
        Assert.Equal(4, world.Shards[0].Counters.Tracks);
        Assert.Equal(4, world.Shards[1].Counters.Tracks);
    }

    [Fact(DisplayName = "E.17 However many watch on the other shard, a packet crosses once; what nobody there watches does not cross")]
    public void CrossesOnce()
    {
        using var world = new World(302, shards: 2);
        var ann = world.Join("ann", new PeerShape(PeerKind.Web, false, true, 0, 0));
        world.Run(3000);
        Assert.Equal(0, world.Shard.Counters.PacketsRelayed);

        var watchers = Enumerable.Range(0, 12).Select(i => world.Join($"w{i}", OnePlace, 1)).ToArray();
        world.Run(2000);
        Assert.All(watchers, watcher => Assert.NotNull(watcher.Sees(ann)));
        var (before, sent) = (world.Shard.Counters.PacketsRelayed, ann.TransportPackets);
        world.Run(2000);
        Assert.InRange(world.Shard.Counters.PacketsRelayed - before, 1, ann.TransportPackets - sent + 1);
        Assert.InRange(world.Shard.Counters.PacketsRelayed - before, ann.TransportPackets - sent - 5, ann.TransportPackets - sent + 1);

        foreach (var watcher in watchers)
            world.Leave(watcher);
        world.Run(1000);
        before = world.Shard.Counters.PacketsRelayed;
        world.Run(2000);
        Assert.Equal(before, world.Shard.Counters.PacketsRelayed);
        Expect.Sound(world);
    }

    [Theory(DisplayName = "E.17 Loss on both sides is repaired on each: pictures go on, no number is used twice")]
    [InlineData(310, 0.02)]
    [InlineData(311, 0.05)]
    [InlineData(312, 0.10)]
    public void Loss(int seed, double loss)
    {
        using var world = new World(seed, new LinkProfile(loss, 20, 10, 0.02), shards: 2);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person, 1));
        var (cat, dan) = (world.Join("cat", PeerShape.Listener), world.Join("dan", PeerShape.Listener, 1));
        for (var i = 0; i < 200 && !world.Peers.All(peer => peer.IsConnected); i++)
            world.Run(100);
        world.Run(8000);

        Expect.Sound(world);
        Assert.True(ann.NacksReceived > 0 && ben.NacksReceived > 0);
        foreach (var (viewer, other) in new[] { (ann, ben), (ben, ann), (cat, ben), (dan, ann) })
        {
            var slot = viewer.Sees(other);
            Assert.True(slot is not null, $"{viewer.Id} does not see {other.Id}");
            Assert.True(slot.Repaired > 0, $"nothing was repaired for {viewer.Id}");
        }

        Assert.All(world.Shards, shard => Assert.True(shard.Counters.PacketsRetransmitted > 0));
        Assert.All(world.Shards, shard => Assert.Equal(0, shard.Counters.Dropped(DropReason.RelayFull)));
    }

    [Fact(DisplayName = "E.17 A viewer of another shard that begins late has a picture as soon as one of the same shard: its keyframe is asked for across")]
    public void Keyframe()
    {
        using var world = new World(303, shards: 2);
        var ann = world.Join("ann", new PeerShape(PeerKind.Web, false, true, 0, 0));
        var here = world.Join("here", OnePlace);
        world.Run(4000);
        var asked = ann.KeyframesAsked;
        var late = new[] { world.Join("there", OnePlace, 1), world.Join("here too", OnePlace) };
        world.Run(1400);
        Assert.All(late, viewer => Assert.NotNull(viewer.Sees(ann)));
        Assert.NotNull(here.Sees(ann));
        Assert.InRange(ann.KeyframesAsked - asked, 1, 2);
    }

    [Fact(DisplayName = "E.17 Muted, nothing crosses and the other shard's pages are told; unmuted, picture and sound are back within a second")]
    public void Mute()
    {
        using var world = new World(304, shards: 2);
        var ann = world.Join("ann", PeerShape.Person);
        var there = world.Join("there", OnePlace, 1);
        world.Run(3000);
        world.Mute(ann.VideoTrack, true);
        world.Mute(ann.AudioTrack, true);
        world.Run(300);
        Assert.Equal("muted", world.Listener.SlotsOf("there")[there.VideoSlots.Single().Mid].Cause);
        var crossed = world.Shard.Counters.PacketsRelayed;
        var heard = there.AudioSlots.MaxBy(slot => slot.Packets)!;
        var (voice, number) = (there.AudioSlots.Sum(slot => slot.Packets), heard.Newest);
        world.Run(3000);
        Assert.Equal(crossed, world.Shard.Counters.PacketsRelayed);
        Assert.Equal(voice, there.AudioSlots.Sum(slot => slot.Packets));

        world.Mute(ann.VideoTrack, false);
        world.Mute(ann.AudioTrack, false);
        world.Run(1000);
        Assert.NotNull(there.Sees(ann));
        Assert.Same(heard, there.Hears(ann));
        // 50 packets a second and no hole where the 150 of the silence were.
        Assert.InRange((ushort)(heard.Newest - number), 30, 55);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.17 A publisher that leaves is gone on both shards; back again, it is seen again")]
    public void Leave()
    {
        using var world = new World(305, shards: 2);
        var ann = world.Join("ann", PeerShape.Person);
        var there = world.Join("there", OnePlace, 1);
        world.Run(3000);
        Assert.NotNull(there.Sees(ann));
        world.Leave(ann);
        world.Run(500);
        Assert.Null(world.Listener.SlotsOf("there")[there.VideoSlots.Single().Mid].TrackId);
        Assert.Empty(world.Shards[1].Rooms[World.Room].Tracks);
        Assert.Equal(2, world.Listener.Facts.OfType<TrackEnded>().Count());
        Assert.Equal(0, world.Shards[1].Relays.Ports[0].Tracks);

        var again = world.Join("ann", PeerShape.Person);
        world.Run(2000);
        Assert.NotNull(there.Sees(again));
        Assert.NotNull(there.Hears(again));
    }

    [Fact(DisplayName = "E.17 A publisher whose network is gone gives its place to one that can be seen, on both shards")]
    public void Lost()
    {
        using var world = new World(306, shards: 2);
        var ann = world.Join("ann", PeerShape.Person);
        var there = world.Join("there", OnePlace, 1);
        world.Run(2500);
        var ben = world.Join("ben", PeerShape.Person);
        world.Run(1500);
        Assert.NotNull(there.Sees(ann));
        ann.Silent = true;
        world.Run(40_000);
        Assert.NotNull(there.Sees(ben));
        ann.Silent = false;
        world.Run(8_000);
        Expect.Sound(world);
        Assert.NotNull(there.Hears(ann));
    }

    [Fact(DisplayName = "E.13 Who speaks is decided once: places that follow the speaker change on both shards")]
    public void Speaker()
    {
        using var world = new World(307, shards: 2);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person, 1));
        var viewers = new[] { world.Join("here", OnePlace), world.Join("there", OnePlace, 1) };
        foreach (var viewer in viewers)
            world.View(viewer.Id, new SlotWish(viewer.VideoSlots.Single().Mid, WishKind.Speaker, null, 0, 1280, 720, 0));
        for (var turn = 0; turn < 3; turn++)
        {
            var (speaks, listens) = turn % 2 == 0 ? (ann, ben) : (ben, ann);
            (speaks.Microphone!.Level, listens.Microphone!.Level) = (20, 127);
            world.Run(6000);
            Assert.All(viewers, viewer => Assert.NotNull(viewer.Sees(speaks)));
            Assert.All(viewers, viewer => Assert.NotNull(viewer.Hears(speaks)));
            Assert.Equal(speaks.Id, world.Listener.Signals.OfType<SpeakersChanged>().Last().DominantPeerId);
        }

        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.13 Of twelve voices on two shards the same three loudest are heard everywhere; one that gets louder is heard at once")]
    public void Loudest()
    {
        using var world = new World(308, shards: 2);
        var voice = new PeerShape(PeerKind.Web, true, false, 3, 0) { AudioLevel = 60 };
        var all = Enumerable.Range(0, 12).Select(i => world.Join($"p{i}", voice, i % 2)).ToArray();
        foreach (var loud in new[] { 0, 1, 2 })
            all[loud].Microphone!.Level = 20;
        world.Run(4000);
        foreach (var listener in all)
            foreach (var loud in all[..3].Where(loud => loud != listener))
                Assert.True(listener.Hears(loud) is not null, $"{listener.Id} does not hear {loud.Id}");
        Assert.Null(all[5].Hears(all[7]));
        Assert.Null(all[4].Hears(all[6]));

        foreach (var (former, next) in new[] { (1, 8), (0, 9) })
        {
            (all[former].Microphone!.Level, all[next].Microphone!.Level) = (60, 15);
            world.Run(900);
            Assert.All(all.Where(peer => peer != all[next]), peer => Assert.NotNull(peer.Hears(all[next])));
        }

        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.17 A page that reconnects on its shard goes on being seen and seeing on both")]
    public void Reconnect()
    {
        using var world = new World(309, shards: 2);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person, 1));
        world.Run(3000);
        for (var round = 0; round < 5; round++)
        {
            world.Leave(ben);
            world.Run(200);
            ben = world.Join("ben", PeerShape.Person, 1);
            world.Run(2500);
            Expect.Meeting(ann, ben);
        }

        Assert.Equal(4, world.Shards[0].Rooms[World.Room].Tracks.Count);
        Assert.Equal(4, world.Shards[1].Rooms[World.Room].Tracks.Count);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.17 Data channels reach the pages of both shards once, and never the sender")]
    public void Data()
    {
        using var world = new World(313, shards: 2);
        var shape = PeerShape.Person with { Data = true };
        var (ann, ben) = (world.Join("ann", shape), world.Join("ben", shape, 1));
        var (cat, dan) = (world.Join("cat", shape), world.Join("dan", shape, 1));
        world.Run(3000);
        ann.SendData(0, PayloadProtocol.Text, "hello"u8.ToArray(), SctpReliability.Reliable);
        dan.SendData(0, PayloadProtocol.Binary, new byte[65_536], SctpReliability.Reliable);
        world.Run(3000);

        Assert.Equal("{\"from\":\"ann\"}\nhello", Encoding.UTF8.GetString(Assert.Single(dan.ReceivedData).Payload));
        Assert.Equal(65_536 + 15, Assert.Single(ann.ReceivedData).Payload.Length);
        Assert.Equal(2, ben.ReceivedData.Count);
        Assert.Equal(2, cat.ReceivedData.Count);
    }

    [Fact(DisplayName = "E.17 Only the layers that are watched on the other shard cross; a larger view gets its layer within a second")]
    public void Layers()
    {
        using var world = new World(314, shards: 2);
        var ann = world.Join("ann", new PeerShape(PeerKind.Web, false, true, 0, 0) { Layered = true });
        var there = world.Join("there", OnePlace, 1);
        var mid = there.VideoSlots.Single().Mid;
        world.View("there", new SlotWish(mid, WishKind.Track, ann.VideoTrack, 0, 320, 180, 0));
        world.Run(5000);
        var track = world.Shards[1].Rooms[World.Room].FindTrack(ann.VideoTrack)!;
        Assert.Equal(0b001u, track.Relayed!.Wanted);
        var now = world.Now;
        Assert.All(track.Layers, layer => Assert.True(layer!.IsActive(now)));
        Assert.InRange(track.Layers[2]!.Bitrate.BitsPerSecond(now), 500_000, 5_000_000);

        world.View("there", new SlotWish(mid, WishKind.Track, ann.VideoTrack, 0, 1280, 720, 0));
        world.Run(1500);
        Assert.Equal(0b100u, track.Relayed.Wanted);
        Assert.NotNull(there.Sees(ann));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.17 A reader that is away: what does not fit is dropped and counted, the writer goes on, and the picture is back after")]
    public void FullRing()
    {
        using var world = new World(315, shards: 2, ringBytes: 4 * 1024);
        var ann = world.Join("ann", new PeerShape(PeerKind.Web, false, true, 0, 0));
        var (here, there) = (world.Join("here", OnePlace), world.Join("there", OnePlace, 1));
        world.Run(3000);
        Assert.NotNull(there.Sees(ann));
        world.Stalled = 1;
        world.Run(400);
        Assert.True(world.Shard.Counters.Dropped(DropReason.RelayFull) > 10);
        world.Stalled = -1;
        world.Run(2500);
        Assert.NotNull(there.Sees(ann));
        Assert.NotNull(here.Sees(ann));
        Assert.True(here.VideoSlots.Single().LongestGap < TimeSpan.FromMilliseconds(100));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.17 A record that cannot be handled is counted and left behind; what comes after it arrives")]
    public void BadRecord()
    {
        using var world = new World(317);
        var viewer = world.Join("viewer", OnePlace);
        world.Run(1000);
        var crowd = new CrowdedShard(world);
        crowd.Enter("p0", 20);
        crowd.Run(1000);
        crowd.SendNonsense();
        var before = viewer.PacketsReceived;
        crowd.Run(1000);
        Assert.Equal(1, world.Shard.Counters.TurnFailures);
        Assert.InRange(viewer.PacketsReceived - before, 60, 90);
    }

    [Fact(DisplayName = "E.17 Three shards: each packet crosses once to each that watches, whoever is home")]
    public void Three()
    {
        using var world = new World(316, shards: 3);
        var people = Enumerable.Range(0, 3).Select(i => world.Join($"p{i}", PeerShape.Person, i)).ToArray();
        world.Run(4000);
        Expect.Meeting(people);
        var before = world.Shards.Select(shard => shard.Counters.PacketsRelayed).ToArray();
        var sent = people.Select(person => person.TransportPackets).ToArray();
        world.Run(2000);
        for (var i = 0; i < 3; i++)
        {
            var packets = people[i].TransportPackets - sent[i];
            Assert.InRange(world.Shards[i].Counters.PacketsRelayed - before[i], (2 * packets) - 8, (2 * packets) + 2);
        }

        Expect.Sound(world);
    }
}
