using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Tests.Routing.Layers;

/// <summary>
/// sfu E.7 with what Chromium sends: every frame that goes out has what it refers to, numbers have no holes, the marker ends each
/// temporal unit, and the receiver knows which decode targets it still gets.
/// </summary>
public class DependencyReplayTests
{
    private static readonly string[] Modes = ["av1-l3t3", "av1-l3t3-key"];

    public static TheoryData<string, byte, byte> EveryPoint()
    {
        var points = new TheoryData<string, byte, byte>();
        foreach (var mode in Modes)
            for (byte spatial = 0; spatial < 3; spatial++)
                for (byte temporal = 0; temporal < 3; temporal++)
                    points.Add(mode, spatial, temporal);
        return points;
    }

    [Theory(DisplayName = "E.7 AV1 L3T3 and L3T3_KEY: each operating point alone, also while the encoder leaves its upper layer out")]
    [MemberData(nameof(EveryPoint))]
    public void OnePoint(string mode, byte spatial, byte temporal)
    {
        var replay = new DependencyReplay(CapturedPacket.Read(mode)) { Wanted = new LayerPoint(spatial, temporal) };
        replay.RunTo(int.MaxValue);
        IsWhole(replay);
        Assert.Equal(temporal, replay.Out.Max(packet => packet.Frame.TemporalId));
        Assert.Equal(spatial, replay.Out.Max(packet => packet.Frame.SpatialId));
        var units = replay.Out.GroupBy(packet => packet.Timestamp).ToArray();
        // The encoder sends two layers for a while: those of whoever wants three are two then.
        if (spatial < 2)
            Assert.All(units, unit => Assert.Equal(spatial, unit.Max(packet => packet.Frame.SpatialId)));
        var alone = units.Count(unit => unit.All(packet => packet.Frame.SpatialId == unit.Max(other => other.Frame.SpatialId)));
        Assert.Equal(mode == "av1-l3t3-key" || spatial == 0, alone > units.Length / 2);
    }

    [Theory(DisplayName = "E.7 the mask of active targets: what goes out is in it, what does not is not, from the first packet on and after every change")]
    [MemberData(nameof(EveryPoint))]
    public void Mask(string mode, byte spatial, byte temporal)
    {
        var replay = new DependencyReplay(CapturedPacket.Read(mode)) { Wanted = new LayerPoint(spatial, temporal) };
        for (var packet = 0; !replay.IsOver; packet += 7)
        {
            replay.RunTo(packet);
            var shown = replay.Out[^1];
            // With K-SVC nothing can go out from when the encoder leaves out the layer shown until the next keyframe.
            if (shown.Timestamp != replay.Timestamp)
                continue;
            var top = replay.Shown.Spatial;
            Assert.InRange(shown.Frame.SpatialId, 0, top);
            for (var target = 0; target < replay.Structure.DecodeTargetCount; target++)
            {
                var (s, t) = (replay.Structure.TargetSpatialId(target), replay.Structure.TargetTemporalId(target));
                var goesOut = t <= temporal && (mode == "av1-l3t3-key" ? s == top : s <= top) && (replay.Sent >> target & 1) != 0;
                Assert.Equal(goesOut, (shown.Active >> target & 1) != 0);
            }
        }
    }

    [Fact(DisplayName = "E.7 AV1 L3T3 down in the middle of a group of pictures with the next picture, up with a keyframe, which is asked for")]
    public void DownAndUp()
    {
        var replay = new DependencyReplay(CapturedPacket.Read("av1-l3t3"));
        replay.RunTo(20);
        Assert.Equal(2, TopOfLast(replay));
        replay.Wanted = new LayerPoint(0, 2);
        replay.RunTo(40);
        Assert.Equal((0, false), (TopOfLast(replay), replay.NeedsKeyframe));
        replay.Wanted = new LayerPoint(1, 2);
        replay.RunTo(60);
        Assert.Equal((0, true), (TopOfLast(replay), replay.NeedsKeyframe));
        replay.RunTo(int.MaxValue);
        Assert.Equal((1, false), (TopOfLast(replay), replay.NeedsKeyframe));
        IsWhole(replay);
    }

    [Fact(DisplayName = "E.7 AV1 L3T3_KEY changes its size at a keyframe only, both ways, and shows the former one whole until then")]
    public void KeyframesOnly()
    {
        var replay = new DependencyReplay(CapturedPacket.Read("av1-l3t3-key"));
        replay.RunTo(60);
        Assert.Equal(2, TopOfLast(replay));
        replay.Wanted = new LayerPoint(0, 2);
        replay.RunTo(100);
        Assert.Equal((2, true), (TopOfLast(replay), replay.NeedsKeyframe));
        replay.RunTo(160);
        Assert.Equal((0, false), (TopOfLast(replay), replay.NeedsKeyframe));
        IsWhole(replay);
    }

    private static byte TopOfLast(DependencyReplay replay) =>
        replay.Out.Where(packet => packet.Timestamp == replay.Out[^1].Timestamp).Max(packet => packet.Frame.SpatialId);

    private static void IsWhole(DependencyReplay replay)
    {
        for (var i = 1; i < replay.Out.Count; i++)
            Assert.Equal(replay.Out[i].Timestamp != replay.Out[i - 1].Timestamp, replay.Out[i - 1].Marker);
    }
}
