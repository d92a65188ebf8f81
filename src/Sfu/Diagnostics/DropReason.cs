using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Diagnostics;

/// <summary>Why a packet went no further. Every refusal on the media path names one; each is a counter.</summary>
internal enum DropReason : byte
{
    None,
    NotAPacket,
    UnknownAddress,
    UnknownUfrag,
    StunRefused,
    DtlsBeforeIce,
    DtlsRefused,
    BeforeDtls,
    AddressRateCap,
    RtpMalformed,
    SrtpRefused,
    SrtpReplayed,
    SrtcpRefused,
    InboundQuota,
    RtcpQuota,
    RtcpMalformed,
    SsrcUnmatched,
    PayloadTypeUnknown,
    StreamLimit,
    RtxMalformed,
    Duplicate,
    PaddingOnly,
    TrackMuted,
    Silence,
    NotLoudest,
    NobodyWatches,
    LayerNotWanted,
    PausedForBandwidth,
    BeforeKeyframe,
    RewriteTooLate,
    CodecNotNegotiated,
    HistoryOverwritten,
    SendQueueFull,
    PacerQueueFull,
    NotConnected,
    ResendRefused,
    NackServiceBudget,
    HandshakeLimit,
    DataRefused,
    DataSlowReader,

    /// <summary>A dependency descriptor that cannot be read, or its structure has not come.</summary>
    LayersUnknown,

    /// <summary>Another shard of the room is too far behind to take the packet.</summary>
    RelayFull,

    /// <summary>A ring between a room and a voice of this process is full: its reader is too far behind.</summary>
    LocalRingFull,
}

/// <summary>What kind of packet was dropped.</summary>
internal enum DropKind : byte
{
    Audio = TrackKind.Audio,
    Video = TrackKind.Video,

    /// <summary>STUN, DTLS, RTCP, data, or nothing we know.</summary>
    Transport,

    /// <summary>RTP refused before it was known whose it is.</summary>
    Unknown,
}

/// <summary>One shard's counters. Written by its thread only; read by anyone (a torn or late read is harmless).</summary>
internal sealed class ShardCounters
{
    private const int DropKinds = 4;
    private const int DropsPerReason = 2 * DropKinds;

    private readonly long[] _drops = new long[Enum.GetValues<DropReason>().Length * DropsPerReason];

    public long PacketsReceived;
    public long BytesReceived;
    public long PacketsForwarded;
    public long BytesSent;
    public long PacketsRetransmitted;
    public long KeyframeRequests;

    /// <summary>Packets handed to another shard of their room.</summary>
    public long PacketsRelayed;

    /// <summary>Tracks looked at to decide which of them a viewer's slot carries.</summary>
    public long AssignmentSteps;

    /// <summary>Packets of nothing but padding, sent to learn what a link carries.</summary>
    public long ProbePackets;

    /// <summary>Of <see cref="PacketsRetransmitted"/>, those a receiver asked for.</summary>
    public long PacketsAskedFor;
    public long HandshakesCompleted;
    public long HandshakesFailed;
    public long Runs;
    public long TurnFailures;

    /// <summary>When the loop last came round, in nanoseconds of the monotonic clock.</summary>
    public long TurnedAt;

    public long DataMessagesReceived;
    public long DataMessagesSent;
    public long DataBytesReceived;
    public long DataBytesSent;

    /// <summary>Data channels closed because their reader did not take what may not be lost.</summary>
    public long DataReadersClosed;

    /// <summary>Tracks published now.</summary>
    public int Tracks;

    public TrafficTotals Traffic { get; } = new();

    public ConnectionCounts Connections { get; } = new();

    public SampleRing Samples { get; } = new();

    public long[] KeyframesAsked { get; } = new long[Enum.GetValues<KeyframeReason>().Length];

    /// <summary>Requests for a keyframe that came to nothing, by why.</summary>
    public long KeyframesRefused;
    public long KeyframesMerged;

    /// <summary>Towards a receiver (<see cref="FlowDirection.Transmit"/>), or on the way in from whoever sent it.</summary>
    public void Drop(DropReason reason, FlowDirection direction = FlowDirection.Receive, DropKind kind = DropKind.Unknown) =>
        _drops[Place(reason, direction, kind)]++;

    public long Dropped(DropReason reason, FlowDirection direction, DropKind kind) => Volatile.Read(ref _drops[Place(reason, direction, kind)]);

    public long Dropped(DropReason reason)
    {
        var all = 0L;
        for (var i = 0; i < DropsPerReason; i++)
            all += Volatile.Read(ref _drops[((int)reason * DropsPerReason) + i]);
        return all;
    }

    private static int Place(DropReason reason, FlowDirection direction, DropKind kind) =>
        ((int)reason * DropsPerReason) + ((int)direction * DropKinds) + (int)kind;
}
