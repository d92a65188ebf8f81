using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>Tells a publisher when each of its packets arrived (transport-wide congestion control), so that it may send more.</summary>
internal static class CongestionFeedback
{
    private const int LongestPacket = 1200;

    public static void Run(Instant now, Peer peer, TransportCcRecorder recorder, EgressPipeline egress, uint senderSsrc)
    {
        if (!recorder.IsDue(now) || peer.Streams.Count == 0)
            return;
        Span<byte> buffer = stackalloc byte[LongestPacket + 64];
        while (recorder.TryWrite(now, senderSsrc, peer.Streams.Streams[0].Ssrc, buffer[..LongestPacket], out var length))
            egress.SendRtcp(peer, buffer, length);
    }
}
