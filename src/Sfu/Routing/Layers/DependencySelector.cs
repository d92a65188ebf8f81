using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Sfu.Routing.Layers;

/// <summary>
/// Which frames of a source with dependency descriptors a slot sends (sfu E.7): those of one decode target, the best that is
/// wanted and that can be decoded. It may be taken up where the source says so ("switch") or at a keyframe, and only while the
/// chain that protects it has no frame that was left out. What was lost on the way is not known to be missing: it may come yet.
/// </summary>
internal sealed class DependencySelector
{
    private const int Window = 256;
    private const int None = -1;
    private const long LongAgo = -1_000_000;

    private Decisions _decisions;
    private long _newest;
    private int _target = None;
    private uint _unit;
    private bool _unitEnded;

    /// <summary>What is shown.</summary>
    public LayerPoint Shown { get; private set; }

    /// <summary>The decode targets of which everything goes out, one bit each.</summary>
    public uint Covered { get; private set; }

    /// <summary>Only a keyframe brings what was asked for last.</summary>
    public bool NeedsKeyframe { get; private set; }

    /// <summary>The next packet is the first of a keyframe of another source.</summary>
    public void Begin()
    {
        _decisions = default;
        (_newest, _target, _unitEnded, NeedsKeyframe) = (LongAgo, None, false, false);
        (Shown, Covered) = (LayerPoint.Lowest, 0);
    }

    /// <param name="source">Holds the packet's frame.</param>
    /// <param name="timestamp">Of the packet: frames that share it are one temporal unit.</param>
    /// <param name="ends">The sender's marker: the last packet of the temporal unit.</param>
    /// <param name="wanted">What shall be shown.</param>
    public LayerVerdict Decide(DependencyReader source, uint timestamp, bool ends, LayerPoint wanted)
    {
        var number = source.Number;
        if (_newest - number >= Window && source.Frame.HasStructure)
            Begin(); // no packet is that late: the encoder began to count anew
        ref var decision = ref _decisions[(int)(number & (Window - 1))];
        if (decision.Number != number)
        {
            if (_newest - number >= Window)
                return LayerVerdict.DropPicture;
            if (number > _newest)
                Advance(source, timestamp, wanted);
            decision.Number = number;
            decision.Kept = _target != None && source.Frame.Indication(_target) != DecodeTargetIndication.NotPresent && HasReferences(source);
        }

        if (!decision.Kept)
            return LayerVerdict.DropPicture;
        var last = ends || (source.Frame.EndOfFrame && source.Frame.SpatialId == Shown.Spatial);
        _unitEnded |= last && timestamp == _unit;
        return new LayerVerdict(true, source.Frame.StartOfFrame, last);
    }

    private void Advance(DependencyReader source, uint timestamp, LayerPoint wanted)
    {
        var startsUnit = _newest == LongAgo || timestamp != _unit;
        if (startsUnit)
            (_unit, _unitEnded) = (timestamp, false);
        _newest = source.Number;
        if (source.Frame.HasStructure)
            _target = None; // targets mean something else from here on
        Choose(source, startsUnit, wanted);
    }

    private void Choose(DependencyReader source, bool startsUnit, LayerPoint wanted)
    {
        var best = None;
        var usable = None;
        for (var target = 0; target < source.Frame.DecodeTargetCount; target++)
        {
            if ((source.Active >> target & 1) == 0 || !IsWithin(source.Structure, target, wanted))
                continue;
            if (best == None || IsBetter(source.Structure, target, best))
                best = target;
            if ((usable == None || IsBetter(source.Structure, target, usable)) && IsUsable(source, target, startsUnit))
                usable = target;
        }

        // Nothing of what is wanted can be had yet: what is shown goes on while it is whole.
        if (usable == None && _target != None && IsIntact(source, _target))
            usable = _target;
        NeedsKeyframe = best != None && (usable == None || Spatial(source, usable) != Spatial(source, best));
        if (usable == None || usable == _target)
            return;
        _target = usable;
        Covered = source.Structure.CoveredBy(usable);
        Shown = new LayerPoint((byte)source.Structure.TargetSpatialId(usable), (byte)source.Structure.TargetTemporalId(usable));
    }

    private bool IsUsable(DependencyReader source, int target, bool startsUnit)
    {
        if (source.Frame.HasStructure)
            return true;
        if (!IsIntact(source, target))
            return false;
        if (target == _target)
            return true;
        // The receiver counts pictures by the marker: another top layer needs a new picture.
        if (!startsUnit && (_unitEnded || Spatial(source, target) != Shown.Spatial))
            return false;
        var isLess = _target != None && IsWithin(source.Structure, target, Shown);
        return isLess || (source.Frame.Indication(target) == DecodeTargetIndication.Switch && HasReferences(source));
    }

    /// <summary>No frame of the chain that protects a target was left out.</summary>
    private bool IsIntact(DependencyReader source, int target)
    {
        var chain = source.Structure.ProtectingChain(target);
        if (chain < 0 || chain >= source.Frame.ChainCount)
            return source.Frame.Indication(target) == DecodeTargetIndication.NotPresent || HasReferences(source);
        var back = source.Frame.ChainDiff(chain);
        return back == 0 || !WasLeftOut(source.Number - back);
    }

    private bool HasReferences(DependencyReader source)
    {
        for (var i = 0; i < source.Frame.FrameDiffCount; i++)
            if (WasLeftOut(source.Number - source.Frame.FrameDiff(i)))
                return false;
        return true;
    }

    private bool WasLeftOut(long number)
    {
        ref readonly var decision = ref _decisions[(int)(number & (Window - 1))];
        return decision.Number == number ? !decision.Kept : _newest - number >= Window;
    }

    private static int Spatial(DependencyReader source, int target) => source.Structure.TargetSpatialId(target);

    private static bool IsWithin(DependencyStructure structure, int target, LayerPoint most) =>
        structure.TargetSpatialId(target) <= most.Spatial && structure.TargetTemporalId(target) <= most.Temporal;

    private static bool IsBetter(DependencyStructure structure, int target, int other)
    {
        var spatial = structure.TargetSpatialId(target).CompareTo(structure.TargetSpatialId(other));
        return spatial > 0 || (spatial == 0 && structure.TargetTemporalId(target) > structure.TargetTemporalId(other));
    }

    private struct Decision
    {
        public long Number;
        public bool Kept;
    }

    [InlineArray(Window)]
    private struct Decisions
    {
        private Decision _first;
    }
}
