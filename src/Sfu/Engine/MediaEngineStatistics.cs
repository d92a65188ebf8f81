using System.Collections.Immutable;

namespace Sylk.Conference.Sfu;

/// <summary>Totals since start unless named otherwise.</summary>
public sealed record MediaEngineStatistics(
    int Shards, int Rooms, int Peers, int Tracks,
    long PacketsReceived, long PacketsForwarded, long BytesReceived, long BytesSent,
    long PacketsRetransmitted, long KeyframeRequests,
    ImmutableArray<DropStatistics> Dropped)
{
    /// <summary>Measurements nobody fetched in time: histograms know less than there was.</summary>
    public long SamplesMissed { get; init; }

    /// <summary>Receivers' wishes for a keyframe that their limit (reliability L7) turned down.</summary>
    public long KeyframesRefused { get; init; }

    /// <summary>Receivers' wishes for a keyframe that was under way already.</summary>
    public long KeyframesMerged { get; init; }

    public DataStatistics Data { get; init; }

    /// <summary>
    /// How long ago the shard that is furthest behind last came round its loop. A healthy one does so at least five times a second.
    /// </summary>
    public TimeSpan SilentFor { get; init; }

    /// <summary>Packets handed from one shard of a room to another.</summary>
    public long PacketsRelayed { get; init; }

    /// <summary>Media by direction and kind; at most a second old.</summary>
    public ImmutableArray<TrafficStatistics> Traffic { get; init; } = [];

    /// <summary>What became of media connections.</summary>
    public ImmutableArray<ConnectionStatistics> Connections { get; init; } = [];

    /// <summary>Requests sent to publishers, by what asked last.</summary>
    public ImmutableSortedDictionary<string, long> KeyframeRequestsByReason { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Of <see cref="PacketsRetransmitted"/>, those a receiver asked for (NACK); the rest were sent again unasked.</summary>
    public long PacketsAskedFor { get; init; }
}

/// <summary>Messages of data channels and their bytes, and readers closed because they were too slow for what may not be lost.</summary>
public readonly record struct DataStatistics(
    long MessagesReceived, long MessagesSent, long BytesReceived, long BytesSent, long ReadersClosed);

/// <param name="Reason">The step that let the packet go no further.</param>
/// <param name="Direction">On its way in, or towards a receiver.</param>
/// <param name="Kind"><c>audio</c>, <c>video</c>, <c>transport</c> (STUN, DTLS, RTCP, data), or <c>unknown</c>: RTP refused before its stream was known.</param>
public readonly record struct DropStatistics(string Reason, FlowDirection Direction, string Kind, long Count);

/// <param name="Octets">Payload only, without headers.</param>
/// <param name="Lost">Not received by us, or by the receivers' own reports not by them.</param>
/// <param name="Repaired">Received by retransmission; 0 for what is sent.</param>
/// <param name="Redundant">Packets with earlier sound in them (RED).</param>
public readonly record struct TrafficStatistics(
    FlowDirection Direction, TrackKind Kind, long Packets, long Octets, long Lost, long Repaired, long Redundant);

/// <param name="Transport"><c>udp</c>, <c>tcp</c>, or empty when none ever worked.</param>
/// <param name="CandidateType">Of the client's end: <c>host</c>, <c>srflx</c>, <c>prflx</c> (it named no such address), <c>relay</c>; empty like the transport.</param>
/// <param name="Outcome"><c>connected</c>, <c>lost</c> after it was connected, or <c>failed</c> to be.</param>
public readonly record struct ConnectionStatistics(string Transport, string CandidateType, string Outcome, long Count);
