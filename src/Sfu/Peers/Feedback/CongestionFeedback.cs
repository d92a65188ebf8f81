using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>Tells a publisher when each of its packets arrived (transport-wide congestion control), so that it may send more.</summary>
internal static class CongestionFeedback
{
    private const int MaxArrivals = 256;
    private const int LongestPacket = 1200;

    public static void Run(Instant now, Peer peer, TransportCcRecorder recorder, EgressPipeline egress)
    {
        if (!recorder.IsDue(now) || peer.Streams.Count == 0)
            return;
        Span<long> times = stackalloc long[MaxArrivals];
        Span<TransportCcArrival> arrivals = stackalloc TransportCcArrival[MaxArrivals];
        while (recorder.Take(now, times, out var first) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
                arrivals[i] = new TransportCcArrival(times[i] != TransportCcRecorder.NotReceived, times[i] / 1000);
            Send(now, peer, egress, first, arrivals[..count]);
        }
    }

    /// <summary>More than one packet where an arrival lies too far from the one before.</summary>
    private static void Send(Instant now, Peer peer, EgressPipeline egress, long first, ReadOnlySpan<TransportCcArrival> arrivals)
    {
        while (arrivals.Length > 0)
        {
            Span<byte> buffer = stackalloc byte[LongestPacket + 64];
            var header = new TransportCcHeader(peer.Reports.SenderSsrc, peer.Streams.Streams[0].Ssrc, peer.NextFeedbackCount());
            var length = TransportCcWriter.Write(header, first, arrivals, now.Microseconds, buffer[..LongestPacket], out var consumed);
            if (length == 0 || consumed == 0)
                return;
            egress.SendRtcp(peer, buffer, length);
            first += consumed;
            arrivals = arrivals[consumed..];
        }
    }
}
