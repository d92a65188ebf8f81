using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>Voices of this process in a room: what phones speak and hear.</summary>
public sealed class LocalAudioTests
{
    private static readonly PeerShape Voice = new(PeerKind.Web, true, false, 3, 0);

    [Fact(DisplayName = "A phone's voice is an ordinary track: heard by everybody, told of with its first packet, named among the speakers")]
    public void Heard()
    {
        using var world = new World(400);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Listener));
        world.Run(1000);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone", level: 20);
        Assert.Null(phone.Voice.Error);
        Assert.Equal(new PeerConnected(World.Room, 1, "phone", "local", ""), world.Listener.Facts.OfType<PeerConnected>().Last());
        Assert.DoesNotContain(world.Listener.Facts.OfType<TrackStarted>(), fact => fact.PeerId == "phone");
        ann.Microphone!.Level = 127;
        phones.Run(4000);

        Assert.Equal(
            new TrackStarted(World.Room, 1, "phone", phone.Track, TrackKind.Audio, TrackSource.Microphone, "opus", false),
            world.Listener.Facts.OfType<TrackStarted>().Single(fact => fact.PeerId == "phone"));
        foreach (var listener in new[] { ann, ben })
        {
            var slot = listener.Hears(phone);
            Assert.NotNull(slot);
            Assert.InRange(slot.Packets, 190, 200);
            Assert.True(slot.HasReport, "no sender report came");
            Assert.InRange(slot.ClockErrorMs, -25, 25);
        }

        Assert.Equal(200, phone.Sent);
        Assert.Equal("phone", world.Listener.Signals.OfType<SpeakersChanged>().Last().DominantPeerId);
        Assert.Contains(world.Listener.Signals.OfType<SpeakersChanged>().Last().Levels, level => level is { PeerId: "phone", Level: > 50 });
        Expect.Sound(world);
    }

    [Fact(DisplayName = "An endpoint knows whether anybody but its own voices is in the room")]
    public void KnowsListeners()
    {
        using var world = new World(403);
        var phones = world.OpenLocalAudio();
        phones.Join("phone");
        phones.Run(200);
        Assert.False(phones.Audio.IsHeard);
        var ann = world.Join("ann", PeerShape.Listener);
        phones.Run(100);
        Assert.True(phones.Audio.IsHeard);
        world.Leave(ann);
        phones.Run(100);
        Assert.False(phones.Audio.IsHeard);
    }

    [Fact(DisplayName = "Muted at the server a phone is silent for everybody and no speaker any more, whatever it sends; unmuted, it goes on without a hole")]
    public void Mute()
    {
        using var world = new World(401);
        var ann = world.Join("ann", PeerShape.Listener);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone", level: 20);
        world.Run(1000);
        phones.Run(2000);
        var slot = ann.Hears(phone)!;
        world.Mute(phone.Track, true);
        phones.Run(100);
        var (packets, number) = (slot.Packets, slot.Newest);
        phones.Run(2000);
        Assert.Equal(packets, slot.Packets);
        Assert.Equal(0, phone.Refused);
        Assert.Empty(world.Listener.Signals.OfType<SpeakersChanged>().Last().Levels);
        Assert.Equal("muted", world.Listener.SlotsOf("ann")[slot.Mid].Cause);

        world.Mute(phone.Track, false);
        phones.Run(1000);
        Assert.Same(slot, ann.Hears(phone));
        Assert.InRange(slot.Newest - number, 48, 51);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A phone that begins muted is told of as muted and not heard until it is unmuted")]
    public void BeginsMuted()
    {
        using var world = new World(402);
        var ann = world.Join("ann", PeerShape.Listener);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone", muted: true);
        phones.Run(2000);
        Assert.True(world.Listener.Facts.OfType<TrackStarted>().Single().Muted);
        Assert.Null(ann.Hears(phone));
        world.Mute(phone.Track, false);
        phones.Run(500);
        Assert.NotNull(ann.Hears(phone));
    }

    [Fact(DisplayName = "A kick ends a phone's voice: the track is gone for everybody and sending says false; the other phone goes on")]
    public void Kick()
    {
        using var world = new World(403);
        var ann = world.Join("ann", PeerShape.Listener);
        var phones = world.OpenLocalAudio();
        var (kicked, stays) = (phones.Join("kicked"), phones.Join("stays"));
        phones.Run(2000);
        var room = world.Shard.Rooms[World.Room];
        Assert.Equal(["ann", "kicked", "stays"], StatisticsReader.Describe(room, 0).Peers.Select(peer => peer.PeerId).Order());
        Assert.NotNull(ann.Hears(kicked));

        Assert.True(phones.Audio.TrySend(kicked.Voice.Number, new byte[40], 0, 30, false)); // still on its way when the room decides
        room.RemovePeer(world.Now, room.FindPeer("kicked")!);
        phones.Run(1000);
        Assert.Null(ann.Hears(kicked));
        Assert.NotNull(ann.Hears(stays));
        Assert.Equal((50, 0), (kicked.Refused, stays.Refused));
        Assert.Equal("kicked", Assert.Single(world.Listener.Facts.OfType<TrackEnded>()).PeerId);
        Assert.DoesNotContain(world.Listener.SlotsOf("ann").Values, slot => slot.PeerId == "kicked");
        Assert.Equal(["ann", "stays"], StatisticsReader.Describe(room, 0).Peers.Select(peer => peer.PeerId).Order());
        Assert.Equal(1, world.Shard.Counters.Dropped(DropReason.NotConnected));

        phones.Leave(kicked); // says nothing new
        phones.Leave(stays);
        Assert.Equal(2, world.Listener.Facts.OfType<TrackEnded>().Count());
        Assert.Null(phones.Join("kicked").Voice.Error);
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "A room that closes ends what phones have there; one voice and one track of a name; a disposed endpoint takes its voices along")]
    public void Ends()
    {
        using var world = new World(404);
        var ann = world.Join("ann", PeerShape.Person);
        world.Run(1000);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone");
        Assert.Equal(MediaErrorCode.NegotiationStale, phones.Join("phone").Voice.Error!.Code);
        Assert.Equal(MediaErrorCode.NegotiationStale, phones.Join("ann").Voice.Error!.Code);
        var other = world.OpenLocalAudio();
        var second = other.Join("second");
        phones.Run(500);
        Assert.NotNull(ann.Hears(phone));

        Assert.True(other.Audio.DisposeAsync().AsTask().IsCompleted);
        Assert.False(other.Audio.TrySend(second.Voice.Number, new byte[40], 0, 30, false));
        world.Run(20);
        Assert.Equal(["ann", "phone"], world.Shard.Rooms[World.Room].Peers.Select(peer => peer.Id));

        Assert.False(phones.Audio.IsClosed);
        world.Shard.CloseRoom(world.Now, world.Shard.Rooms[World.Room]);
        Assert.True(phones.Audio.IsClosed);
        Assert.False(phones.Audio.TrySend(phone.Voice.Number, new byte[40], 0, 30, false));
        Assert.Contains(world.Listener.Facts.OfType<TrackEnded>(), fact => fact.PeerId == "phone");
        Assert.Equal(MediaErrorCode.RoomNotOpen, phones.Join("late").Voice.Error!.Code);
        world.Shard.OpenRoom(World.Room, RoomMediaPolicy.Default);
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }

    [Fact(DisplayName = "E.13, MIX-1 An endpoint hears the loudest three of five pages and nothing of its own; levels and numbers come along")]
    public void Loudest()
    {
        using var world = new World(405);
        var phones = world.OpenLocalAudio();
        var all = Enumerable.Range(0, 5).Select(i => world.Join($"p{i}", Voice with { AudioLevel = (byte)(i < 3 ? 20 + i : 60) })).ToArray();
        var phone = phones.Join("phone", level: 70);
        phones.Run(3000);
        Assert.Equal([true, true, true, false, false], all.Select(phones.Hears));
        Assert.DoesNotContain(phones.Heard, item => item.Sender == PayloadMark.Audio(phone.Index));
        phones.Heard.Clear();
        phones.Run(2000);
        Assert.Equal(300, phones.Heard.Count);
        foreach (var voice in phones.Heard.GroupBy(item => item.Packet.Track))
        {
            var person = all.Single(peer => PayloadMark.Audio(peer.Index) == voice.First().Sender);
            Assert.All(voice, item => Assert.Equal((person.Microphone!.Level, 60, false), (item.Packet.Level, item.Packet.Length, item.Packet.HasEnded)));
            Assert.All(voice.Zip(voice.Skip(1)), pair => Assert.Equal((1, 960u),
                ((int)(pair.Second.Packet.Sequence - pair.First.Packet.Sequence), pair.Second.Packet.Timestamp - pair.First.Packet.Timestamp)));
        }

        all[4].Microphone!.Level = 10;
        phone.Level = 5;
        phones.Run(900);
        Assert.True(phones.Hears(all[4]));
        Assert.All(all, person => Assert.NotNull(person.Hears(phone)));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "An endpoint is told once of a voice that ended, and of one not heard for ten seconds, which comes back under its number")]
    public void Ended()
    {
        using var world = new World(406);
        var (ann, ben) = (world.Join("ann", Voice), world.Join("ben", Voice));
        var phones = world.OpenLocalAudio();
        phones.Run(1000);
        var (annTrack, benTrack) = (TrackOf(ann), TrackOf(ben));
        Assert.NotEqual(annTrack, benTrack);
        world.Leave(ann);
        phones.Run(500);
        Assert.Equal(annTrack, phones.Heard.Single(item => item.Packet.HasEnded).Packet.Track);

        world.Mute(ben.AudioTrack, true);
        phones.Run(9000);
        Assert.Single(phones.Heard, item => item.Packet.HasEnded);
        phones.Run(2500);
        Assert.Equal([annTrack, benTrack], phones.Heard.Where(item => item.Packet.HasEnded).Select(item => item.Packet.Track));
        world.Mute(ben.AudioTrack, false);
        phones.Run(500);
        Assert.True(phones.Hears(ben));
        Assert.Equal(benTrack, TrackOf(ben));

        var again = world.Join("ann", Voice);
        phones.Run(1500);
        Assert.True(phones.Hears(again));
        Assert.DoesNotContain(TrackOf(again), new[] { annTrack, benTrack });

        int TrackOf(WirePeer person) => phones.Heard.FindLast(item => item.Sender == PayloadMark.Audio(person.Index)).Packet.Track;
    }

    [Fact(DisplayName = "RFC 2198 A page that sends RED is heard as plain Opus, each packet once")]
    public void Redundant()
    {
        using var world = new World(407);
        var ann = world.Join("ann", Voice with { SendsRed = true });
        var phones = world.OpenLocalAudio();
        world.Run(1000);
        phones.Listen();
        phones.Heard.Clear();
        phones.Run(1000);
        Assert.Equal("red", world.Listener.Facts.OfType<TrackStarted>().Single().Codec);
        Assert.Equal(50, phones.Heard.Count);
        Assert.All(phones.Heard, item => Assert.Equal((60, PayloadMark.Audio(ann.Index)), (item.Packet.Length, item.Sender)));
    }

    [Fact(DisplayName = "E.17 A phone is heard on both shards of its room and hears both; who is loudest is decided over all")]
    public void TwoShards()
    {
        using var world = new World(408, shards: 2);
        var shape = Voice with { AudioLevel = 60 };
        var all = Enumerable.Range(0, 6).Select(i => world.Join($"p{i}", shape, i % 2)).ToArray();
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone", level: 20);
        (all[0].Microphone!.Level, all[1].Microphone!.Level) = (25, 25);
        phones.Run(4000);
        Assert.All(all, person => Assert.True(person.Hears(phone) is not null, $"{person.Id} does not hear the phone"));
        Assert.Equal([true, true, false, false, false, false], all.Select(phones.Hears));
        Assert.Equal("phone", world.Listener.Signals.OfType<SpeakersChanged>().Last().DominantPeerId);
        Assert.All(all, person => Assert.InRange(person.Hears(phone)!.ClockErrorMs, -25, 25));
        Assert.Equal("phone", world.Listener.SlotsOf("p1").Values.Single(slot => slot.TrackId == phone.Track).PeerId);

        world.Mute(phone.Track, true);
        (all[5].Microphone!.Level, all[1].Microphone!.Level) = (15, 127);
        phones.Run(1500);
        Assert.All(all, person => Assert.Null(person.Hears(phone)));
        Assert.True(phones.Hears(all[5]));
        world.Leave(all[5]);
        phones.Run(1000);
        Assert.Single(phones.Heard, item => item.Packet.HasEnded);

        phones.Leave(phone);
        phones.Run(500);
        Assert.DoesNotContain(world.Shards[1].Rooms[World.Room].Tracks, track => track.Id == phone.Track);
        Assert.All(world.Shards, shard => Assert.Equal(0, shard.Counters.Dropped(DropReason.RelayFull)));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "E.17 An endpoint alone on the home hears who speaks on the other shard, though nobody beside it watches")]
    public void HearsAcross()
    {
        using var world = new World(409, shards: 2);
        var ann = world.Join("ann", Voice with { AudioSlots = 0 }, 1);
        world.Run(1000);
        Assert.Equal(0, world.Shards[1].Counters.PacketsRelayed);
        var phones = world.OpenLocalAudio();
        phones.Run(1000);
        Assert.True(phones.Hears(ann));
        Assert.InRange(phones.Heard.Count, 45, 50);

        Assert.True(phones.Audio.DisposeAsync().AsTask().IsCompleted);
        world.Run(500);
        var crossed = world.Shards[1].Counters.PacketsRelayed;
        world.Run(1000);
        Assert.Equal(crossed, world.Shards[1].Counters.PacketsRelayed);
    }

    [Fact(DisplayName = "Two endpoints of one room hear each other's voices; a listening player hears both")]
    public void TwoEndpoints()
    {
        using var world = new World(410);
        var player = world.Join("player", PeerShape.Listener with { Kind = PeerKind.Whep });
        var (one, two) = (world.OpenLocalAudio(), world.OpenLocalAudio());
        var (first, second) = (one.Join("first"), two.Join("second"));
        for (var i = 0; i < 50; i++)
        {
            first.Speak(world.Now, one.Audio);
            second.Speak(world.Now, two.Audio);
            world.Run(20);
            one.Listen();
            two.Listen();
        }

        Assert.All(one.Heard, item => Assert.Equal(PayloadMark.Audio(second.Index), item.Sender));
        Assert.All(two.Heard, item => Assert.Equal(PayloadMark.Audio(first.Index), item.Sender));
        Assert.Equal((50, 50), (one.Heard.Count, two.Heard.Count));
        Assert.NotNull(player.Hears(first));
        Assert.NotNull(player.Hears(second));
    }

    [Fact(DisplayName = "Silence that a phone does not send leaves no hole; the first packet after it is marked and its timestamp says how long it was")]
    public void Gap()
    {
        using var world = new World(411);
        var ann = world.Join("ann", PeerShape.Listener);
        var (phones, others) = (world.OpenLocalAudio(), world.OpenLocalAudio());
        var phone = phones.Join("phone");
        phones.Run(1000);
        var (slot, number) = (ann.Hears(phone)!, ann.Hears(phone)!.Newest);
        others.Listen();
        var before = others.Heard[^1].Packet;
        phone.IsSilent = true;
        phones.Run(3000);
        phone.IsSilent = false;
        phones.Run(20);
        others.Listen();
        var after = others.Heard[^1].Packet;
        Assert.Equal((1, 151u * 960, true), ((int)(after.Sequence - before.Sequence), after.Timestamp - before.Timestamp, after.Marker));
        phones.Run(980);
        Assert.Same(slot, ann.Hears(phone));
        Assert.Equal(50, slot.Newest - number);
        Assert.InRange(slot.ClockErrorMs, -25, 25);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "Full rings drop and count, each way; that a voice has ended is told as soon as there is room")]
    public void FullRings()
    {
        using var world = new World(412);
        var ann = world.Join("ann", Voice);
        var phones = world.OpenLocalAudio(ringBytes: 4096);
        var phone = phones.Join("phone");
        phones.Run(1000);
        Assert.Equal(0, world.Shard.Counters.Dropped(DropReason.LocalRingFull));

        world.Stalled = 0;
        phones.Run(2000);
        Assert.InRange(phone.Refused, 50, 70);
        world.Stalled = -1;
        world.Run(20);
        Assert.Equal(phone.Refused, world.Shard.Counters.Dropped(DropReason.LocalRingFull, FlowDirection.Receive, DropKind.Audio));

        phones.Run(100);
        var before = world.Shard.Counters.Dropped(DropReason.LocalRingFull, FlowDirection.Transmit, DropKind.Audio);
        phones.IsDeaf = true;
        phones.Run(2000);
        Assert.InRange(world.Shard.Counters.Dropped(DropReason.LocalRingFull, FlowDirection.Transmit, DropKind.Audio) - before, 50, 70);
        Assert.NotNull(ann.Hears(phone));
        world.Leave(ann);
        phones.Run(3000);
        phones.IsDeaf = false;
        phones.Run(2000);
        Assert.Single(phones.Heard, item => item.Packet.HasEnded);
        Assert.True(phones.Heard[^1].Packet.HasEnded);
    }

    [Fact(DisplayName = "RFC 3550 §6.4.1 Sender reports follow a phone's clock, not how late its packets are handed over")]
    public void Clock()
    {
        using var world = new World(413);
        var ann = world.Join("ann", PeerShape.Listener);
        world.Run(1000);
        var phones = world.OpenLocalAudio();
        var phone = phones.Join("phone");
        var (began, handed, payload) = (world.Now, world.Now, new byte[60]);
        var worst = 0.0;
        for (var n = 0; n < 1_000; n++)
        {
            // For 360 ms each packet is handed over at once, for the next 360 ms it comes 60 ms late.
            var captured = began.PlusMilliseconds(n * 20);
            var due = captured.PlusMilliseconds(n / 18 % 2 * 60);
            handed = due > handed ? due : handed;
            world.Run((handed - world.Now).TotalMilliseconds);
            payload[0] = 0x78;
            new PayloadMark(PayloadMark.Audio(phone.Index), (uint)n, 0, 1, false, captured.Nanoseconds).Write(payload.AsSpan(1));
            Assert.True(phones.Audio.TrySend(phone.Voice.Number, payload, (uint)(n * 960), 30, n == 0));
            world.Run(1);
            if (ann.Hears(phone) is { HasReport: true } slot)
                worst = Math.Max(worst, Math.Abs(slot.ClockErrorMs));
        }

        Assert.True(ann.Hears(phone)!.HasReport);
        Assert.InRange(worst, 0, 20);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A publisher that begins a new stream comes under a new number, and the former one ends first")]
    public void NewStream()
    {
        using var world = new World(414);
        world.Join("ann", Voice);
        var phones = world.OpenLocalAudio();
        phones.Run(1000);
        var former = phones.Heard[^1].Packet.Track;
        phones.Heard.Clear();
        var room = world.Shard.Rooms[World.Room];
        var next = new IngressStream(room.FindTrack("tr_ann_a")!, 0, 1, 48_000, answersNack: false) { Number = room.NextStreamNumber() };
        phones.Endpoint.Hear(world.Now, next, new PacketFacts { Sequence = 7, Timestamp = 960, AudioLevel = 255 }, new byte[40]);
        phones.Listen();
        Assert.Equal([(former, true), ((int)next.Number, false)], phones.Heard.Select(item => (item.Packet.Track, item.Packet.HasEnded)));
        Assert.Equal((7, 960u, 255, 40), ((int)phones.Heard[1].Packet.Sequence, phones.Heard[1].Packet.Timestamp, phones.Heard[1].Packet.Level, phones.Heard[1].Packet.Length));
    }
}
