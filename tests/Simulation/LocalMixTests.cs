using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>Many phones that share one track.</summary>
public sealed class LocalMixTests
{
    private const int Phones = 20;
    private static readonly PeerShape Loud = new(PeerKind.Web, true, false, 8, 0);

    [Fact(DisplayName = "A mix is heard beside the loudest of a full room, and those in it are told of as speakers but take no place")]
    public void MixAndSpeakers()
    {
        using var world = new World(431);
        var ann = world.Join("ann", PeerShape.Listener);
        var talkers = Enumerable.Range(0, 5).Select(i => world.Join($"p{i}", Loud)).ToList();
        talkers.ForEach(talker => talker.Microphone!.Level = 25);
        world.Run(500);
        var endpoint = world.OpenLocalAudio();
        var phones = Enumerable.Range(0, Phones).Select(i => endpoint.Join($"phone{i}", level: 127)).ToList();
        var mix = endpoint.JoinMix("mix-1");
        phones.ForEach(phone => (phone.IsInMix, phone.IsSilent) = (true, true));
        (phones[7].IsSilent, phones[7].Level) = (false, 10);
        endpoint.Run(1_000);

        var slot = ann.Hears(mix);
        Assert.NotNull(slot);
        var packets = slot.Packets;
        endpoint.Run(2_000);
        Assert.Same(slot, ann.Hears(mix));
        Assert.InRange(slot.Packets - packets, 99, 101);
        talkers.ForEach(talker => talker.Microphone!.Level = 127);
        endpoint.Run(3_000);
        Assert.True(slot.HasReport, "no sender report came");
        Assert.Contains(world.Listener.SlotsOf("ann").Values, state => state is { TrackId: "mix-1", PeerId: "mix-1" });
        Assert.DoesNotContain(world.Listener.SlotsOf("ann").Values, state => state.PeerId?.StartsWith("phone", StringComparison.Ordinal) == true);

        var told = world.Listener.Signals.OfType<SpeakersChanged>().Last();
        Assert.Equal("phone7", told.DominantPeerId);
        Assert.Contains(told.Levels, level => level is { PeerId: "phone7", Level: > 80 });
        Assert.DoesNotContain(told.Levels, level => level.PeerId == "mix-1");
        Assert.Equal(phones[7].Track, world.Listener.Facts.OfType<TrackStarted>().Single(fact => fact.PeerId == "phone7").TrackId);
        Assert.Equal(TrackSource.Mix, world.Listener.Facts.OfType<TrackStarted>().Single(fact => fact.PeerId == "mix-1").Source);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A phone that leaves the mix is heard by itself within two packets; muted at the server its levels count no more")]
    public void OwnAgain()
    {
        using var world = new World(432);
        var ann = world.Join("ann", PeerShape.Listener);
        world.Run(500);
        var endpoint = world.OpenLocalAudio();
        var (phone, mix) = (endpoint.Join("phone", level: 20), endpoint.JoinMix("mix-1"));
        phone.IsInMix = true;
        endpoint.Run(2_000);
        Assert.Null(ann.Hears(phone));
        Assert.False(endpoint.Audio.IsMuted(phone.Voice.Number));
        world.Mute(phone.Track, true);
        endpoint.Run(1_000);
        Assert.True(endpoint.Audio.IsMuted(phone.Voice.Number));
        Assert.False(endpoint.Audio.IsMuted(mix.Voice.Number));
        Assert.Empty(world.Listener.Signals.OfType<SpeakersChanged>().Last().Levels);
        world.Mute(phone.Track, false);
        Assert.False(endpoint.Audio.IsMuted(99));
        (phone.IsInMix, mix.IsSilent) = (false, true);
        endpoint.Run(100);
        Assert.InRange(ann.Hears(phone)!.Packets, 4, 5);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "Those who share a track hear neither it nor each other back from the room")]
    public void NotHeardBack()
    {
        using var world = new World(433);
        world.Join("ann", PeerShape.Listener);
        var endpoint = world.OpenLocalAudio();
        endpoint.Join("phone").IsInMix = true;
        endpoint.JoinMix("mix-1");
        endpoint.Run(1_000);
        Assert.Empty(endpoint.Heard);
    }
}
