using CsCheck;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Tests.Routing.Layers;

/// <summary>sfu E.6, each case as a replay: nothing that goes out lacks a reference, and numbers and markers read as one stream.</summary>
public class SvcSelectorTests
{
    public static TheoryData<int, int, bool, bool> Modes => new()
    {
        { 1, 3, false, false }, { 1, 3, false, true },
        { 3, 3, false, false }, { 3, 3, false, true },
        { 3, 3, true, false }, { 3, 3, true, true },
    };

    private static void Run(ScriptedSvc source, SvcReceiver receiver, int pictures, Predicate<SvcPacket>? isLost = null)
    {
        for (var i = 0; i < pictures; i++)
            foreach (var packet in source.NextPicture())
                if (isLost?.Invoke(packet) != true)
                    receiver.Take(packet);
    }

    private static void IsOneStream(SvcReceiver receiver)
    {
        Assert.Empty(receiver.Broken);
        Assert.Equal(Enumerable.Range(100, receiver.Out.Count).Select(number => (long)number), receiver.Out.Select(item => item.Sequence));
        // Exactly the last packet of each picture says that the picture ends.
        for (var i = 0; i < receiver.Out.Count - 1; i++)
            Assert.Equal(receiver.Out[i + 1].Packet.Picture != receiver.Out[i].Packet.Picture, receiver.Out[i].Marker);
        Assert.True(receiver.Out[^1].Marker);
    }

    [Theory(DisplayName = "E.6 everything there is: every picture in its top layer")]
    [MemberData(nameof(Modes))]
    public void Top(int spatial, int temporal, bool keyOnly, bool flexible)
    {
        var (source, receiver) = (new ScriptedSvc(spatial, temporal, keyOnly, flexible), new SvcReceiver { Target = new(2, 2) });
        Run(source, receiver, 40);
        IsOneStream(receiver);
        Assert.Equal(Enumerable.Repeat(spatial - 1, 40), receiver.Shown);
    }

    [Theory(DisplayName = "E.6 the lowest of everything: one picture in four, its lowest layer, without holes and with its own marker")]
    [MemberData(nameof(Modes))]
    public void Bottom(int spatial, int temporal, bool keyOnly, bool flexible)
    {
        var (source, receiver) = (new ScriptedSvc(spatial, temporal, keyOnly, flexible), new SvcReceiver());
        Run(source, receiver, 40);
        IsOneStream(receiver);
        Assert.Equal(Enumerable.Repeat(0, 10), receiver.Shown);
        Assert.All(receiver.Out, item => Assert.Equal(0, item.Packet.Frame.Temporal));
    }

    [Theory(DisplayName = "E.6 temporal layers go at once and come back at a switching up point, within one round of the pattern")]
    [MemberData(nameof(Modes))]
    public void Temporal(int spatial, int temporal, bool keyOnly, bool flexible)
    {
        var (source, receiver) = (new ScriptedSvc(spatial, temporal, keyOnly, flexible), new SvcReceiver { Target = new(2, 2) });
        Run(source, receiver, 9);
        receiver.Target = new(2, 0);
        Run(source, receiver, 12); // of these only three
        receiver.Target = new(2, 2);
        Run(source, receiver, 12);
        IsOneStream(receiver);
        Assert.InRange(receiver.Pictures.Length, 9 + 3 + 8, 9 + 3 + 12);
        Assert.Equal(Enumerable.Range(receiver.Pictures[^1] - 7, 8), receiver.Pictures[^8..]);
        Assert.False(receiver.NeedsKeyframe);
    }

    [Theory(DisplayName = "E.6 a larger picture begins at a keyframe and not before")]
    [InlineData(false, false), InlineData(false, true), InlineData(true, false), InlineData(true, true)]
    public void SpatialUp(bool keyOnly, bool flexible)
    {
        var (source, receiver) = (new ScriptedSvc(3, 3, keyOnly, flexible), new SvcReceiver { Target = new(0, 2) });
        Run(source, receiver, 10);
        receiver.Target = new(2, 2);
        Run(source, receiver, 10);
        Assert.True(receiver.NeedsKeyframe);
        Assert.Equal(Enumerable.Repeat(0, 20), receiver.Shown);
        source.KeyframeWanted = true;
        Run(source, receiver, 10);
        IsOneStream(receiver);
        Assert.Equal(Enumerable.Repeat(2, 10), receiver.Shown[20..]);
        Assert.False(receiver.NeedsKeyframe);
    }

    [Theory(DisplayName = "E.6 a smaller picture: with inter-layer prediction from the next picture on, in K-SVC from the next keyframe on")]
    [InlineData(false, false), InlineData(false, true), InlineData(true, false), InlineData(true, true)]
    public void SpatialDown(bool keyOnly, bool flexible)
    {
        var (source, receiver) = (new ScriptedSvc(3, 3, keyOnly, flexible), new SvcReceiver { Target = new(2, 2) });
        Run(source, receiver, 10);
        receiver.Target = new(0, 2);
        Assert.Equal(keyOnly, receiver.NeedsKeyframe);
        Run(source, receiver, 10);
        Assert.Equal(Enumerable.Repeat(keyOnly ? 2 : 0, 10), receiver.Shown[10..]);
        source.KeyframeWanted = true;
        Run(source, receiver, 10);
        IsOneStream(receiver);
        Assert.Equal(Enumerable.Repeat(0, 10), receiver.Shown[20..]);
    }

    [Fact(DisplayName = "E.6 in K-SVC the lower layers go out in the keyframe only: upper ones do not need them")]
    public void KeyOnlyLeavesOutLower()
    {
        var (source, receiver) = (new ScriptedSvc(3, 1, true, true), new SvcReceiver { Target = new(2, 0) });
        Run(source, receiver, 20);
        IsOneStream(receiver);
        Assert.Equal([6, 6], receiver.Out.GroupBy(item => item.Packet.Picture).Take(2).Select(group => group.Count()));
        Assert.All(receiver.Out.GroupBy(item => item.Packet.Picture).Skip(2), group => Assert.Equal(2, group.Count()));
    }

    [Theory(DisplayName = "E.6 a source that stops sending its top layer: with inter-layer prediction the next lower is shown, in K-SVC a keyframe is asked for")]
    [InlineData(false), InlineData(true)]
    public void TopLayerEnds(bool keyOnly)
    {
        var (source, receiver) = (new ScriptedSvc(3, 1, keyOnly, true), new SvcReceiver { Target = new(2, 0) });
        Run(source, receiver, 10);
        Run(source, receiver, 3, packet => packet.Frame.Spatial == 2);
        Assert.Equal(keyOnly, receiver.NeedsKeyframe);
        Assert.Empty(receiver.Broken);
        Assert.Equal(keyOnly ? 10 : 13, receiver.Shown.Length);
        source.KeyframeWanted = true;
        Run(source, receiver, 3, packet => packet.Frame.Spatial == 2);
        Assert.Equal([1, 1, 1], receiver.Shown[^3..]);
    }

    [Theory(DisplayName = "E.19.3 lost packets of layers that are left out leave no hole, wherever they lie")]
    [InlineData(0, 1), InlineData(0, 2), InlineData(1, 2)]
    public void LossAbove(byte shown, byte lost)
    {
        var (source, receiver) = (new ScriptedSvc(3, 1, false, true), new SvcReceiver { Target = new(shown, 0) });
        Run(source, receiver, 2);
        Run(source, receiver, 1, packet => packet.Frame.Spatial == lost);
        Run(source, receiver, 1, packet => packet.Frame.Spatial == lost && packet.Frame.Is(SvcFlags.Starts));
        Run(source, receiver, 1, packet => packet.Frame.Spatial == lost && packet.Frame.Is(SvcFlags.Ends));
        Run(source, receiver, 2);
        IsOneStream(receiver);
    }

    [Fact(DisplayName = "E.19.3 lost packets of a layer that is shown stay a hole, and come in their place when they come late")]
    public void LossInside()
    {
        var (source, receiver) = (new ScriptedSvc(3, 1, false, true), new SvcReceiver { Target = new(1, 0) });
        Run(source, receiver, 2);
        var packets = source.NextPicture().ToArray();
        foreach (var packet in packets.Where(packet => packet.Sequence != packets[2].Sequence))
            receiver.Take(packet);
        Run(source, receiver, 2);
        Assert.Equal(2, receiver.Broken.Count); // what follows waits for it
        receiver.Take(packets[2]);
        Assert.Equal(Enumerable.Range(100, receiver.Out.Count).Select(number => (long)number), receiver.Out.Select(item => item.Sequence).Order());
    }

    [Fact(DisplayName = "E.6 the keyframe's lowest layer is late: the upper ones are taken all the same")]
    public void LateKeyframeStart()
    {
        var (source, receiver) = (new ScriptedSvc(2, 1, false, true), new SvcReceiver { Target = new(0, 0) });
        Run(source, receiver, 3);
        receiver.Target = new(1, 0);
        source.KeyframeWanted = true;
        var packets = source.NextPicture().ToArray();
        foreach (var packet in packets.Skip(2).Concat(packets.Take(2)))
            receiver.Take(packet);
        Run(source, receiver, 3);
        Assert.Equal(1, receiver.Spatial);
        Assert.Equal(Enumerable.Range(100, receiver.Out.Count).Select(number => (long)number), receiver.Out.Select(item => item.Sequence).Order());
    }

    [Theory(DisplayName = "E.6 whatever is asked for in whatever order, with keyframes when it asks for them: no frame lacks a reference")]
    [MemberData(nameof(Modes))]
    public void AnyOrder(int spatial, int temporal, bool keyOnly, bool flexible) =>
        Gen.Select(Gen.Byte[0, 2], Gen.Byte[0, 2], Gen.Int[1, 9], Gen.Bool).Array[1, 30].Sample(steps =>
        {
            var (source, receiver) = (new ScriptedSvc(spatial, temporal, keyOnly, flexible), new SvcReceiver());
            foreach (var (wantedSpatial, wantedTemporal, pictures, answers) in steps)
            {
                receiver.Target = new(Math.Min(wantedSpatial, (byte)(spatial - 1)), wantedTemporal);
                source.KeyframeWanted |= answers && receiver.NeedsKeyframe;
                Run(source, receiver, pictures);
            }

            IsOneStream(receiver);
        });
}
