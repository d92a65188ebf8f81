using CsCheck;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Tests.Payloads;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Tests.Routing.Layers;

/// <summary>sfu E.7 as replays over the tables of the specification's annex: nothing goes out whose references were left out.</summary>
public class DependencySelectorTests
{
    private sealed class Call(DependencySample sample, int[] round, int perUnit)
    {
        private readonly DependencyReader _reader = new();
        private readonly DependencySelector _selector = new();
        private readonly SlotRewriter _rewriter = new(100, 0, 90_000, isAudio: false);
        private readonly HashSet<int> _decoded = [];
        private int _frame;
        private int _sinceKeyframe;

        public LayerPoint Wanted { get; set; } = LayerPoint.Highest;

        public bool KeyframeWanted { get; set; } = true;

        public bool NeedsKeyframe => _selector.NeedsKeyframe;

        public List<(int Frame, int Unit, int Spatial, long Sequence, bool Marker)> Out { get; } = [];

        public List<int> Broken { get; } = [];

        /// <summary>A frame a packet.</summary>
        public void Run(int units, Predicate<int>? isLost = null)
        {
            for (var unit = 0; unit < units; unit++)
            {
                if (KeyframeWanted)
                    (_sinceKeyframe, KeyframeWanted) = (0, false);
                for (var i = 0; i < perUnit; i++)
                    Next(i, isLost);
            }
        }

        private void Next(int place, Predicate<int>? isLost)
        {
            var key = _sinceKeyframe < perUnit;
            var row = key ? KeyRow(place) : round[_sinceKeyframe % round.Length];
            var (frame, unit) = (_frame, _frame / perUnit);
            _frame++;
            _sinceKeyframe++;
            if (isLost?.Invoke(place) == true)
                return;
            var structure = key && place == 0;
            var descriptor = structure ? sample.Long(row, (ushort)(frame + 500), true) : sample.Short(row, (ushort)(frame + 500));
            Assert.Equal(DependencyOutcome.Parsed, _reader.Read(frame, descriptor));
            var facts = new SourcePacketFacts(1, frame, (uint)(unit * 3_000), place == perUnit - 1, Picture: _reader.Number);
            if (Out.Count == 0 && structure)
            {
                _selector.Begin();
                _rewriter.BeginSource(default, facts, SwitchKind.Track);
            }

            var verdict = _selector.Decide(_reader, facts.Timestamp, facts.Marker, Wanted);
            if (!verdict.Keeps)
            {
                _rewriter.DropDeliberately(facts);
                return;
            }

            Assert.True(_rewriter.TryMap(new Instant(0), facts with { StartsFrame = true, EndsFrame = true, Marker = verdict.NothingAfter }, out var mapped));
            Out.Add((frame, unit, sample.Rows[row].Spatial, mapped.ExtendedSequence, mapped.Marker));
            if (sample.Rows[row].Diffs.All(back => _decoded.Contains(frame - back)))
                _decoded.Add(frame);
            else
                Broken.Add(frame);
        }

        private int KeyRow(int place) => place == 0 ? 0 : Array.FindIndex(sample.Rows, row => row.Spatial == place);

        public int[] TopOfUnits => [.. Out.GroupBy(item => item.Unit).Select(group => group.Max(item => item.Spatial))];

        public void IsOneStream()
        {
            Assert.Empty(Broken);
            Assert.Equal(Enumerable.Range(100, Out.Count).Select(number => (long)number), Out.Select(item => item.Sequence));
            for (var i = 0; i < Out.Count - 1; i++)
                Assert.Equal(Out[i + 1].Unit != Out[i].Unit, Out[i].Marker);
        }
    }

    private static Call L1T3() => new(DependencySample.L1T3, [1, 3, 2, 4], 1);

    private static Call L2T1() => new(DependencySample.L2T1, [1, 4], 2);

    private static Call L2T2Key() => new(DependencySample.L2T2Key, [1, 4, 2, 5], 2);

    [Fact(DisplayName = "E.7 L1T3: fewer frames at once, more where the source says a switch is possible, without a keyframe")]
    public void Temporal()
    {
        var call = L1T3();
        call.Run(9);
        Assert.Equal(9, call.Out.Count);
        call.Wanted = new LayerPoint(0, 0);
        call.Run(8);
        Assert.Equal(11, call.Out.Count);
        Assert.False(call.NeedsKeyframe);
        call.Wanted = new LayerPoint(0, 1);
        call.Run(8);
        Assert.InRange(call.Out.Count, 14, 15);
        call.Wanted = LayerPoint.Highest;
        call.Run(8);
        Assert.InRange(call.Out.Count, 21, 23);
        call.IsOneStream();
    }

    [Fact(DisplayName = "E.7 spatial layers predicted from below: down with the next picture, up with a keyframe, which is asked for")]
    public void Spatial()
    {
        var call = L2T1();
        call.Run(5);
        call.Wanted = new LayerPoint(0, 0);
        call.Run(5);
        Assert.False(call.NeedsKeyframe);
        call.Wanted = LayerPoint.Highest;
        call.Run(5);
        Assert.True(call.NeedsKeyframe);
        call.KeyframeWanted = true;
        call.Run(5);
        Assert.False(call.NeedsKeyframe);
        call.IsOneStream();
        Assert.Equal([1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1], call.TopOfUnits);
    }

    [Fact(DisplayName = "E.7 K-SVC: the lower layer goes out in keyframes only, and leads down at a keyframe only")]
    public void KeyOnly()
    {
        var call = L2T2Key();
        call.Run(6);
        Assert.Equal(2 + 5, call.Out.Count);
        call.Wanted = new LayerPoint(0, 1);
        call.Run(4);
        Assert.True(call.NeedsKeyframe);
        Assert.Equal(2 + 9, call.Out.Count);
        call.KeyframeWanted = true;
        call.Run(4);
        call.IsOneStream();
        Assert.Equal([0, 0, 0, 0], call.TopOfUnits[^4..]);
    }

    [Fact(DisplayName = "E.7 what is lost on the way in a layer that is left out leaves no hole; in one that is shown it stays one, and the stream goes on")]
    public void Loss()
    {
        var call = L2T1();
        call.Wanted = new LayerPoint(0, 0);
        call.Run(3);
        call.Run(1, place => place == 1);
        call.Run(3);
        Assert.Equal(7, call.Out.Count);
        call.Run(1, place => place == 0);
        call.Run(2);
        Assert.Equal(9, call.Out.Count);
        Assert.True(call.Out[^1].Sequence > 108);
        Assert.False(call.NeedsKeyframe);
    }

    [Theory(DisplayName = "E.7 whatever is asked for in whatever order, with keyframes when it asks for them: no frame lacks a reference")]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void AnyOrder(int mode) => Gen.Select(Gen.Byte[0, 1], Gen.Byte[0, 2], Gen.Int[1, 9], Gen.Bool).Array[1, 30].Sample(steps =>
    {
        var call = mode == 0 ? L1T3() : mode == 1 ? L2T1() : L2T2Key();
        foreach (var (spatial, temporal, units, answers) in steps)
        {
            call.Wanted = new LayerPoint(spatial, temporal);
            call.KeyframeWanted |= answers && call.NeedsKeyframe;
            call.Run(units);
        }

        call.IsOneStream();
    });

    [Fact(DisplayName = "E.7 without the structure nothing can be read; it comes with the next keyframe; a late one does not displace a newer one")]
    public void Structure()
    {
        var reader = new DependencyReader();
        Assert.Equal(DependencyOutcome.StructureMissing, reader.Read(1, DependencySample.L1T3.Short(1, 7)));
        Assert.Equal(DependencyOutcome.Parsed, reader.Read(10, DependencySample.L2T1.Long(0, 8, true)));
        Assert.Equal(2, reader.SpatialCount);
        Assert.Equal(DependencyOutcome.Parsed, reader.Read(4, DependencySample.L1T3.Long(0, 5, true)));
        Assert.Equal(DependencyOutcome.Parsed, reader.Read(11, DependencySample.L2T1.Short(3, 9)));
        Assert.Equal((1, 2), (reader.Frame.SpatialId, reader.Structure.DecodeTargetCount));
        Assert.Equal(DependencyOutcome.Parsed, reader.Read(12, DependencySample.L2T1.Long(1, 10, false, mask: 0b10)));
        Assert.Equal(1, reader.SpatialCount);
    }

    [Fact(DisplayName = "E.7 frame numbers and template ids go on over a switch of source, also in the structure")]
    public void Rewriting()
    {
        var rewriter = new DependencyRewriter();
        rewriter.BeginSource(100, 5, 5);
        Assert.Equal((100, 0), (rewriter.FrameNumber(100), rewriter.TemplateShift));
        Assert.Equal(101, rewriter.FrameNumber(101));
        rewriter.BeginSource(40, 62, 5);
        Assert.Equal(102, rewriter.FrameNumber(40));
        Assert.Equal(10, (62 - rewriter.TemplateShift) & 63);
        var descriptor = DependencySample.L2T1.Long(0, 40, true);
        Assert.True(DependencyDescriptor.TryReadTemplateOffset(descriptor, out var offset));
        Assert.Equal(62, offset);
        DependencyDescriptor.PatchTemplateOffset(descriptor, offset - rewriter.TemplateShift);
        Assert.True(DependencyDescriptor.TryReadTemplateOffset(descriptor, out offset));
        Assert.Equal(10, offset);
    }
}
