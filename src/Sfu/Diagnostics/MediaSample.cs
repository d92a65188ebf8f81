namespace Sylk.Conference.Sfu;

/// <summary>What a <see cref="MediaSample"/> measures.</summary>
public enum MediaMeasure : byte
{
    /// <summary>Seconds from the turn that read a packet to the end of the flush that wrote it: the oldest of each flush.</summary>
    ForwardDuration,

    /// <summary>Seconds.</summary>
    RoundTrip,

    /// <summary>Seconds, RFC 3550 §6.4.1.</summary>
    Jitter,

    /// <summary>1 (bad) to 5 (good).</summary>
    QualityScore,

    /// <summary>Bits per second a receiver's link is thought to carry.</summary>
    BandwidthEstimate,

    /// <summary>Seconds from the client's first DTLS record to the keys.</summary>
    HandshakeCompleted,

    /// <summary>Seconds from the client's first DTLS record to giving up.</summary>
    HandshakeFailed,
}

/// <summary>Seen from the server: <see cref="Receive"/> is what publishers send.</summary>
public enum FlowDirection : byte { Receive, Transmit }

/// <summary>One measurement on its way from a shard's thread to a histogram.</summary>
public readonly record struct MediaSample(MediaMeasure Measure, FlowDirection Direction, TrackKind Kind, PeerKind Peer, double Value);
