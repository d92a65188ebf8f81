using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>Which frames of its source a slot leaves out. How that is found is settled when a source begins, not per packet.</summary>
internal sealed partial class Slot
{
    private Layering _layering;
    private TemporalFilter _temporal;
    private SvcSelector? _svc;
    private Vp9Rewriter? _vp9;

    private enum Layering : byte
    {
        None,

        /// <summary>Temporal layers, told by the VP8 payload descriptor.</summary>
        Vp8,

        /// <summary>Spatial and temporal layers, told by the VP9 payload descriptor.</summary>
        Vp9,
    }

    private void BeginLayers(in PacketFacts facts)
    {
        _layering = Layering.None;
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
    }

    /// <summary>The source has a larger or smaller picture to show, and only a keyframe leads there.</summary>
    private bool LacksSpatialLayer(IngressStream source) =>
        _layering == Layering.Vp9 && _svc!.NeedsKeyframe(SpatialTarget(source));

    private byte SpatialTarget(IngressStream source) => (byte)Math.Min(Math.Min(WantedLayer, Cap.Spatial), source.Rates.SpatialCount - 1);

    private bool LeavesOut(IngressStream stream, in PacketFacts facts, ref SourcePacketFacts known) =>
        _layering == Layering.Vp8 ? LeavesOutVp8(stream, facts, known) : LeavesOutVp9(stream, facts, ref known);

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

    private bool LeavesOutVp9(IngressStream stream, in PacketFacts facts, ref SourcePacketFacts known)
    {
        if (!facts.Vp9.HasPicture)
            return false;
        // A source in several encodings has its sizes there; one alone may have them within.
        var spatial = SpatialTarget(stream);
        var temporal = stream.Track.Encodings > 1 ? TemporalCap(stream.Layer)
            : _svc!.Spatial > spatial ? (byte)0 : spatial < Cap.Spatial ? byte.MaxValue : Cap.Temporal;
        if (stream.Track.Encodings > 1)
            spatial = (byte)(stream.Rates.SpatialCount - 1);
        var verdict = _svc!.Decide(known.Picture, facts.Svc, facts.Marker, new LayerPoint(spatial, temporal));
        if (verdict.Keeps)
        {
            known = known with { StartsFrame = verdict.NothingBefore, Marker = verdict.NothingAfter };
            return false;
        }

        _rewriter.DropDeliberately(known with
        {
            Dropped = (verdict.NothingBefore ? DroppedPart.Before : 0) | (verdict.NothingAfter ? DroppedPart.After : 0),
        });
        return true;
    }

    private byte TemporalCap(int layer) => layer > Cap.Spatial ? (byte)0 : layer < Cap.Spatial ? byte.MaxValue : Cap.Temporal;
}
