using System.Collections.Immutable;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>Adds up the shards' counters and describes a room's media.</summary>
internal static class StatisticsReader
{
    public static MediaEngineStatistics Read(IReadOnlyList<MediaShard> shards, int rooms)
    {
        var dropped = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var reason in Enum.GetValues<DropReason>())
            if (reason != DropReason.None && shards.Sum(shard => shard.Counters.Dropped(reason)) is > 0 and var count)
                dropped.Add(reason.ToString(), count);
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
            dropped.ToImmutable())
        {
            PacketsRelayed = shards.Sum(shard => Volatile.Read(ref shard.Counters.PacketsRelayed)),
            Data = new DataStatistics(
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataMessagesReceived)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataMessagesSent)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataBytesReceived)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataBytesSent)),
                shards.Sum(shard => Volatile.Read(ref shard.Counters.DataReadersClosed))),
        };
    }

    public static RoomMediaInventory Describe(RoomRouter room, int shard) =>
        new(room.Name, room.Epoch, shard, [.. room.Peers.Select(Describe)]);

    private static PeerInventory Describe(Peer peer) => new(
        peer.Id,
        peer.Transport.State.ToString(),
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
