using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>Adds up the shards' counters and describes a room's media.</summary>
internal static class StatisticsReader
{
    public static MediaEngineStatistics Read(IReadOnlyList<MediaShard> shards, int rooms)
    {
        return new MediaEngineStatistics(
            shards.Count,
            rooms,
            shards.Sum(shard => shard.PeerCount),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.Tracks)),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.PacketsReceived)),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.PacketsForwarded)),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.BytesReceived)),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.BytesSent)),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.PacketsRetransmitted)),
            shards.Sum(shard => Volatile.Read(ref shard.Counters.KeyframeRequests)),
            Dropped(shards))
        {
            SilentFor = MonotonicClock.Now - new Instant(shards.Min(shard => Volatile.Read(ref shard.Counters.TurnedAt))),
            SamplesMissed = shards.Sum(shard => shard.Counters.Samples.Missed),
            KeyframesRefused = shards.Sum(shard => Volatile.Read(ref shard.Counters.KeyframesRefused)),
            KeyframesMerged = shards.Sum(shard => Volatile.Read(ref shard.Counters.KeyframesMerged)),
            PacketsRelayed = shards.Sum(shard => Volatile.Read(ref shard.Counters.PacketsRelayed)),
            Data = new DataStatistics(
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataMessagesReceived)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataMessagesSent)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataBytesReceived)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataBytesSent)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataReadersClosed))),
            Traffic = [.. from direction in Enum.GetValues<FlowDirection>() from kind in Enum.GetValues<TrackKind>() select Traffic(shards, direction, kind)],
            Connections = Connections(shards),
            KeyframeRequestsByReason = Enum.GetValues<KeyframeReason>().ToImmutableSortedDictionary(
                reason => reason.ToString(), reason => shards.Sum(shard => Volatile.Read(ref shard.Counters.KeyframesAsked[(int)reason])), StringComparer.Ordinal),
            PacketsAskedFor = shards.Sum(shard => Volatile.Read(ref shard.Counters.PacketsAskedFor)),
        };
    }

    private static ImmutableArray<DropStatistics> Dropped(IReadOnlyList<MediaShard> shards) =>
    [
        .. from reason in Enum.GetValues<DropReason>()
           where reason != DropReason.None
           from direction in Enum.GetValues<FlowDirection>()
           from kind in Enum.GetValues<DropKind>()
           let count = shards.Sum(shard => shard.Counters.Dropped(reason, direction, kind))
           where count > 0
           select new DropStatistics(reason.ToString(), direction, NameOf(kind), count),
    ];

    private static string NameOf(DropKind kind) => kind switch
    {
        DropKind.Audio => "audio",
        DropKind.Video => "video",
        DropKind.Transport => "transport",
        _ => "unknown",
    };

    private static TrafficStatistics Traffic(IReadOnlyList<MediaShard> shards, FlowDirection direction, TrackKind kind) => new(
        direction, kind,
        shards.Sum(shard => Volatile.Read(ref shard.Counters.Traffic[direction, kind].Packets)),
        shards.Sum(shard => Volatile.Read(ref shard.Counters.Traffic[direction, kind].Octets)),
        shards.Sum(shard => Volatile.Read(ref shard.Counters.Traffic[direction, kind].Lost)),
        shards.Sum(shard => Volatile.Read(ref shard.Counters.Traffic[direction, kind].Repaired)),
        shards.Sum(shard => Volatile.Read(ref shard.Counters.Traffic[direction, kind].Redundant)));

    private static ImmutableArray<ConnectionStatistics> Connections(IReadOnlyList<MediaShard> shards)
    {
        var all = new List<ConnectionStatistics>();
        foreach (var shard in shards)
            shard.Counters.Connections.Read(all);
        return [.. all.GroupBy(entry => (entry.Transport, entry.CandidateType, entry.Outcome))
            .Select(group => new ConnectionStatistics(group.Key.Transport, group.Key.CandidateType, group.Key.Outcome, group.Sum(entry => entry.Count)))];
    }

    public static RoomMediaInventory Describe(RoomRouter room, int shard) =>
        new(room.Name, room.Epoch, shard, [.. room.Peers.Select(Describe)]);

    private static PeerInventory Describe(Peer peer) => new(
        peer.Id,
        peer.Voice is null ? peer.Transport.State.ToString() : nameof(TransportState.Connected),
        peer.Transport.TryGetSendPath(out var path) ? path.Remote.ToString() : null,
        [.. peer.Tracks.Select(Describe)]);

    public static PublishedTrack Describe(Track track) => new(
        track.Mid, track.Id, track.Kind, track.Source, track.Codec?.Name ?? "", track.MaxBitrateBps,
        [.. track.Rids.Select((rid, index) => Layer(track, rid, index))]);

    private static PublishedLayer Layer(Track track, string rid, int index)
    {
        var scale = Math.Pow(2, track.Rids.Length - 1 - index);
        return new PublishedLayer(rid, (int)(track.MaxBitrateBps / (scale * scale)), scale);
    }
}
