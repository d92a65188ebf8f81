using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>Asks a publisher for what is missing: lost packets (RFC 4585 generic NACK) and keyframes (PLI).</summary>
internal static class LossFeedback
{
    private const int MaxLostPerPacket = 512;

    public static Instant NextDeadline(IngressStream stream) => Instant.Earlier(
        stream.Nack?.NextDeadline ?? Instant.Never, stream.Keyframes?.NextDeadline ?? Instant.Never);

    public static void Run(Instant now, Peer peer, IngressStream stream, EgressPipeline egress)
    {
        if (stream.Nack is { } nack && nack.NextDeadline <= now)
            AskForLost(now, peer, stream, egress);
        if (stream.Nack?.TakeKeyframeNeeded() == true)
            stream.Keyframes!.Request(now, KeyframeReason.UpstreamLoss);
        if (stream.Keyframes is { } keyframes && keyframes.NextDeadline <= now && keyframes.TakeDue(now, peer.RoundTrip.Milliseconds))
            AskForKeyframe(peer, stream, keyframes.Reason, egress);
    }

    private static void AskForLost(Instant now, Peer peer, IngressStream stream, EgressPipeline egress)
    {
        Span<ushort> lost = stackalloc ushort[MaxLostPerPacket];
        var count = stream.Nack!.Collect(now, peer.RoundTrip.Milliseconds, lost);
        Span<byte> buffer = stackalloc byte[400];
        for (var done = 0; done < count;)
        {
            var writer = new RtcpWriter(buffer);
            var written = writer.AppendNack(peer.Reports.SenderSsrc, stream.Ssrc, lost[done..count]);
            if (written == 0)
                return;
            egress.SendRtcp(peer, buffer, writer.Length);
            done += written;
        }
    }

    private static void AskForKeyframe(Peer peer, IngressStream stream, KeyframeReason reason, EgressPipeline egress)
    {
        if (peer.Voice is { } local)
            local.Video?.WantKeyframe();
        else
            SendPli(peer, stream, egress);
        peer.Room.Counters.KeyframeRequests++;
        peer.Room.Counters.KeyframesAsked[(int)reason]++;
    }

    private static void SendPli(Peer peer, IngressStream stream, EgressPipeline egress)
    {
        Span<byte> buffer = stackalloc byte[64];
        var writer = new RtcpWriter(buffer);
        writer.AppendPli(peer.Reports.SenderSsrc, stream.Ssrc);
        egress.SendRtcp(peer, buffer, writer.Length);
    }
}
