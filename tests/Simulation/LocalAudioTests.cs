using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
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
}
