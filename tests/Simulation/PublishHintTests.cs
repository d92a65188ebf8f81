using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>Encodings nobody watches stop within 5 s and are there again 300 ms after somebody does (product §7.4).</summary>
public sealed class PublishHintTests
{
    private static readonly PeerShape OnePlace = PeerShape.Listener with { VideoSlots = 1, Reports = true };
    private static readonly PeerShape Camera = new(PeerKind.Web, false, true, 0, 0) { Layered = true };
    private int _followed;

    /// <summary>Runs while the publisher does what it is told, 20 ms after it is told.</summary>
    private void Run(World world, WirePeer publisher, int milliseconds)
    {
        for (var passed = 0; passed < milliseconds; passed += 20)
        {
            world.Run(20);
            foreach (var hint in world.Listener.Signals.Skip(_followed).OfType<PublishHinted>())
                publisher.Encode(hint.ActiveRids);
            _followed = world.Listener.Signals.Count;
        }
    }

    private static void Look(World world, string viewer, WirePeer at, int height) => world.View(
        viewer, new SlotWish(world.Peers.Single(peer => peer.Id == viewer).VideoSlots.Single().Mid, WishKind.Track, at.VideoTrack, 0, height * 16 / 9, height, 0));

    private static PublishHinted? Last(World world) => world.Listener.Signals.OfType<PublishHinted>().LastOrDefault();

    [Fact(DisplayName = "Nobody watches: within 5 s nothing is wanted, and nothing is sent")]
    public void Nobody()
    {
        using var world = new World(81);
        var ann = world.Join("ann", Camera);
        Run(world, ann, 5_000);
        Assert.Equal((0, 0, 0), (Last(world)!.ActiveRids.Length, Last(world)!.MaxHeight, Last(world)!.MaxBitrateBps));
        Assert.Equal("ann", Last(world)!.PeerId);
        var sent = ann.TransportPackets;
        Run(world, ann, 1_000);
        Assert.Equal(sent, ann.TransportPackets);
    }

    [Fact(DisplayName = "Somebody watches again: a picture within 300 ms")]
    public void Returns()
    {
        using var world = new World(82);
        var ann = world.Join("ann", Camera);
        var viewer = world.Join("viewer", OnePlace);
        Run(world, ann, 3_000);
        world.Pause("viewer", true);
        Run(world, ann, 6_000);
        Assert.Empty(Last(world)!.ActiveRids);
        for (var turn = 0; turn < 5; turn++)
        {
            var before = viewer.VideoSlots.Single().Packets;
            world.Pause("viewer", false);
            Run(world, ann, 300);
            Assert.True(viewer.VideoSlots.Single().Packets > before, $"turn {turn}: nothing came");
            Assert.NotNull(viewer.Sees(ann));
            world.Pause("viewer", true);
            Run(world, ann, 6_000);
        }

        Expect.Sound(world);
    }

    [Fact(DisplayName = "What is wanted is what the largest of all pictures needs, at once when one grows, three seconds after the last has shrunk")]
    public void Union()
    {
        using var world = new World(83);
        var ann = world.Join("ann", Camera);
        world.Join("one", OnePlace);
        world.Join("two", OnePlace);
        Look(world, "one", ann, 180);
        Look(world, "two", ann, 180);
        Run(world, ann, 5_000);
        Assert.Equal(["l"], Last(world)!.ActiveRids);
        Assert.Equal((180, 150_000), (Last(world)!.MaxHeight, Last(world)!.MaxBitrateBps));
        Look(world, "two", ann, 720);
        Assert.Equal(["l", "m", "h"], Last(world)!.ActiveRids);
        Run(world, ann, 10_000);
        Look(world, "one", ann, 360);
        Look(world, "two", ann, 180);
        Run(world, ann, 2_500);
        Assert.Equal(["l", "m", "h"], Last(world)!.ActiveRids);
        Run(world, ann, 2_000);
        Assert.Equal(["l", "m"], Last(world)!.ActiveRids);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "Watched on another shard only: what is wanted there is what is made, and what comes back is there with its first keyframe")]
    public void ElsewhereWatched()
    {
        using var world = new World(85, shards: 2);
        var ann = world.Join("ann", Camera);
        var viewer = world.Join("viewer", OnePlace, 1);
        Look(world, "viewer", ann, 180);
        Run(world, ann, 6_000);
        Assert.Equal(["l"], Last(world)!.ActiveRids);
        for (var turn = 0; turn < 4; turn++)
        {
            Look(world, "viewer", ann, 720);
            var took = 0;
            for (; took < 15_000 && viewer.VideoSlots.Single().Picture!.Layer < 2; took += 20)
                Run(world, ann, 20);
            Assert.Equal(["l", "m", "h"], Last(world)!.ActiveRids);
            Assert.True(took <= (turn == 0 ? 5_000 : 400), $"turn {turn}: {took} ms");
            Run(world, ann, 3_000);
            Look(world, "viewer", ann, 180);
            Run(world, ann, 6_000);
            Assert.Equal(["l"], Last(world)!.ActiveRids);
        }

        world.Pause("viewer", true);
        Run(world, ann, 6_000);
        Assert.Empty(Last(world)!.ActiveRids);
        Expect.Sound(world);
    }

    [Fact(DisplayName = "A picture that grows while its encoding is off goes on in the smaller one, has no freeze, and is there with the encoding's first keyframe")]
    public void Grows()
    {
        using var world = new World(84);
        var ann = world.Join("ann", Camera);
        var viewer = world.Join("viewer", OnePlace);
        Look(world, "viewer", ann, 180);
        Run(world, ann, 8_000);
        Assert.Equal(0, viewer.VideoSlots.Single().Last.Layer);
        for (var turn = 0; turn < 5; turn++)
        {
            viewer.VideoSlots.Single().Picture!.ForgetFreeze();
            Look(world, "viewer", ann, 720);
            var took = 0;
            for (; took < 15_000 && viewer.VideoSlots.Single().Picture!.Layer < 2; took += 20)
                Run(world, ann, 20);
            // The first time nothing is known of the link but that it carries the smallest picture: it is probed first.
            Assert.True(took <= (turn == 0 ? 5_000 : 300), $"turn {turn}: {took} ms");
            Run(world, ann, 3_000);
            Assert.Equal(2, viewer.VideoSlots.Single().Picture!.Layer);
            Look(world, "viewer", ann, 180);
            Run(world, ann, 6_000);
            Assert.Equal(0, viewer.VideoSlots.Single().Picture!.Layer);
            Assert.True(viewer.VideoSlots.Single().Picture!.LongestFreeze < TimeSpan.FromMilliseconds(400), $"{viewer.VideoSlots.Single().Picture!.LongestFreeze}");
        }

        Expect.Sound(world);
    }
}
