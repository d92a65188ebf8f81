using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>The first packet of a keyframe comes after the rest of it, to several viewers, of whom some are to begin with it.</summary>
public sealed class LateKeyframeTests
{
    [Fact(DisplayName = "E.7 a keyframe whose start comes last is whole for viewers who begin with it and for those who look on already, descriptors and all")]
    public void Described()
    {
        var (person, listener) = (PeerShape.Person with { Described = true }, PeerShape.Listener with { Described = true });
        using var world = new World(30, new LinkProfile(0, 40, 0, 0)); // a repair takes longer than a frame
        var ann = world.Join("ann", person);
        var first = world.Join("first", listener);
        world.Run(3_000);
        ((DescribedCamera)ann.Camera!).StartsLate = true;
        var later = Enumerable.Range(0, 4).Select(i => world.Join($"later{i}", listener)).ToList();
        world.Run(4_000);
        var asked = ann.KeyframesAsked;
        foreach (var viewer in (WirePeer[])[first, .. later])
        {
            var picture = viewer.Sees(ann)!.Picture!;
            Assert.True(picture.PictureIdFaults == 0, $"{viewer.Id}: {picture.PictureIdFault}");
            Assert.True(picture.FramesShown > 80, $"{viewer.Id} saw {picture.FramesShown} frames");
            Assert.InRange(picture.LongestFreezeAt(world.Now).TotalMilliseconds, 0, 250);
            Assert.Equal(0, viewer.Sees(ann)!.KeyframesAsked);
        }

        world.Run(2_000);
        Assert.Equal(asked, ann.KeyframesAsked);
    }
}
