using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers.Congestion;
using Sylk.Conference.Sfu.Routing.Relays;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>Reads one peer's RTCP. What names an SSRC the peer does not own or does not receive is ignored (TU-18).</summary>
internal sealed class RtcpIntake(ShardCounters counters)
{
    private readonly FeedbackReader _feedback = new();

    public void Run(Instant now, Peer peer, Span<byte> packet)
    {
        if (!peer.Quota.AllowRtcp())
        {
            counters.Drop(DropReason.RtcpQuota, kind: DropKind.Transport);
            return;
        }

        if (peer.Transport.Inbound!.UnprotectRtcp(packet, out var length) != SrtpVerdict.Accepted)
        {
            counters.Drop(DropReason.SrtcpRefused, kind: DropKind.Transport);
            return;
        }

        var reader = new RtcpReader(packet[..length]);
        while (reader.TryRead(out var block))
            Read(now, peer, block);
        if (reader.IsMalformed)
            counters.Drop(DropReason.RtcpMalformed, kind: DropKind.Transport);
    }

    private void Read(Instant now, Peer peer, in RtcpBlock block)
    {
        switch (block.PacketType)
        {
            case RtcpPacketType.SenderReport when block.TryGetSenderReport(out var report):
                OnSenderReport(now, peer, report);
                for (var i = 0; i < report.ReportCount; i++)
                    OnReportBlock(now, peer, report.Report(i));
                break;
            case RtcpPacketType.ReceiverReport when block.TryGetReceiverReport(out var report):
                for (var i = 0; i < report.ReportCount; i++)
                    OnReportBlock(now, peer, report.Report(i));
                break;
            case RtcpPacketType.TransportFeedback when block.TryGetNack(out var nack):
                OnNack(now, peer, nack);
                break;
            case RtcpPacketType.TransportFeedback when block.TryGetTransportCc(out var arrivals):
                CongestionSteps.OnFeedback(now, peer, arrivals, _feedback);
                break;
            case RtcpPacketType.PayloadFeedback when block.TryGetRemb(out var remb):
                CongestionSteps.OnRemb(now, peer, remb.Bitrate);
                break;
            case RtcpPacketType.PayloadFeedback when block.TryGetPli(out var pli):
                peer.FindSlot(pli.MediaSsrc)?.RequestKeyframe(now);
                break;
            case RtcpPacketType.PayloadFeedback when block.TryGetFir(out var fir):
                for (var i = 0; i < fir.Count; i++)
                    peer.FindSlot(fir.Entry(i).Ssrc)?.RequestKeyframe(now);
                break;
        }
    }

    private static void OnSenderReport(Instant now, Peer peer, in SenderReport report)
    {
        if (peer.Streams.Find(report.SenderSsrc) is not { } stream || stream.Ssrc != report.SenderSsrc)
            return;
        stream.Clock.OnSenderReport(now, report.NtpTimestamp, report.RtpTimestamp);
        RoomRelays.OnSenderReport(now, stream, report.NtpTimestamp, report.RtpTimestamp);
    }

    private static void OnReportBlock(Instant now, Peer peer, in ReportBlock block)
    {
        if (peer.FindSlot(block.Ssrc) is not { } slot)
            return;
        if (slot.Ssrc == block.Ssrc)
            slot.Remote.OnReport(block, slot.PacketsSent);
        if (NtpTime.TryRoundTrip(peer.Room.Clock.NtpAt(now), block.LastSenderReport, block.DelaySinceLastSenderReport, out var microseconds))
            peer.RoundTrip.Add(microseconds);
    }

    private void OnNack(Instant now, Peer peer, in Nack nack)
    {
        if (peer.FindSlot(nack.MediaSsrc) is not { Ledger: { } ledger } slot)
            return;
        foreach (var sequence in nack)
        {
            var verdict = ledger.TryTake(now, sequence, peer.RoundTrip.Milliseconds, out var entry);
            if (verdict is ResendVerdict.TooOld or ResendVerdict.TooOften)
                slot.OnLostForGood(now, sequence);
            if (verdict != ResendVerdict.Resend)
                counters.Drop(verdict == ResendVerdict.OverBudget ? DropReason.NackServiceBudget : DropReason.ResendRefused, FlowDirection.Transmit, DropKind.Video);
            else if (!Resending.TryMake(slot, sequence, entry, out var pending))
                continue;
            else if (peer.Congestion?.MayResend(now, pending.PayloadLength) == false)
                counters.Drop(DropReason.NackServiceBudget, FlowDirection.Transmit, DropKind.Video);
            else
                Resend(peer, pending);
        }
    }

    private void Resend(Peer peer, in PendingPacket pending)
    {
        peer.Room.Egress.Enqueue(peer, pending);
        pending.Slot.Ledger!.OnResent(pending.PayloadLength);
        counters.PacketsRetransmitted++;
        counters.PacketsAskedFor++;
    }
}
