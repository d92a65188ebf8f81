using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Assignment;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>
/// One track's way to one other shard: each packet of a layer that somebody there watches crosses once; of the other layers
/// only a beat, so that the other shard knows what there would be to watch.
/// </summary>
internal sealed class Crossing
{
    /// <summary>Well within the time after which a layer counts as stopped.</summary>
    private const int VideoBeatMs = 200;

    /// <summary>A voice that nobody there hears yet must be able to get a listener's place soon.</summary>
    private const int AudioBeatMs = 100;

    private const int BeatRates = 4;
    private static readonly Instant LongAgo = new(long.MinValue / 2);

    private readonly Track _track;
    private readonly RelayLink _link;
    private readonly ShardCounters _counters;
    private readonly CodecEntry?[] _told = new CodecEntry?[128];
    private readonly Instant[] _beatAt;
    private readonly uint[] _beatOctets;
    private long _skippedThrough = -1;
    private bool _talkspurt;

    public Crossing(Track track, RelayLink link, ShardCounters counters)
    {
        _track = track;
        _link = link;
        _counters = counters;
        Id = link.NextId();
        _beatAt = new Instant[track.Layers.Length];
        _beatOctets = new uint[track.Layers.Length * BeatRates];
        Array.Fill(_beatAt, LongAgo);
    }

    public uint Id { get; }

    public Track Track => _track;

    public RelayLink Link => _link;

    /// <summary>Layers watched there: bit i is layer i.</summary>
    public uint Wanted { get; set; }

    /// <summary>The largest size wanted there; <see cref="PublishHints.Nobody"/> for none.</summary>
    public int WantedSize { get; set; } = PublishHints.Nobody;

    public void Send(Instant now, IngressStream stream, in PacketFacts facts, in StoredPacket stored)
    {
        if ((Wanted & (1u << stream.Layer)) == 0)
        {
            Beat(now, stream, facts);
            return;
        }

        if (_told[facts.PayloadType] != facts.Codec)
        {
            _told[facts.PayloadType] = facts.Codec;
            _link.Post(new FormatTold(Id, facts.PayloadType, facts.Codec));
        }

        if (!_link.TryWrite(RecordOf(now, stream, facts, stored), stored.Payload, stored.Descriptor))
        {
            _counters.Drop(DropReason.RelayFull, FlowDirection.Receive, (DropKind)stream.Track.Kind);
            return;
        }

        _counters.PacketsRelayed++;
        _skippedThrough = -1;
        _talkspurt = false;
    }

    /// <summary>A number was left out on purpose: no hole is to show on the other side either.</summary>
    public void Skip(IngressStream stream, long sequence)
    {
        if (_track.Kind == TrackKind.Audio)
        {
            _skippedThrough = Math.Max(_skippedThrough, sequence); // told with the next packet that crosses
            return;
        }

        if ((Wanted & (1u << stream.Layer)) != 0)
            _link.TryWrite(new RelayRecord { Kind = RelayKind.Skip, Track = Id, Layer = (byte)stream.Layer, Sequence = sequence }, default);
    }

    public void MarkTalkspurt() => _talkspurt = true;

    /// <summary>Asks the room's home whether the track is among the loudest.</summary>
    public void Ask(byte level) =>
        _link.TryWrite(new RelayRecord { Kind = RelayKind.Level, Track = Id, AudioLevel = level }, default);

    public void ForgetBeats(int layer) => _beatAt[layer] = LongAgo;

    private RelayRecord RecordOf(Instant now, IngressStream stream, in PacketFacts facts, in StoredPacket stored) => new()
    {
        Kind = RelayKind.Packet,
        Flags = (facts.Marker ? RelayFlags.Marker : 0) | (facts.VoiceActivity ? RelayFlags.Voice : 0)
            | (stream.HasAudioLevel ? RelayFlags.HasLevel : 0) | (_talkspurt ? RelayFlags.Talkspurt : 0)
            | (stored.Descriptor.IsEmpty ? 0 : RelayFlags.Described),
        Layer = (byte)stream.Layer,
        PayloadType = facts.PayloadType,
        PayloadLength = (ushort)(stored.Payload.Length + stored.Descriptor.Length),
        AudioLevel = stored.Descriptor.IsEmpty ? facts.AudioLevel : (byte)stored.Descriptor.Length,
        Orientation = stream.Orientation,
        Track = Id,
        Timestamp = facts.Timestamp,
        Sequence = facts.Sequence,
        SkippedThrough = _skippedThrough,
        Arrival = now.Nanoseconds,
    };

    private void Beat(Instant now, IngressStream stream, in PacketFacts facts)
    {
        var layer = stream.Layer;
        var octets = _beatOctets.AsSpan(layer * BeatRates, BeatRates);
        octets[Math.Min((int)facts.TemporalLayer, BeatRates - 1)] += facts.PayloadLength;
        if (now < _beatAt[layer].PlusMilliseconds(_track.Kind == TrackKind.Audio ? AudioBeatMs : VideoBeatMs))
            return;
        var record = new RelayRecord
        {
            Kind = RelayKind.Beat,
            Layer = (byte)layer,
            Track = Id,
            PayloadLength = BeatRates * sizeof(uint),
        };
        if (!_link.TryWrite(record, MemoryMarshal.AsBytes(octets)))
            return;
        _beatAt[layer] = now;
        octets.Clear();
    }
}
