using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// A voice that code of this process speaks with: the shard's side of it. To the room's router its track is one like any other; its
/// packets come without a network, so there is nothing to authenticate and nothing to be repaired.
/// </summary>
internal sealed class VoiceSource
{
    /// <summary>Our own choice: receivers get the number they negotiated.</summary>
    public const byte PayloadType = 111;

    /// <summary>Louder than this, in -dBov, is speech: the level at which a phone's gate opens.</summary>
    private const byte QuietestSpeech = 60;
    private const int ClockRate = 48_000;
    private const int PacketOverhead = 20;

    private readonly CodecEntry _codec;
    private readonly MediaTimeline _timeline = new(ClockRate);
    private IngressStream? _stream;
    private long _sequence;

    public VoiceSource(LocalEndpoint endpoint, int number, Track track, CodecEntry codec)
    {
        (Endpoint, Number, Track, _codec) = (endpoint, number, track, codec);
        track.Owner.PayloadTypes[PayloadType] = new PayloadBinding(codec, 0);
    }

    public LocalEndpoint Endpoint { get; }

    /// <summary>Names it on its endpoint.</summary>
    public int Number { get; }

    public Track Track { get; }

    /// <summary>Its sound goes in a mix; only how loud it is comes by itself.</summary>
    public bool IsInMix { get; private set; }

    /// <summary>Camera and picture of the same participant; null for nearly everybody.</summary>
    public VideoEndpoint? Video { get; set; }

    /// <summary>The room has removed the peer.</summary>
    public void Close()
    {
        Endpoint.Forget(this);
        Video?.Close();
    }

    /// <summary>Somebody speaks whose sound goes another way.</summary>
    public void OnLevel(Instant now, in RelayRecord record)
    {
        IsInMix = true;
        var stream = _stream ??= Begin(now, record.Timestamp);
        stream.LastPacketAt = now;
        Track.Owner.Room.OnLevel(now, Track, record.AudioLevel);
    }

    public DropReason OnPacket(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        IsInMix = false;
        var stream = _stream ??= Begin(now, record.Timestamp);
        _timeline.Follow(now, stream, record.Timestamp);
        stream.NewestSequence = ++_sequence;
        stream.LastPacketAt = now;
        stream.Bitrate.Add(now, payload.Length + PacketOverhead);
        stream.Packets++;
        stream.Octets += (uint)payload.Length;
        var facts = new PacketFacts
        {
            Sequence = _sequence,
            Timestamp = record.Timestamp,
            Marker = (record.Flags & RelayFlags.Marker) != 0,
            PayloadType = PayloadType,
            Arrival = now,
            AudioLevel = record.AudioLevel,
            VoiceActivity = record.AudioLevel <= QuietestSpeech,
            Codec = _codec,
        };
        return StreamIntake.Accept(now, Track.Owner.Room, stream, payload, ref facts, isRepair: false);
    }

    private IngressStream Begin(Instant now, uint timestamp)
    {
        var room = Track.Owner.Room;
        var stream = new IngressStream(Track, 0, 0, ClockRate, answersNack: false)
        {
            Number = room.NextStreamNumber(),
            HasAudioLevel = true,
            LastPacketAt = now,
        };
        Track.AddLayer(stream);
        _timeline.Begin(now, timestamp);
        room.OnStream(now, Track, stream, _codec);
        return stream;
    }
}
