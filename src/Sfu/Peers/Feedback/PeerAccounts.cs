using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers.Feedback;

/// <summary>Brings what streams and slots counted into the shard's totals, and measures now and then how a peer's link is.</summary>
internal static class PeerAccounts
{
    public const int SampleIntervalMs = 2_000;

    public static void Settle(Peer peer)
    {
        foreach (var stream in peer.Streams.Streams)
            Settle(peer, stream);
        foreach (var slot in peer.VideoSlots)
            Settle(slot);
        foreach (var slot in peer.AudioSlots)
            Settle(slot);
    }

    public static void Settle(Peer peer, IngressStream stream) => stream.Counted.AddTo(
        ref peer.Room.Counters.Traffic[FlowDirection.Receive, stream.Track.Kind],
        stream.Packets, stream.Octets, stream.Reception.Expected - stream.Reception.Received, stream.Repairs);

    public static void Settle(Slot slot) => slot.Counted.AddTo(
        ref slot.Viewer.Room.Counters.Traffic[FlowDirection.Transmit, slot.Kind],
        slot.PacketsSent, slot.OctetsSent, slot.Remote.Lost, redundant: slot.RedundantSent);

    /// <summary>One sample of each measure and kind, the worst stream's where there are several.</summary>
    public static void Sample(Instant now, Peer peer)
    {
        var ring = peer.Room.Counters.Samples;
        Span<double> jitter = stackalloc double[4];
        jitter.Fill(-1);
        foreach (var stream in peer.Streams.Streams)
            if (stream.IsActive(now))
                Raise(jitter, FlowDirection.Receive, stream.Track.Kind, stream.Reception.Jitter / (double)stream.ClockRate);
        Raise(jitter, peer.AudioSlots, 48_000);
        Raise(jitter, peer.VideoSlots, 90_000);
        for (var i = 0; i < jitter.Length; i++)
        {
            var (direction, kind) = ((FlowDirection)(i / 2), (TrackKind)(i % 2));
            if (jitter[i] < 0)
                continue;
            ring.Add(new MediaSample(MediaMeasure.Jitter, direction, kind, peer.Kind, jitter[i]));
            if (direction == FlowDirection.Transmit && peer.RoundTrip.IsKnown)
                ring.Add(new MediaSample(MediaMeasure.RoundTrip, direction, kind, peer.Kind, peer.RoundTrip.SmoothedMicroseconds / 1e6));
        }

        if (peer.Congestion is { IsActive: true } congestion)
            ring.Add(new MediaSample(MediaMeasure.BandwidthEstimate, FlowDirection.Transmit, TrackKind.Video, peer.Kind, congestion.Estimator.Target));
    }

    private static void Raise(Span<double> jitter, List<Slot> slots, double clockRate)
    {
        foreach (var slot in slots)
            if (slot is { Track: not null, Remote.IsKnown: true })
                Raise(jitter, FlowDirection.Transmit, slot.Kind, slot.Remote.Jitter / clockRate);
    }

    private static void Raise(Span<double> jitter, FlowDirection direction, TrackKind kind, double seconds)
    {
        ref var worst = ref jitter[((int)direction * 2) + (int)kind];
        worst = Math.Max(worst, seconds);
    }
}
