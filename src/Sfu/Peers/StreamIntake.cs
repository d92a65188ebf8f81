using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// The second half of every packet's way in, whether it came from its publisher or from another shard: facts of the payload, loss
/// bookkeeping, rates by layer, history, router.
/// </summary>
internal static class StreamIntake
{
    /// <param name="facts">All that the header and its extensions tell, and the format.</param>
    /// <param name="isRepair">It came as a retransmission.</param>
    public static DropReason Accept(Instant now, RoomRouter room, IngressStream stream, ReadOnlySpan<byte> payload, ref PacketFacts facts, bool isRepair)
    {
        PayloadInspection.Inspect(payload, stream, ref facts);
        NoteForRepair(now, stream, facts, isRepair);
        stream.CountLayers(now, facts, payload.Length);
        if (facts.LayersUnknown)
            return RefuseLayers(now, room, stream, facts.LacksStructure);
        if (payload.Length == 0)
        {
            // A packet that carries nothing leaves no hole in the receivers' sequence (E.1 point 7).
            return RoomRouter.Skip(stream.Track, stream, facts.Sequence, DropReason.PaddingOnly);
        }

        stream.History.Add(
            facts.Sequence, facts.Timestamp, facts.Marker, facts.PayloadType, payload, now, Level(facts), facts.HasDependencies ? facts.Descriptor : default);
        if (facts.IsSwitchPoint)
            stream.Keyframes?.OnKeyframe(now);
        return room.Forward(now, stream, facts);
    }

    private static void NoteForRepair(Instant now, IngressStream stream, in PacketFacts facts, bool isRepair)
    {
        if (stream.Nack is not { } nack)
            return;
        nack.OnPacket(now, facts.Sequence, isRepair, facts.IsSwitchPoint);
        stream.Track.Owner.Reports.Advance(nack.NextDeadline);
    }

    /// <summary>Only a keyframe brings the structure again.</summary>
    private static DropReason RefuseLayers(Instant now, RoomRouter room, IngressStream stream, bool wantsStructure)
    {
        if (wantsStructure)
            room.RequestKeyframe(now, stream, KeyframeReason.UpstreamLoss);
        return DropReason.LayersUnknown;
    }

    /// <summary>The level as it is kept with a packet.</summary>
    private static byte Level(in PacketFacts facts) =>
        facts.AudioLevel == byte.MaxValue ? (byte)127 : (byte)(facts.AudioLevel | (facts.VoiceActivity ? 0x80 : 0));
}
