using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>Which frames of its source a slot leaves out. How that is found is settled when a source begins, not per packet.</summary>
internal sealed partial class Slot
{
    private Layering _layering;
    private TemporalFilter _temporal;
    private SvcSelector? _svc;
    private Vp9Rewriter? _vp9;
    private DependencySelector? _dependencies;
    private DependencyRewriter? _frames;

    /// <summary>
    /// The viewer does not read dependency descriptors and the source has them. Browsers then take every layer frame for a picture
    /// of its own: only the lowest spatial layer can be shown.
    /// </summary>
    private bool _cannotTell;

    private enum Layering : byte
    {
        None,

        /// <summary>Temporal layers, told by the VP8 payload descriptor.</summary>
        Vp8,

        /// <summary>Spatial and temporal layers, told by the VP9 payload descriptor.</summary>
        Vp9,

        /// <summary>Told by the dependency descriptor.</summary>
        Dependencies,
    }

    private void BeginLayers(IngressStream stream, in PacketFacts facts)
    {
        (_layering, _cannotTell) = (Layering.None, false);
        if (facts.Codec.Family == CodecFamily.Vp8)
        {
            _layering = Layering.Vp8;
            _vp8!.BeginSource(facts.Vp8);
        }
        else if (facts.Codec.Family == CodecFamily.Vp9)
        {
            (_vp9 ??= new Vp9Rewriter()).BeginSource(facts.Vp9);
            if (!facts.Vp9.HasPicture)
                return;
            _layering = Layering.Vp9;
            (_svc ??= new SvcSelector()).Begin();
        }
        else if (facts.HasDependencies)
        {
            _layering = Layering.Dependencies;
            (_dependencies ??= new DependencySelector()).Begin();
            _cannotTell = Format.DependencyId == 0;
            var source = stream.Dependencies!;
            (_frames ??= new DependencyRewriter()).BeginSource(
                source.Frame.FrameNumber, source.Structure.TemplateIdOffset, source.Structure.TemplateCount);
        }
    }

    /// <summary>The source has a larger or smaller picture to show, and only a keyframe leads there.</summary>
    private bool LacksSpatialLayer(IngressStream source) => _layering switch
    {
        Layering.Vp9 => _svc!.NeedsKeyframe(Target(source, _svc.Spatial).Spatial),
        Layering.Dependencies => Target(source, _dependencies!.Shown.Spatial).Spatial > _dependencies.Shown.Spatial,
        _ => false,
    };

    /// <summary>What shall be shown of a source whose layers are in one stream; with encodings beside it, its sizes are there.</summary>
    private LayerPoint Target(IngressStream stream, byte shown)
    {
        var highest = (byte)(stream.Rates.SpatialCount - 1);
        if (stream.Track.Encodings > 1)
            return new LayerPoint(highest, TemporalCap(stream.Layer));
        var spatial = (byte)Math.Min(Math.Min(WantedLayer, Cap.Spatial), highest);
        return new LayerPoint(spatial, shown > spatial ? (byte)0 : spatial < Cap.Spatial ? byte.MaxValue : Cap.Temporal);
    }

    private byte TemporalCap(int layer) => layer > Cap.Spatial ? (byte)0 : layer < Cap.Spatial ? byte.MaxValue : Cap.Temporal;

    private bool LeavesOut(Instant now, IngressStream stream, in PacketFacts facts, ref SourcePacketFacts known)
    {
        if (_layering == Layering.Vp8)
            return LeavesOutVp8(stream, facts, known);
        if (_layering == Layering.Vp9 && !facts.Vp9.HasPicture)
            return false;
        var verdict = _layering == Layering.Vp9
            ? _svc!.Decide(known.Picture, facts.Svc, facts.Marker, Target(stream, _svc.Spatial))
            : DecideByDependencies(now, stream, facts);
        if (!verdict.Keeps)
        {
            _rewriter.DropDeliberately(known with
            {
                Dropped = (verdict.NothingBefore ? DroppedPart.Before : 0) | (verdict.NothingAfter ? DroppedPart.After : 0),
            });
            return true;
        }

        known = known with { StartsFrame = verdict.NothingBefore, Marker = verdict.NothingAfter };
        if (_layering == Layering.Dependencies)
            known = known with { EndsFrame = stream.Dependencies!.Frame.EndOfFrame };
        return false;
    }

    /// <summary>A frame of a temporal layer above the cap. While a smaller encoding is awaited, the larger one sends its fewest frames.</summary>
    private bool LeavesOutVp8(IngressStream stream, in PacketFacts facts, in SourcePacketFacts known)
    {
        if (facts.IsSwitchPoint)
            _temporal.Begin(byte.MaxValue);
        if (!_temporal.Drops(known.Picture, facts.TemporalLayer, facts.IsLayerSync, TemporalCap(stream.Layer)) || !_rewriter.IsNewest(facts.Sequence))
            return false;
        if (!_vp8!.DropPicture(facts.Vp8))
            return false;
        _rewriter.DropDeliberately(known);
        return true;
    }

    private LayerVerdict DecideByDependencies(Instant now, IngressStream stream, in PacketFacts facts)
    {
        var verdict = _dependencies!.Decide(
            stream.Dependencies!, facts.Timestamp, facts.Marker, Target(stream, _dependencies.Shown.Spatial));
        if (_dependencies.NeedsKeyframe && !stream.Keyframes!.IsPending)
            Viewer.Room.RequestKeyframe(now, stream, KeyframeReason.LayerUp);
        return verdict;
    }

    private SourcePacketFacts FactsFor(IngressStream stream, in PacketFacts facts) => new(
        stream.Number, facts.Sequence, facts.Timestamp, facts.Marker, facts.StartsFrame, PictureOf(stream, facts));

    private long PictureOf(IngressStream stream, in PacketFacts facts) => facts.Codec.Family switch
    {
        CodecFamily.Vp8 => _vp8!.NumberOf(facts.Vp8),
        CodecFamily.Vp9 when _vp9 is not null => _vp9.NumberOf(facts.Vp9),
        _ => facts.HasDependencies ? stream.Dependencies!.Number : SourcePacketFacts.UnknownPicture,
    };

    private void RewriteDependencies(IngressStream stream, in PacketFacts facts, ref PendingPacket pending)
    {
        var source = stream.Dependencies!;
        if (source.Frame.HasStructure)
            _frames!.OnStructure(source.Structure.TemplateIdOffset, source.Structure.TemplateCount);
        pending.PictureId = _frames!.FrameNumber(source.Frame.FrameNumber);
        pending.Tl0PictureIndex = _frames.TemplateShift;
        if (Format.DependencyId == 0)
            return;
        if (source.Frame.StartOfFrame)
            pending.Targets = _frames.Announce(source, _dependencies!.Covered);
        pending.DescriptorLength = (byte)pending.Targets.LengthOf(facts.Descriptor);
    }
}
