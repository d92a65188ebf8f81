using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Relays;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>A published source: one microphone, camera or screen, in one or more layers. Owned by its publisher's peer.</summary>
internal sealed class Track
{
    private const int ReturnsWithinMs = 3_000;

    private Slot[] _sinks = [];
    private volatile bool _isMuted;

    public Track(string id, Peer owner, string mid, TrackKind kind, TrackSource source)
    {
        Id = id;
        Owner = owner;
        Mid = mid;
        Kind = kind;
        Source = source;
    }

    public string Id { get; }

    public Peer Owner { get; }

    /// <summary>The publisher's section that carries it.</summary>
    public string Mid { get; set; }

    public TrackKind Kind { get; }

    public TrackSource Source { get; set; }

    /// <summary>Written by the shard; the thread of a <see cref="Local.LocalEndpoint"/> reads it too.</summary>
    public bool Muted
    {
        get => _isMuted;
        set => _isMuted = value;
    }

    /// <summary>What the publisher was told it may send, bits per second.</summary>
    public int MaxBitrateBps { get; set; }

    /// <summary>What the publisher was told of how much is watched; in place, hence a field.</summary>
    public Assignment.HintState Hint = Assignment.PublishHints.Initial;

    /// <summary>Restriction ids in rising order of quality; empty when there is a single layer.</summary>
    public string[] Rids { get; set; } = [];

    /// <summary>The layers' streams in the order of <see cref="Rids"/> (one entry without them); null until their first packet.</summary>
    public IngressStream?[] Layers { get; set; } = new IngressStream?[1];

    /// <summary>The format of the newest packet; null until media arrives.</summary>
    public CodecEntry? Codec { get; set; }

    /// <summary>Others have been told of it.</summary>
    public bool IsStarted => Codec is not null;

    /// <summary>Number in the room's speaker ranking; -1 for video.</summary>
    public int SpeakerIndex { get; set; } = -1;

    /// <summary>The room has it: false once it is unpublished.</summary>
    public bool IsPublished { get; set; }

    /// <summary>Order of publication in the room.</summary>
    public long Order { get; set; }

    /// <summary>Its ways to other shards; null where the room lives on one.</summary>
    public TrackRelay? Relay { get; set; }

    /// <summary>Where it comes from when its publisher lives on another shard.</summary>
    public RelayedTrack? Relayed { get; set; }

    public ReadOnlySpan<Slot> Sinks => _sinks.AsSpan(0, SinkCount);

    public int SinkCount { get; private set; }

    public void AddSink(Slot slot)
    {
        if (SinkCount == _sinks.Length)
            Array.Resize(ref _sinks, Math.Max(4, _sinks.Length * 2));
        slot.SinkIndex = SinkCount;
        _sinks[SinkCount++] = slot;
    }

    /// <summary>The last sink takes the place of the removed one: order among sinks means nothing.</summary>
    public void RemoveSink(Slot slot)
    {
        var last = _sinks[--SinkCount];
        _sinks[slot.SinkIndex] = last;
        last.SinkIndex = slot.SinkIndex;
        _sinks[SinkCount] = null!;
        slot.SinkIndex = -1;
    }

    /// <summary>Encodings that have come; each is a stream of its own.</summary>
    public int Encodings { get; private set; }

    /// <summary>Sizes the source can be had in: its encodings, or the spatial layers of its only one.</summary>
    public int SpatialLayers => Layered?.Rates.SpatialCount ?? Layers.Length;

    public void AddLayer(IngressStream stream)
    {
        Encodings += Layers[stream.Layer] is null ? 1 : 0;
        Layers[stream.Layer] = stream;
    }

    /// <summary>How many temporal layers a size has been seen to have; 1 when its packets do not tell.</summary>
    public int TemporalLayers(byte spatial) => StreamOf(spatial)?.Rates.Count ?? 1;

    /// <summary>Bits per second of a quality over the last second; 0 while it has no media.</summary>
    public double BitrateOf(LayerPoint point, Protocols.Instant now)
    {
        if (StreamOf(point.Spatial) is not { } stream || !stream.IsActive(now))
            return 0;
        var spatial = stream.Rates.SpatialCount - 1;
        if (Encodings == 1 && point.Spatial < spatial)
            return stream.Rates.BitsPerSecond(now, point.Spatial, point.Temporal);
        if (stream.Returned.IsUnmeasured(now) && point.Temporal < stream.Rates.Count - 1)
            return 0;
        if (point.Temporal < stream.Rates.Count - 1)
            return stream.Rates.BitsPerSecond(now, spatial, point.Temporal);
        if (stream.Rates.LeavesOut)
            return stream.Returned.Expect(now, spatial, stream.Rates.BitsPerSecond(now, spatial, point.Temporal));
        return stream.Returned.Expect(now, Encodings == 1 ? spatial : stream.Layer, stream.Bitrate.BitsPerSecond(now));
    }

    /// <summary>Bits per second that a size will cost which the publisher was asked for lately and does not send yet; else 0.</summary>
    public double Expected(int size, Protocols.Instant now)
    {
        if (now >= Hint.ToldAt.PlusMilliseconds(ReturnsWithinMs) || Hint.ToldAt == default || FirstKnownLayer() is not { } known)
            return 0;
        if (Layers.Length == 1)
            return size < known.Rates.SpatialCount || size >= LayerRates.MostSpatial ? 0 : known.Returned.Seen(size);
        var stream = Layers[Math.Min(size, Layers.Length - 1)];
        return stream is not null && stream.IsActive(now) ? 0 : (stream ?? known).Returned.Usual(Math.Min(size, Layers.Length - 1));
    }

    /// <summary>The only encoding, where it has several spatial layers within.</summary>
    public IngressStream? Layered => Encodings == 1 && FirstKnownLayer() is { Rates.SpatialCount: > 1 } only ? only : null;

    private IngressStream? StreamOf(byte spatial) => Layered ?? (spatial < Layers.Length ? Layers[spatial] : null);

    /// <summary>The best layer that has media now and is not above <paramref name="wanted"/>; else the lowest that has any.</summary>
    public IngressStream? BestLayer(int wanted, Protocols.Instant now)
    {
        IngressStream? fallback = null;
        for (var i = Layers.Length - 1; i >= 0; i--)
        {
            if (Layers[i] is not { } stream || !stream.IsActive(now))
                continue;
            if (i <= wanted)
                return stream;
            fallback = stream;
        }

        return fallback ?? FirstKnownLayer();
    }

    private IngressStream? FirstKnownLayer()
    {
        foreach (var layer in Layers)
            if (layer is not null)
                return layer;
        return null;
    }
}
