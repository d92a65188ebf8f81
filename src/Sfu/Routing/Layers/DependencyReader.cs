using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Sfu.Routing.Layers;

/// <summary>
/// Reads the dependency descriptors of one source and remembers its template structure (AV1 RTP specification, annex A). A
/// structure that comes late, by a repair, is used for its own packet and does not take the place of a newer one.
/// </summary>
internal sealed class DependencyReader
{
    private readonly DependencyStructure _structure = new();
    private DependencyStructure? _late;
    private long _structureAt = long.MinValue;
    private long _newest = 0x1_0000;

    /// <summary>The frame of the packet read last; in place, because it is large.</summary>
    public FrameDependencies Frame;

    public DependencyStructure Structure => _structure;

    /// <summary>Frame number of the packet read last, without wrapping.</summary>
    public long Number { get; private set; }

    /// <summary>Decode targets the source sends now, one bit each.</summary>
    public uint Active { get; private set; }

    /// <summary>Spatial layers the source sends now.</summary>
    public int SpatialCount { get; private set; } = 1;

    /// <summary>No decode target of an upper spatial layer has the frame of the packet read last.</summary>
    public bool IsUnusedAbove
    {
        get
        {
            for (var target = 0; target < _structure.DecodeTargetCount && target < Frame.DecodeTargetCount; target++)
                if (_structure.TargetSpatialId(target) > Frame.SpatialId && Frame.Indication(target) != DecodeTargetIndication.NotPresent)
                    return false;
            return Frame.SpatialId < SpatialCount - 1;
        }
    }

    /// <param name="sequence">The packet's.</param>
    /// <param name="descriptor">The extension's value.</param>
    public DependencyOutcome Read(long sequence, ReadOnlySpan<byte> descriptor)
    {
        var isLate = sequence < _structureAt;
        var outcome = DependencyDescriptor.TryParse(descriptor, isLate ? _late ??= new DependencyStructure() : _structure, out Frame);
        if (outcome != DependencyOutcome.Parsed)
            return isLate ? DependencyOutcome.Malformed : outcome;
        Number = _newest + (short)(Frame.FrameNumber - (ushort)_newest);
        _newest = Math.Max(_newest, Number);
        if (!isLate)
            TakeTargets(sequence);
        return DependencyOutcome.Parsed;
    }

    private void TakeTargets(long sequence)
    {
        if (Frame.HasStructure)
            _structureAt = sequence;
        if (!Frame.HasActiveDecodeTargets)
            return;
        Active = Frame.ActiveDecodeTargets & _structure.AllDecodeTargets;
        SpatialCount = 1;
        for (var target = 0; target < _structure.DecodeTargetCount; target++)
            if ((Active >> target & 1) != 0)
                SpatialCount = Math.Max(SpatialCount, _structure.TargetSpatialId(target) + 1);
    }
}
