using CsCheck;
using Sylk.Conference.Protocols.Payloads;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class DependencyDescriptorTests
{
    private readonly DependencyStructure _structure = new();

    [Fact(DisplayName = "V-18 AV1 A.10 L1T3: structure, decode targets, chain and size")]
    public void L1T3()
    {
        Assert.True(_structure.IsEmpty);
        Parse(DependencySample.L1T3.Long(0, 100, true), out var frame);
        Assert.True(frame.IsKeyframeStart && frame.HasActiveDecodeTargets);
        Assert.Equal(7u, frame.ActiveDecodeTargets);
        Assert.Equal((5, 5, 3, 1, 0), (_structure.TemplateIdOffset, _structure.TemplateCount, _structure.DecodeTargetCount, _structure.ChainCount, _structure.MaxSpatialId));
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_structure.TargetTemporalId));
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_structure.ProtectingChain));
        Assert.True(_structure.TryGetSize(0, out var width, out var height));
        Assert.Equal((1280, 720), (width, height));
        Assert.False(_structure.TryGetSize(1, out _, out _));
    }

    [Fact(DisplayName = "V-18 AV1 A.10 L2T1: two spatial layers, two chains, template ids over the wrap")]
    public void L2T1()
    {
        Parse(DependencySample.L2T1.Long(0, 65_535, true), out _);
        Assert.Equal([1, 0], Enumerable.Range(0, 2).Select(_structure.TargetSpatialId));
        Assert.Equal([1, 0], Enumerable.Range(0, 2).Select(_structure.ProtectingChain));
        Assert.Equal(62, _structure.TemplateIdOffset);
        Parse(DependencySample.L2T1.Short(4, 0), out var frame);
        Assert.Equal((2, 1), (frame.TemplateId, frame.SpatialId));
        Assert.Equal((2, 2, 1), (frame.FrameDiffCount, frame.FrameDiff(0), frame.FrameDiff(1)));
    }

    [Fact(DisplayName = "V-18 every template of both tables is resolved as the table says")]
    public void Templates()
    {
        foreach (var sample in new[] { DependencySample.L1T3, DependencySample.L2T1 })
        {
            Parse(sample.Long(0, 1, true), out _);
            for (var row = 0; row < sample.Rows.Length; row++)
            {
                Parse(sample.Short(row, (ushort)(row + 2), start: false, end: row == 1), out var frame);
                Assert.Equal((false, row == 1, false), (frame.StartOfFrame, frame.EndOfFrame, frame.HasStructure));
                Assert.Equal(row + 2, frame.FrameNumber);
                Matches(sample.Rows[row], frame);
            }
        }
    }

    [Fact(DisplayName = "V-18 custom indications, differences up to 4,096 and chains replace the template's")]
    public void Custom_fields()
    {
        Parse(DependencySample.L1T3.Long(0, 1, true), out _);
        var custom = new TemplateRow(0, 1, [16, 17, 256, 4096], [255], "RDS");
        Parse(DependencySample.L1T3.Long(2, 2, false, custom: custom), out var frame);
        Matches(custom, frame);
        Assert.False(frame.HasActiveDecodeTargets);
    }

    [Fact(DisplayName = "E.7 active decode targets are read with and without a structure")]
    public void Active_targets()
    {
        Parse(DependencySample.L1T3.Long(0, 1, true, mask: 0b110), out var frame);
        Assert.Equal((true, 0b110u), (frame.HasActiveDecodeTargets, frame.ActiveDecodeTargets));
        Parse(DependencySample.L1T3.Long(1, 2, false, mask: 0b100), out frame);
        Assert.Equal((true, 0b100u), (frame.HasActiveDecodeTargets, frame.ActiveDecodeTargets));
        Parse(DependencySample.L1T3.Short(1, 3), out frame);
        Assert.False(frame.HasActiveDecodeTargets);
        Assert.Equal(7u, _structure.AllDecodeTargets);
    }

    [Fact(DisplayName = "E.7 without the structure a descriptor cannot be resolved")]
    public void Structure_missing()
    {
        Assert.Equal(DependencyOutcome.StructureMissing, DependencyDescriptor.TryParse(DependencySample.L1T3.Short(0, 1), _structure, out _));
        Parse(DependencySample.L1T3.Long(0, 1, true), out _);
        Assert.Equal(DependencyOutcome.StructureMissing, DependencyDescriptor.TryParse(DependencySample.L2T1.Short(0, 1), _structure, out _));
    }

    [Fact(DisplayName = "E.7 E.19-1 frame number, template id and template offset are patched in place")]
    public void Patches()
    {
        var bytes = DependencySample.L1T3.Long(2, 7, true);
        DependencyDescriptor.Patch(bytes, 63 + 2, 65_535);
        DependencyDescriptor.PatchTemplateOffset(bytes, 63);
        Parse(bytes, out var frame);
        Assert.Equal((1, 65_535, 63), (frame.TemplateId, frame.FrameNumber, _structure.TemplateIdOffset));
        Matches(DependencySample.L1T3.Rows[2], frame);
        var small = DependencySample.L1T3.Short(0, 1);
        DependencyDescriptor.PatchTemplateOffset(small, 63);
        Assert.Equal(DependencySample.L1T3.Short(0, 1), small);
    }

    [Fact(DisplayName = "E.7 a mask of active targets is written into any descriptor and changes nothing else")]
    public void Writes_mask()
    {
        var custom = new TemplateRow(0, 1, [300], [9], "RDS");
        var sample = DependencySample.L1T3;
        Parse(sample.Long(0, 1, true), out _);
        var buffer = new byte[255];
        foreach (var bytes in new[] { sample.Short(2, 9), sample.Long(2, 9, true), sample.Long(2, 9, true, 7), sample.Long(2, 9, false, 7), sample.Long(2, 9, false, custom: custom), sample.Long(2, 9, true, 7, custom) })
        {
            Parse(bytes, out var before);
            var length = DependencyDescriptor.WriteActiveTargets(bytes, before, 0b010, buffer);
            Assert.InRange(length, bytes.Length, bytes.Length + 5);
            Assert.Equal(length, DependencyDescriptor.LengthWithActiveTargets(bytes, before.DecodeTargetCount));
            Parse(buffer.AsSpan(0, length), out var after);
            Assert.Equal((true, 0b010u, before.HasStructure), (after.HasActiveDecodeTargets, after.ActiveDecodeTargets, after.HasStructure));
            Assert.Equal((before.TemplateId, before.FrameNumber, before.ChainDiff(0)), (after.TemplateId, after.FrameNumber, after.ChainDiff(0)));
            for (var i = 0; i < 3; i++) Assert.Equal(before.Indication(i), after.Indication(i));
            Assert.Equal(Diffs(before), Diffs(after));
            Assert.Equal(0, DependencyDescriptor.WriteActiveTargets(bytes, before, 0b010, buffer.AsSpan(0, bytes.Length - 1)));
        }
    }

    [Fact(DisplayName = "E.7 a target covers those whose frames are all among its own: with K-SVC none of another size")]
    public void Covers()
    {
        Parse(DependencySample.L1T3.Long(0, 1, true), out _);
        Assert.Equal([0b111u, 0b110u, 0b100u], Enumerable.Range(0, 3).Select(_structure.CoveredBy));
        Parse(DependencySample.L2T2Key.Long(0, 1, true), out _);
        Assert.Equal([0b0011u, 0b0010u, 0b1100u, 0b1000u], Enumerable.Range(0, 4).Select(_structure.CoveredBy));
    }

    [Theory(DisplayName = "TU-21 descriptor bombs are refused and the structure in force stays")]
    [InlineData("C00001 80 0000 0000000000000000000000000000000000000000000000")] // 65 templates
    [InlineData("C00001 80 1F AAAA AAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // more than four spatial layers
    [InlineData("C00001 80 1F 5555 5555 55555555555555555555555555")] // more than eight temporal layers
    [InlineData("C00001 80")] // a structure of nothing
    public void Bombs(string hex)
    {
        Parse(DependencySample.L1T3.Long(0, 1, true), out _);
        Assert.Equal(DependencyOutcome.Malformed, DependencyDescriptor.TryParse(Hex(hex), _structure, out _));
        Parse(DependencySample.L1T3.Short(2, 2), out var frame);
        Matches(DependencySample.L1T3.Rows[2], frame);
    }

    [Fact(DisplayName = "TU-21 more than eight differences are refused")]
    public void Too_many_differences()
    {
        Parse(DependencySample.L1T3.Long(0, 1, true), out _);
        var custom = new TemplateRow(0, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9], [1], "SSS");
        Assert.Equal(DependencyOutcome.Malformed, DependencyDescriptor.TryParse(DependencySample.L1T3.Long(1, 2, false, custom: custom), _structure, out _));
    }

    [Fact(DisplayName = "Z-07 cut descriptors are refused, and any octets at all keep layers and counts in bounds")]
    public void Damage()
    {
        var full = DependencySample.L2T1.Long(0, 1, true, 3);
        for (var length = 0; length < full.Length; length++)
            Assert.NotEqual(DependencyOutcome.Parsed, DependencyDescriptor.TryParse(full.AsSpan(0, length), new DependencyStructure(), out _));
        foreach (var bytes in Damaged(full)) Bounded(bytes);
        Gen.Byte.Array[3, 255].Sample(bytes =>
        {
            if (bytes.Length > 3) bytes[3] |= 0x80;
            lock (_structure) Bounded(bytes);
        }, iter: 2000);
    }

    private void Bounded(byte[] bytes)
    {
        if (DependencyDescriptor.TryParse(bytes, _structure, out var frame) != DependencyOutcome.Parsed) return;
        Assert.InRange(frame.SpatialId, 0, DependencyStructure.MaximumSpatialId);
        Assert.InRange(frame.TemporalId, 0, DependencyStructure.MaximumTemporalId);
        Assert.InRange(frame.DecodeTargetCount, 1, DependencyStructure.MaximumDecodeTargets);
        Assert.InRange(frame.ChainCount, 0, frame.DecodeTargetCount);
        Assert.InRange(frame.FrameDiffCount, 0, 8);
        Assert.InRange(_structure.TemplateCount, 1, DependencyStructure.MaximumTemplates);
        for (var t = 0; t < _structure.DecodeTargetCount; t++) Assert.InRange(_structure.ProtectingChain(t), -1, _structure.ChainCount - 1);
    }

    private void Parse(ReadOnlySpan<byte> bytes, out FrameDependencies frame) =>
        Assert.Equal(DependencyOutcome.Parsed, DependencyDescriptor.TryParse(bytes, _structure, out frame));

    private static int[] Diffs(FrameDependencies frame)
    {
        var diffs = new int[frame.FrameDiffCount];
        for (var i = 0; i < diffs.Length; i++) diffs[i] = frame.FrameDiff(i);
        return diffs;
    }

    private static void Matches(TemplateRow row, in FrameDependencies frame)
    {
        Assert.Equal((row.Spatial, row.Temporal), (frame.SpatialId, frame.TemporalId));
        Assert.Equal(row.Diffs, Diffs(frame));
        Assert.Equal(row.Chains.Length, frame.ChainCount);
        for (var c = 0; c < row.Chains.Length; c++) Assert.Equal(row.Chains[c], frame.ChainDiff(c));
        for (var d = 0; d < row.Indications.Length; d++) Assert.Equal(DependencySample.Indication(row.Indications[d]), frame.Indication(d));
    }
}
