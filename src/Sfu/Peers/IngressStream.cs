using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Quality;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Speakers;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>One incoming SSRC: a layer of a track. Made only after a packet of it authenticated (reliability L5).</summary>
internal sealed class IngressStream
{
    private const int SilentAfterMs = 500;

    public IngressStream(Track track, int layer, uint ssrc, int clockRate, bool answersNack)
    {
        Track = track;
        Layer = layer;
        Ssrc = ssrc;
        ClockRate = clockRate;
        var video = track.Kind == TrackKind.Video;
        History = video
            ? new PacketHistory(PacketHistory.VideoBytes, PacketHistory.VideoSlots) { KeepsDescriptors = true }
            : new PacketHistory(PacketHistory.AudioBytes, PacketHistory.AudioSlots, 1_000);
        Nack = answersNack && video ? new NackGenerator() : null;
        Keyframes = video ? new KeyframeGovernor(layer == 0 && track.Layers.Length > 1) : null;
        Silence = video ? null : new SilenceGate();
        Clock = new SourceClock(clockRate, track.Owner.Clock);
    }

    public Track Track { get; }

    public int Layer { get; }

    public uint Ssrc { get; }

    /// <summary>Names the stream in its room; SSRCs are the publishers' choice, and two publishers may choose the same.</summary>
    public required uint Number { get; init; }

    /// <summary>0 until the publisher's retransmission stream is known.</summary>
    public uint RtxSsrc { get; set; }

    public int ClockRate { get; }

    public PacketHistory History { get; }

    public NackGenerator? Nack { get; }

    public KeyframeGovernor? Keyframes { get; }

    public SilenceGate? Silence { get; }

    public SourceClock Clock { get; }

    /// <summary>The publisher sends audio levels (RFC 6464); each is kept with its packet.</summary>
    public bool HasAudioLevel { get; set; }

    /// <summary>Newest camera rotation byte (3GPP TS 26.114 §7.4.5); 0 is upright.</summary>
    public byte Orientation { get; set; }

    /// <summary>The VP8 source uses 7-bit picture ids, so our 15-bit form makes each descriptor a byte longer.</summary>
    public bool HasShortPictureId { get; set; }

    /// <summary>Updated in place on the packet path, hence a field.</summary>
    public ReceptionStatistics Reception;

    /// <summary>Packets the publisher sent once, and octets of their payloads; fields for the same reason.</summary>
    public uint Packets;
    public uint Octets;

    /// <summary>Packets of sound that repeat earlier ones (RED).</summary>
    public uint Redundant;

    /// <summary>Packets that came by retransmission.</summary>
    public uint Repairs;

    public CountedTraffic Counted;

    /// <summary>Of the last seconds, as of <see cref="LookedAt"/>.</summary>
    public LossWindow Loss;

    public Instant LookedAt { get; set; }

    public BitrateMeter Bitrate { get; } = new();

    /// <summary>The same by layer.</summary>
    public LayerRates Rates { get; } = new();

    /// <summary>What is expected of layers that have just come back.</summary>
    public ReturnedLayer Returned { get; } = new();

    /// <summary>Null until a packet came with a dependency descriptor that is used for its format.</summary>
    public DependencyReader? Dependencies { get; set; }

    /// <summary>Highest extended sequence number received; retransmitted ones are placed next to it.</summary>
    public long NewestSequence { get; set; } = -1;

    public Instant LastPacketAt { get; set; }

    public long SequenceOf(ushort original) => NewestSequence + (short)(original - (ushort)NewestSequence);

    public void CountLayers(Instant now, in PacketFacts facts, int length)
    {
        var spatial = Rates.SpatialCount;
        if (facts.SpatialLayers > 0)
            Rates.OnStructure(facts.SpatialLayers);
        Rates.Add(now, facts.Svc.Spatial, facts.TemporalLayer, length, facts.Svc.Is(SvcFlags.UnusedAbove));
        if (Rates.SpatialCount > spatial)
            RoomRouter.OnReturned(now, this);
    }

    public bool IsActive(Instant now) => LastPacketAt.PlusMilliseconds(SilentAfterMs) >= now;
}
