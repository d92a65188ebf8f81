using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
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
    private const int ReportMs = 1_000;

    /// <summary>Microseconds. What jumps by less the receivers' side follows by itself.</summary>
    private const long MostAstray = 20_000_000;

    private readonly CodecEntry _codec;
    private IngressStream? _stream;
    private long _sequence;
    private uint _timestamp;

    /// <summary>Of the newest packet, microseconds: by its timestamp, counted from the first one's arrival.</summary>
    private long _mediaTime;
    private Instant _reportAt;

    public VoiceSource(LocalEndpoint endpoint, int number, Track track, CodecEntry codec)
    {
        (Endpoint, Number, Track, _codec) = (endpoint, number, track, codec);
        track.Owner.PayloadTypes[PayloadType] = new PayloadBinding(codec, 0);
    }

    public LocalEndpoint Endpoint { get; }

    /// <summary>Names it on its endpoint.</summary>
    public int Number { get; }

    public Track Track { get; }

    /// <summary>The room has removed the peer.</summary>
    public void Close() => Endpoint.Forget(this);

    public DropReason OnPacket(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        var stream = _stream ??= Begin(now, record.Timestamp);
        FollowClock(now, stream, record.Timestamp);
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
        _timestamp = timestamp;
        _mediaTime = now.Microseconds;
        room.OnStream(now, Track, stream, _codec);
        return stream;
    }

    /// <summary>
    /// Receivers' sender reports need to know how the voice's timestamps run. Its own clock is taken as that of a sender who reports
    /// once a second: what the handing over takes is then found as with a page, and a timestamp that jumps begins anew.
    /// </summary>
    private void FollowClock(Instant now, IngressStream stream, uint timestamp)
    {
        _mediaTime += (int)(timestamp - _timestamp) * 1_000L / (ClockRate / 1_000);
        _timestamp = timestamp;
        if (now < _reportAt)
            return;
        _reportAt = now.PlusMilliseconds(ReportMs);
        if (Math.Abs(now.Microseconds - _mediaTime) > MostAstray)
            _mediaTime = now.Microseconds;
        var ntp = NtpTime.FromUnixMicroseconds(_mediaTime);
        stream.Clock.OnSenderReport(now, ntp, timestamp);
        RoomRelays.OnSenderReport(now, stream, ntp, timestamp);
    }
}
