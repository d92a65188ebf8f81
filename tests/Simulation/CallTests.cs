using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class CallTests
{
    [Fact(DisplayName = "E.14 Three people hear and see each other, in step, and one who leaves is gone")]
    public void ThreePeople()
    {
        using var world = new World(2, new LinkProfile(DelayMs: 20, JitterMs: 5));
        var (ann, ben, cleo) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person), world.Join("cleo", PeerShape.Person));
        world.Run(5000);
        Expect.Meeting(ann, ben, cleo);
        Expect.Connected(world);
        foreach (var viewer in world.Peers)
            foreach (var other in world.Peers.Where(other => other != viewer))
                Expect.LipSync(viewer, other);

        world.Leave(cleo);
        world.Run(1000);
        Expect.Meeting(ann, ben);
        Assert.Null(ann.Sees(cleo));
        Assert.DoesNotContain(world.Listener.SlotsOf("ann").Values, slot => slot.PeerId == "cleo");
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A person who leaves and comes back is heard and seen again without an offer of anybody else")]
    public void Rejoin()
    {
        using var world = new World(3);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(2000);
        world.Leave(ben);
        world.Run(2000);
        var again = world.Join("ben", PeerShape.Person);
        world.Run(2000);
        Expect.Meeting(ann, again);
        Expect.Sound(world);
        Assert.Equal(2, world.Shard.PeerCount);
    }

    [Fact(DisplayName = "A muted track is not forwarded whatever its publisher sends; unmuted video comes back within a second")]
    public void Mute()
    {
        using var world = new World(4);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(2000);
        var (sound, picture) = (ann.Hears(ben)!, ann.Sees(ben)!);
        world.Mute(ben.AudioTrack, true);
        world.Mute(ben.VideoTrack, true);
        world.Run(100);
        var (soundBefore, pictureBefore) = (sound.Packets, picture.Packets);
        world.Run(2000);
        Assert.Equal((soundBefore, pictureBefore), (sound.Packets, picture.Packets));
        Assert.Equal("muted", world.Listener.SlotsOf("ann")[picture.Mid].Cause);

        world.Mute(ben.AudioTrack, false);
        world.Mute(ben.VideoTrack, false);
        var shown = picture.Picture!.FramesShown;
        world.Run(1000);
        Expect.Meeting(ann, ben);
        Assert.True(picture.Picture.FramesShown > shown + 10);
        Assert.Equal(0, picture.NacksSent);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A track unpublished ends for everybody and its place is free")]
    public void Unpublish()
    {
        using var world = new World(5);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(2000);
        var mid = ann.Sees(ben)!.Mid;
        ben.Unpublish(TrackKind.Video);
        Assert.Null(ben.Answer!.Error);
        world.Run(1000);
        Assert.Null(ann.Sees(ben));
        Assert.NotNull(ann.Hears(ben));
        Assert.Null(world.Listener.SlotsOf("ann")[mid].TrackId);
        Assert.Contains(world.Listener.Facts.OfType<TrackEnded>(), fact => fact.TrackId == ben.VideoTrack);
    }

    [Fact(DisplayName = "E.8 A listener who comes late sees a picture within a second of connecting")]
    public void LateListener()
    {
        using var world = new World(6, new LinkProfile(DelayMs: 40));
        var ann = world.Join("ann", PeerShape.Person);
        world.Run(10_000);
        var late = world.Join("late", PeerShape.Listener);
        world.Run(2000);
        var picture = late.Sees(ann)!.Picture!;
        Assert.InRange((picture.FirstShownAt - late.ConnectedAt).TotalMilliseconds, 0, 1000);
        Assert.NotNull(late.Hears(ann));
        Expect.LipSync(late, ann);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "Six publishers and four places: all places live, each with another person, and the speaker among them")]
    public void MorePublishersThanSlots()
    {
        using var world = new World(7);
        var quiet = PeerShape.Person with { AudioLevel = 70 };
        var people = Enumerable.Range(0, 6).Select(i => world.Join($"p{i}", i == 5 ? PeerShape.Person with { AudioLevel = 10 } : quiet)).ToList();
        var viewer = world.Join("viewer", PeerShape.Listener);
        world.Run(6000);
        Assert.All(viewer.VideoSlots, slot => Assert.True(slot.LastAt.PlusMilliseconds(200) > world.Now));
        Assert.Equal(4, viewer.VideoSlots.Select(slot => slot.Last.Sender).Distinct().Count());
        Assert.NotNull(viewer.Hears(people[5]));
        Assert.Equal("p5", world.Listener.Signals.OfType<SpeakersChanged>().Last().DominantPeerId);
        Expect.Sound(world);
    }
}
