using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>
/// Everything we tell one peer about its media: what is missing (NACK), that a keyframe is wanted (PLI), when packets arrived
/// (transport-cc), how reception goes (RR), and how the slots' clocks run (SR). One deadline for all of it.
/// </summary>
internal sealed class ReceptionReports(Peer peer)
{
    private const int ReportIntervalMs = 1000;

    /// <summary>Used as the sender of feedback when the peer has no slot of its own.</summary>
    private const uint FeedbackSsrc = 1;

    private Instant _nextReport = Instant.Never;
    private Instant _next = Instant.Never;
    private Instant _nextSample;

    public Instant NextDeadline => _next;

    /// <summary>Something became due earlier than what was known.</summary>
    public void Advance(Instant due) => _next = Instant.Earlier(_next, due);

    public void OnConnected(Instant now)
    {
        _nextReport = now.PlusMilliseconds(50);
        Advance(_nextReport);
    }

    public void Run(Instant now)
    {
        if (peer.Transport.State != TransportState.Connected)
        {
            _next = Instant.Never;
            return;
        }

        var egress = peer.Room.Egress;
        foreach (var stream in peer.Streams.Streams)
            LossFeedback.Run(now, peer, stream, egress);
        if (peer.TransportCc is { } recorder)
            CongestionFeedback.Run(now, peer, recorder, egress, SenderSsrc);
        if (now >= _nextReport)
        {
            SendReports(now);
            _nextReport = now.PlusMilliseconds(ReportIntervalMs);
        }

        _next = _nextReport;
        foreach (var stream in peer.Streams.Streams)
            Advance(LossFeedback.NextDeadline(stream));
        if (peer.TransportCc is { } waiting)
            Advance(waiting.NextDeadline);
    }

    public uint SenderSsrc => peer.VideoSlots.Count > 0 ? peer.VideoSlots[0].Ssrc
        : peer.AudioSlots.Count > 0 ? peer.AudioSlots[0].Ssrc
        : FeedbackSsrc;

    private void SendReports(Instant now)
    {
        SendReceiverReport(now);
        PeerAccounts.Settle(peer);
        if (now >= _nextSample)
        {
            PeerAccounts.Sample(now, peer);
            _nextSample = now.PlusMilliseconds(PeerAccounts.SampleIntervalMs);
        }

        foreach (var slot in peer.VideoSlots)
            SendSenderReport(now, slot);
        foreach (var slot in peer.AudioSlots)
            SendSenderReport(now, slot);
    }

    private void SendReceiverReport(Instant now)
    {
        Span<ReportBlock> blocks = stackalloc ReportBlock[ReportBlock.Maximum];
        var count = 0;
        foreach (var stream in peer.Streams.Streams)
        {
            if (count == blocks.Length || !stream.IsActive(now) || AlreadyReported(blocks[..count], stream.Ssrc))
                continue;
            var loss = stream.Reception.TakeLossReport();
            var last = stream.Clock.LastReport;
            var delay = last == 0 ? 0 : NtpTime.ToShort(now - stream.Clock.LastReportAt);
            blocks[count++] = new ReportBlock(
                stream.Ssrc, loss.Fraction, loss.Cumulative, loss.ExtendedHighest, stream.Reception.Jitter, last, delay);
        }

        if (count == 0)
            return;
        Span<byte> buffer = stackalloc byte[1200];
        var writer = new RtcpWriter(buffer);
        writer.AppendReceiverReport(SenderSsrc, blocks[..count]);
        writer.AppendCname(SenderSsrc, peer.Room.Cname);
        peer.Room.Egress.SendRtcp(peer, buffer, writer.Length);
    }

    /// <summary>A stream stands twice in the table once its retransmission SSRC is known.</summary>
    private static bool AlreadyReported(ReadOnlySpan<ReportBlock> blocks, uint ssrc)
    {
        foreach (ref readonly var block in blocks)
            if (block.Ssrc == ssrc)
                return true;
        return false;
    }

    private void SendSenderReport(Instant now, Slot slot)
    {
        if (slot.PacketsSent == 0 || slot.Source is not { } source
            || !slot.TryReport(now, out var rtp))
            return;
        Span<byte> buffer = stackalloc byte[200];
        var writer = new RtcpWriter(buffer);
        writer.AppendSenderReport(slot.Ssrc, new SenderInfo(peer.Room.Clock.NtpAt(now), rtp, slot.PacketsSent, slot.OctetsSent));
        writer.AppendCname(slot.Ssrc, source.Track.Owner.Reports.Cname);
        peer.Room.Egress.SendRtcp(peer, buffer, writer.Length);
    }

    /// <summary>The publisher's canonical name towards receivers: random, the same for its audio and video (E.14).</summary>
    public byte[] Cname { get; } = CanonicalName.Create();
}
