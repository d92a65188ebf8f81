using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class ViewTests
{
    private static readonly PeerShape OnePlace = PeerShape.Listener with { VideoSlots = 1 };

    [Fact(DisplayName = "A place shows the track that was wished, and another one after the next wish, on one SSRC")]
    public void TrackWish()
    {
        using var world = new World(11);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var viewer = world.Join("viewer", OnePlace);
        var place = viewer.VideoSlots.Single();
        foreach (var wanted in new[] { ben, ann, ben, ann })
        {
            world.View("viewer", new SlotWish(place.Mid, WishKind.Track, wanted.VideoTrack, 0, 1280, 720, 0));
            world.Run(1500);
            Assert.Same(place, viewer.Sees(wanted));
            Assert.Equal(wanted.VideoTrack, world.Listener.SlotsOf("viewer")[place.Mid].TrackId);
        }

        Assert.True(place.Picture!.LongestFreeze <= TimeSpan.FromSeconds(1), $"{place.Picture.LongestFreeze}");
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A place that follows the speaker changes when somebody else takes the floor")]
    public void SpeakerWish()
    {
        using var world = new World(12);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var viewer = world.Join("viewer", OnePlace);
        world.View("viewer", new SlotWish(viewer.VideoSlots.Single().Mid, WishKind.Speaker, null, 0, 1280, 720, 0));
        (ann.Microphone!.Level, ben.Microphone!.Level) = (20, 127);
        world.Run(5000);
        Assert.NotNull(viewer.Sees(ann));
        (ann.Microphone!.Level, ben.Microphone!.Level) = (127, 20);
        world.Run(6000);
        Assert.NotNull(viewer.Sees(ben));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A hidden page gets no video and all sound; shown again, it has a picture within a second")]
    public void Paused()
    {
        using var world = new World(13);
        var ann = world.Join("ann", PeerShape.Person);
        var viewer = world.Join("viewer", OnePlace);
        world.Run(2000);
        world.Pause("viewer", true);
        world.Run(200);
        var before = viewer.VideoSlots.Single().Packets;
        world.Run(2000);
        Assert.Equal(before, viewer.VideoSlots.Single().Packets);
        Assert.NotNull(viewer.Hears(ann));
        world.Pause("viewer", false);
        world.Run(1000);
        Assert.NotNull(viewer.Sees(ann));
        Expect.Sound(world);
    }

    [Fact(DisplayName = "TU-13 Cameras that chose the same SSRC are kept apart, also when what one lost is asked for after the other took its place")]
    public void EqualSsrcs()
    {
        var repaired = 0L;
        for (var seed = 40; seed < 50; seed++)
        {
            using var world = new World(seed, new LinkProfile(Loss: 0.08, DelayMs: 40));
            var shape = PeerShape.Person with { VideoSsrc = 0x5151_0001, AudioSsrc = 0x5151_8001 };
            var (ann, ben) = (world.Join("ann", shape), world.Join("ben", shape));
            var viewer = world.Join("viewer", OnePlace);
            world.Run(1500);
            for (var turn = 0; turn < 40; turn++)
            {
                world.View("viewer", new SlotWish(viewer.VideoSlots.Single().Mid, WishKind.Track, (turn % 2 == 0 ? ann : ben).VideoTrack, 0, 1280, 720, 0));
                world.Run(250);
            }

            repaired += viewer.VideoSlots.Single().Repaired;
            Expect.Sound(world);
        }

        Assert.True(repaired > 100, $"only {repaired} packets were repaired");
    }
}
