using System.Runtime.CompilerServices;

namespace Sylk.Conference.Protocols.Payloads;

/// <summary>What a frame is to a decode target (AV1 RTP specification appendix A.4).</summary>
public enum DecodeTargetIndication : byte
{
    NotPresent = 0,
    Discardable = 1,
    Switch = 2,
    Required = 3,
}

/// <summary>One frame as its dependency descriptor tells it, templates and custom fields resolved.</summary>
public struct FrameDependencies
{
    private DiffTable _diffs;
    private ChainTable _chains;
    private ulong _indications;

    /// <summary>First packet of the frame.</summary>
    public bool StartOfFrame { get; internal set; }

    /// <summary>Last packet of the frame.</summary>
    public bool EndOfFrame { get; internal set; }

    /// <summary>As on the wire, 0..63.</summary>
    public byte TemplateId { get; internal set; }

    public ushort FrameNumber { get; internal set; }

    /// <summary>0..3.</summary>
    public byte SpatialId { get; internal set; }

    /// <summary>0..7.</summary>
    public byte TemporalId { get; internal set; }

    /// <summary>The descriptor carries a structure: the frame starts a coded video sequence.</summary>
    public bool HasStructure { get; internal set; }

    /// <summary>First packet of a keyframe.</summary>
    public readonly bool IsKeyframeStart => HasStructure && StartOfFrame;

    /// <summary>The descriptor says which decode targets are sent from here on; a structure says all.</summary>
    public bool HasActiveDecodeTargets { get; internal set; }

    /// <summary>One bit for each decode target, meaningful when <see cref="HasActiveDecodeTargets"/>.</summary>
    public uint ActiveDecodeTargets { get; internal set; }

    public int DecodeTargetCount { get; internal set; }

    /// <summary>Frames this one refers to, 0..8.</summary>
    public int FrameDiffCount { get; internal set; }

    public int ChainCount { get; internal set; }

    /// <summary>Bits of the descriptor up to where the mask of active decode targets is or would be.</summary>
    public int MaskPosition { get; internal set; }

    /// <param name="target">0 .. <see cref="DecodeTargetCount"/> - 1.</param>
    public readonly DecodeTargetIndication Indication(int target) => (DecodeTargetIndication)(_indications >> (2 * target) & 3);

    /// <summary>How many frames back a frame this one refers to is, 1..4,096.</summary>
    /// <param name="index">0 .. <see cref="FrameDiffCount"/> - 1.</param>
    public readonly int FrameDiff(int index) => _diffs[index];

    /// <summary>How many frames back the former frame of a chain is; 0 when the chain begins here.</summary>
    /// <param name="chain">0 .. <see cref="ChainCount"/> - 1.</param>
    public readonly int ChainDiff(int chain) => _chains[chain];

    /// <summary>Takes what the template says; the template exists.</summary>
    internal void TakeTemplate(DependencyTables tables, int template)
    {
        SpatialId = tables.Spatial[template];
        TemporalId = tables.Temporal[template];
        DecodeTargetCount = tables.Targets;
        ChainCount = tables.Chains;
    }

    internal void TakeIndications(DependencyTables tables, int template) => _indications = tables.Indications[template];

    internal void ReadIndications(ref BitReader bits) => _indications = DependencyTables.ReadIndications(ref bits, DecodeTargetCount);

    internal void TakeDiffs(DependencyTables tables, int template)
    {
        FrameDiffCount = tables.DiffCounts[template];
        for (var i = 0; i < FrameDiffCount; i++) _diffs[i] = tables.Diffs[template * DependencyTables.MaximumDiffs + i];
    }

    internal bool ReadDiffs(ref BitReader bits)
    {
        FrameDiffCount = 0;
        for (var nibbles = bits.Read(2); nibbles != 0; nibbles = bits.Read(2))
        {
            if (FrameDiffCount == DependencyTables.MaximumDiffs) return false;
            _diffs[FrameDiffCount++] = (ushort)(bits.Read((int)nibbles * 4) + 1);
        }
        return true;
    }

    internal void TakeChains(DependencyTables tables, int template) =>
        tables.ChainDiffs.AsSpan(template * DependencyTables.MaximumTargets, ChainCount).CopyTo(_chains);

    internal void ReadChains(ref BitReader bits)
    {
        for (var c = 0; c < ChainCount; c++) _chains[c] = (byte)bits.Read(8);
    }

    [InlineArray(DependencyTables.MaximumDiffs)]
    private struct DiffTable
    {
        private ushort _first;
    }

    [InlineArray(DependencyTables.MaximumTargets)]
    private struct ChainTable
    {
        private byte _first;
    }
}
