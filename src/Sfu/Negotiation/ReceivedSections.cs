using System.Buffers.Binary;
using System.Security.Cryptography;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Peers.Congestion;
using Sylk.Conference.Sfu.Peers.Feedback;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>Turns the sections a client is ready to receive into slots. A slot and its SSRC live as long as their section.</summary>
internal sealed class ReceivedSections(RoomRouter room, Peer peer)
{
    public void Apply(Instant now, List<SectionPlan> plans)
    {
        foreach (var plan in plans)
            if (plan.Use == SectionUse.Slot)
                Apply(plan);
        RemoveGone(now, peer.AudioSlots, plans);
        RemoveGone(now, peer.VideoSlots, plans);
    }

    private void Apply(SectionPlan plan)
    {
        var format = new SlotFormat(plan.Mid, plan.Kind)
        {
            AudioLevelId = plan.Kind == TrackKind.Audio ? plan.ExtensionId(RtpExtensionKind.AudioLevel) : (byte)0,
            OrientationId = plan.Kind == TrackKind.Video ? plan.ExtensionId(RtpExtensionKind.VideoOrientation) : (byte)0,
            TransportCcId = plan.ExtensionId(RtpExtensionKind.TransportCc),
        };
        if (format.TransportCcId != 0 || plan.Codecs.Exists(item => item.Codec.HasFeedback(SectionPlan.ReceiverEstimate)))
            peer.Congestion ??= new ReceiverCongestion();
        foreach (var (codec, entry) in plan.Codecs)
            format.Add(entry, (byte)codec.PayloadType, (byte)(codec.RtxPayloadType ?? 0));

        var slots = plan.Kind == TrackKind.Audio ? peer.AudioSlots : peer.VideoSlots;
        var slot = slots.Find(existing => existing.Mid == plan.Mid);
        if (slot is null)
        {
            var repairs = plan.Codecs.Exists(item => item.Codec.RtxPayloadType is not null);
            slot = new Slot(peer, format, slots.Count, NewSsrc(), repairs ? NewSsrc() : 0);
            slots.Add(slot);
        }

        slot.Format = format;
        plan.Slot = slot;
    }

    private void RemoveGone(Instant now, List<Slot> slots, List<SectionPlan> plans)
    {
        foreach (var slot in slots.FindAll(slot => !plans.Exists(plan => plan.Slot == slot)))
        {
            PeerAccounts.Settle(slot);
            room.Assign(now, slot, null);
            slots.Remove(slot);
        }
    }

    private uint NewSsrc()
    {
        Span<byte> bytes = stackalloc byte[4];
        uint ssrc;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            ssrc = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        }
        while (ssrc < 2 || peer.FindSlot(ssrc) is not null);
        return ssrc;
    }
}
