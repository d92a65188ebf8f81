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
        Follow(peer, congestion);
    }

    public static void OnRemb(Peer peer, long bitsPerSecond)
    {
        if (peer.Congestion is not { } congestion)
            return;
        congestion.OnRemb(bitsPerSecond);
        Follow(peer, congestion);
    }

    public static void Run(Instant now, Peer peer)
    {
        peer.Congestion!.Run(now);
        Follow(peer, peer.Congestion);
    }

    private static void Follow(Peer peer, ReceiverCongestion congestion)
    {
        if (congestion.Pacer.IsProbing)
            peer.Room.Egress.Pace(peer);
    }
}
