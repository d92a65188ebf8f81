using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>What follows from news of a receiver's link: probes are sent, and its share is divided anew where it changed.</summary>
internal static class CongestionSteps
{
    public static void OnFeedback(Instant now, Peer peer, in TransportCcFeedback feedback, FeedbackReader reader)
    {
        if (peer.Congestion is not { } congestion)
            return;
        congestion.OnFeedback(now, feedback, reader, peer.RoundTrip);
        Follow(now, peer, congestion);
    }

    public static void OnRemb(Instant now, Peer peer, long bitsPerSecond)
    {
        if (peer.Congestion is not { } congestion)
            return;
        congestion.OnRemb(now, bitsPerSecond);
        Follow(now, peer, congestion);
    }

    public static void Run(Instant now, Peer peer)
    {
        peer.Congestion!.Run(now, peer.Allocation.IsWaiting);
        Follow(now, peer, peer.Congestion);
    }

    private static void Follow(Instant now, Peer peer, ReceiverCongestion congestion)
    {
        peer.Allocation.Run(now, congestion);
        if (congestion.Pacer.IsProbing)
            peer.Room.Egress.Pace(peer);
    }
}
