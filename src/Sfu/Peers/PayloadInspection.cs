using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// Reads from a payload what routing needs (can a receiver start here, which descriptor fields a switch must continue) and
/// writes those fields back. A descriptor that does not parse makes its packet opaque: forwarded as it is (TU-21).
/// </summary>
internal static class PayloadInspection
{
    public static void Inspect(ReadOnlySpan<byte> payload, IngressStream stream, ref PacketFacts facts)
    {
        facts.PayloadLength = (ushort)payload.Length;
        switch (facts.Codec.Family)
        {
            case CodecFamily.Vp8 when Vp8Descriptor.TryParse(payload, out var vp8):
                facts.IsSwitchPoint = vp8.IsKeyframeStart;
                facts.StartsFrame = vp8.IsFrameStart;
                facts.TemporalLayer = vp8.TemporalId;
                facts.IsLayerSync = vp8.IsLayerSync;
                facts.Vp8 = new Vp8Numbers(
                    vp8.HasPictureId, vp8.PictureId, vp8.HasLongPictureId, vp8.HasTl0PictureIndex, vp8.Tl0PictureIndex, vp8.HasKeyIndex, vp8.KeyIndex);
                stream.HasShortPictureId = vp8.HasPictureId && !vp8.HasLongPictureId;
                break;
            case CodecFamily.Vp9 when Vp9Descriptor.TryParse(payload, out var vp9):
                InspectVp9(payload, vp9, ref facts);
                break;
            case CodecFamily.H264 when H264PayloadFacts.TryRead(payload, out var h264):
                facts.IsSwitchPoint = h264.IsKeyframeStart;
                InspectDependencies(stream, ref facts);
                break;
            case CodecFamily.Av1 when !facts.Descriptor.IsEmpty:
                InspectDependencies(stream, ref facts);
                break;
            case CodecFamily.Av1 when Av1AggregationHeader.TryParse(payload, out var av1):
                facts.IsSwitchPoint = av1.IsSequenceStart;
                break;
            case CodecFamily.Red:
                facts.PrimaryLength = (ushort)PrimaryOfRed(payload).Length;
                stream.Redundant += facts.RepeatsEarlier ? 1u : 0;
                break;
        }
    }

    private static void InspectDependencies(IngressStream stream, ref PacketFacts facts)
    {
        if (facts.Descriptor.IsEmpty)
            return;
        var reader = stream.Dependencies ??= new DependencyReader();
        var outcome = reader.Read(facts.Sequence, facts.Descriptor);
        if (outcome != DependencyOutcome.Parsed)
        {
            facts.LayersUnknown = true;
            facts.LacksStructure = outcome == DependencyOutcome.StructureMissing;
            return;
        }

        facts.HasDependencies = true;
        facts.IsSwitchPoint = reader.Frame.IsKeyframeStart;
        facts.StartsFrame = reader.Frame.StartOfFrame;
        facts.TemporalLayer = reader.Frame.TemporalId;
        facts.Svc.Spatial = reader.Frame.SpatialId;
        facts.Svc.Flags = reader.IsUnusedAbove ? SvcFlags.UnusedAbove : SvcFlags.None;
        facts.SpatialLayers = (byte)reader.SpatialCount;
    }

    private static void InspectVp9(ReadOnlySpan<byte> payload, in Vp9Descriptor vp9, ref PacketFacts facts)
    {
        facts.IsSwitchPoint = vp9.IsKeyframeStart;
        facts.TemporalLayer = vp9.TemporalId;
        facts.SpatialLayers = (byte)vp9.SpatialLayerCount;
        facts.Vp9 = new Vp9Numbers(vp9.HasPictureId, vp9.PictureId, vp9.HasLongPictureId, vp9.Tl0Offset != 0, vp9.Tl0PictureIndex);
        facts.Svc = new SvcFrame
        {
            Spatial = vp9.SpatialId,
            Temporal = vp9.TemporalId,
            Flags = (vp9.StartsLayerFrame ? SvcFlags.Starts : 0) | (vp9.EndsLayerFrame ? SvcFlags.Ends : 0)
                | (vp9.IsInterPicture ? SvcFlags.Inter : 0) | (vp9.IsInterLayer ? SvcFlags.InterLayer : 0)
                | (vp9.IsUnusedByUpperLayers ? SvcFlags.UnusedAbove : 0) | (vp9.IsSwitchingUp ? SvcFlags.SwitchesUp : 0)
                | (vp9.IsFlexible ? SvcFlags.Flexible : 0),
        };
        if (vp9.ReferenceCount > 0)
            facts.Svc.FirstReference = (byte)vp9.Reference(payload, 0);
        if (vp9.ReferenceCount > 1)
            facts.Svc.SecondReference = (byte)vp9.Reference(payload, 1);
        if (vp9.ReferenceCount > 2)
            facts.Svc.ThirdReference = (byte)vp9.Reference(payload, 2);
    }

    /// <summary>Copies a VP8 payload with the slot's own picture id (always 15 bits), TL0PICIDX and KEYIDX.</summary>
    public static int CopyVp8(ReadOnlySpan<byte> payload, Span<byte> destination, in PendingPacket item)
    {
        if (!Vp8Descriptor.TryParse(payload, out var descriptor))
        {
            payload.CopyTo(destination);
            return payload.Length;
        }

        var length = descriptor.WriteDescriptor(payload, item.PictureId, item.Tl0PictureIndex, item.KeyIndex, destination);
        var rest = payload[descriptor.Length..];
        rest.CopyTo(destination[length..]);
        return length + rest.Length;
    }

    public static void PatchVp9(Span<byte> payload, in PendingPacket item)
    {
        if (!Vp9Descriptor.TryParse(payload, out var descriptor))
            return;
        descriptor.PatchPictureId(payload, item.PictureId);
        if (descriptor.Tl0Offset != 0)
            descriptor.PatchTl0(payload, item.Tl0PictureIndex);
    }

    /// <summary>The newest block of a RED packet (RFC 2198 §3); the whole payload when it does not read as RED.</summary>
    public static ReadOnlySpan<byte> PrimaryOfRed(ReadOnlySpan<byte> payload)
    {
        var reader = new RedReader(payload);
        while (reader.TryRead(out var block))
            if (block.IsPrimary)
                return block.Data;
        return payload;
    }
}
