using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Quality;

/// <summary>Writes down what is known about one participant's media; only when somebody asks.</summary>
internal sealed class StatisticsSheet
{
    private readonly ImmutableArray<LineStatistics>.Builder _lines = ImmutableArray.CreateBuilder<LineStatistics>();
    private readonly ImmutableArray<QualityItem>.Builder _scores = ImmutableArray.CreateBuilder<QualityItem>();

    /// <summary>Tracks the participant is shown that are published on another shard.</summary>
    public HashSet<string> Elsewhere { get; } = new(StringComparer.Ordinal);

    public PeerStatistics Complete() => new(_lines.ToImmutable(), _scores.ToImmutable());

    public StatisticsSheet AddAll(Instant now, Peer peer)
    {
        _scores.Add(UpOf(peer));
        _scores.Add(new QualityItem(peer.Id, FlowDirection.Transmit, peer.Quality.Down.Score, peer.Quality.Down.Cause));
        foreach (var track in peer.Tracks)
            _lines.Add(Published(now, track));
        var seen = new HashSet<Track>();
        foreach (var slot in peer.AudioSlots.Concat(peer.VideoSlots))
        {
            if (slot.Track is not { IsStarted: true } track)
                continue;
            _lines.Add(Shown(now, slot, track));
            if (track.Relayed is not null)
                Elsewhere.Add(track.Id);
            else
                seen.Add(track);
        }

        AddPublished(now, seen);
        return this;
    }

    /// <summary>On the other shard's thread, while the first one has nothing to do with the sheet any more.</summary>
    public StatisticsSheet AddElsewhere(Instant now, RoomRouter router)
    {
        AddPublished(now, router.Tracks.Where(track => track.Relayed is null && Elsewhere.Contains(track.Id)));
        return this;
    }

    private void AddPublished(Instant now, IEnumerable<Track> tracks)
    {
        foreach (var track in tracks)
        {
            _lines.Add(Published(now, track));
            if (_scores.All(item => item.PeerId != track.Owner.Id))
                _scores.Add(UpOf(track.Owner));
        }
    }

    private static QualityItem UpOf(Peer peer) => new(peer.Id, FlowDirection.Receive, peer.Quality.Up.Score, peer.Quality.Up.Cause);

    private static LineStatistics Published(Instant now, Track track)
    {
        double expected = 0, lost = 0, jitter = 0;
        long bitrate = 0, repaired = 0, redundant = 0;
        int? top = null;
        foreach (var stream in track.Layers)
        {
            if (stream is null)
                continue;
            (expected, lost) = (expected + stream.Loss.Expected, lost + stream.Loss.Lost);
            (repaired, redundant) = (repaired + stream.Repairs, redundant + stream.Redundant);
            if (!stream.IsActive(now))
                continue;
            jitter = Math.Max(jitter, stream.Reception.Jitter * 1000.0 / stream.ClockRate);
            bitrate += stream.Bitrate.BitsPerSecond(now);
            top = stream.Layer;
        }

        return new LineStatistics(
            track.Owner.Id, FlowDirection.Receive, track.Kind, track.Source, track.Id, track.Mid,
            expected <= 0 ? 0 : Math.Round(100 * lost / expected, 1), Math.Round(jitter, 1), RoundTrip(track.Owner), bitrate,
            top, track.Layers.Length, 0, repaired, redundant);
    }

    private static LineStatistics Shown(Instant now, Slot slot, Track track)
    {
        var flows = slot.Source is { } source && source.IsActive(now) && !slot.AllocatorPaused ? source : null;
        var clock = slot.Kind == TrackKind.Audio ? 48.0 : 90.0;
        return new LineStatistics(
            track.Owner.Id, FlowDirection.Transmit, slot.Kind, track.Source, track.Id, slot.Mid,
            Math.Round(slot.Loss.Percent, 1), Math.Round(slot.Remote.Jitter / clock, 1), RoundTrip(slot.Viewer),
            flows is null ? 0 : (long)track.BitrateOf(PointOf(slot, flows), now),
            flows?.Layer, track.Layers.Length, slot.Viewer.Quality.Client.AllFreezesOf(slot), slot.RtxSequence - slot.FirstRtxSequence, slot.RedundantSent);
    }

    private static LayerPoint PointOf(Slot slot, IngressStream flows) =>
        new((byte)flows.Layer, flows.Layer == slot.Cap.Spatial ? slot.Cap.Temporal : byte.MaxValue);

    private static double? RoundTrip(Peer peer) =>
        peer.RoundTrip.IsKnown ? Math.Round(peer.RoundTrip.SmoothedMicroseconds / 1_000, 1) : null;
}
