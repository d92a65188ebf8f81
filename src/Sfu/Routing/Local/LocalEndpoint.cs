using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// Code of this process that speaks in a room and hears it, without a connection. Two rings lie between its thread and the shard's,
/// one each way; orders come by the shard's mailbox. What is marked "shard" belongs to the shard's thread alone.
/// </summary>
internal sealed class LocalEndpoint : ILocalAudio, ILocalEnd, IDeadline
{
    /// <summary>Memory of each ring: some 2,000 packets of speech, the voices of 200 phones for 0.2 s.</summary>
    public const int RingBytes = 256 * 1024;

    /// <summary>RFC 6716 section 3.2.1: one frame of Opus has at most 1,275 octets.</summary>
    private const int MostSent = 1_275;

    private const int LookAfterMs = 1_000;

    private readonly MediaShard _shard;
    private readonly RoomRouter _room;
    private readonly CodecEntry _opus;
    private readonly RingInlet _toRoom;
    private readonly RelayRing _fromRoom;
    private readonly HeardVoices _heard;
    private readonly Action _wake;

    /// <summary>By number, which is never given twice; written by the shard, read by both. The first place is nobody's.</summary>
    private VoiceSource?[] _voices = new VoiceSource?[8];
    private int _voiceCount = 1;

    private volatile bool _isClosed;
    private volatile bool _isHeard = true;
    private Instant _lookAfterAt = Instant.Never;

    /// <param name="ringBytes">Of each ring, a power of two.</param>
    public LocalEndpoint(MediaShard shard, RoomRouter room, int ringBytes = RingBytes)
    {
        (_shard, _room) = (shard, room);
        _opus = shard.Setup.Codecs.Find(UsualCodecs.Opus) ?? throw new InvalidOperationException("The registry of formats has no place for Opus.");
        _fromRoom = new RelayRing(ringBytes);
        _heard = new HeardVoices(_fromRoom, shard.Counters);
        _wake = shard.Wake;
        _toRoom = new RingInlet(ringBytes, _wake, shard.Counters, DropKind.Audio);
    }

    public bool IsClosed => _isClosed;

    public bool IsHeard => _isHeard;

    public Instant QueuedFor { get; set; } = Instant.Never;

    /// <summary>Shard.</summary>
    public Instant NextDeadline => _isClosed ? Instant.Never : Instant.Earlier(_toRoom.LookAt, _lookAfterAt);

    public ValueTask<LocalVoice> PublishAsync(string peerId, string trackId, bool muted) =>
        new(_shard.Ask(_ => Publish(peerId, trackId, TrackSource.Microphone, muted)));

    public ValueTask<LocalVoice> PublishMixAsync(string trackId) =>
        new(_shard.Ask(_ => Publish(trackId, trackId, TrackSource.Mix, muted: false)));

    public ValueTask UnpublishAsync(int voice) => new(_shard.Ask(now => Unpublish(now, voice)));

    public bool TrySend(int voice, ReadOnlySpan<byte> payload, uint timestamp, byte level, bool marker)
    {
        if (_isClosed || payload.IsEmpty || payload.Length > MostSent || Find(voice) is null)
            return false;
        var record = new RelayRecord
        {
            Kind = RelayKind.Packet,
            Flags = marker ? RelayFlags.Marker : RelayFlags.None,
            PayloadLength = (ushort)payload.Length,
            AudioLevel = Math.Min(level, (byte)127),
            Track = (uint)voice,
            Timestamp = timestamp,
        };
        return _toRoom.TrySend(record, payload);
    }

    public bool TrySendLevel(int voice, uint timestamp, byte level)
    {
        if (_isClosed || Find(voice) is null)
            return false;
        var record = new RelayRecord
        {
            Kind = RelayKind.Level,
            AudioLevel = Math.Min(level, (byte)127),
            Track = (uint)voice,
            Timestamp = timestamp,
        };
        return _toRoom.TrySend(record, default);
    }

    public bool IsMuted(int voice) => Find(voice) is { Track.Muted: true };

    public bool TryReceive(Span<byte> payload, out LocalAudioPacket packet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(payload.Length, HeardVoices.MostOctets);
        packet = default;
        if (!_fromRoom.TryRead(_fromRoom.Written, out var record, out var octets))
            return false;
        octets.CopyTo(payload);
        packet = new LocalAudioPacket(
            (int)record.Track, record.Sequence, record.Timestamp, record.AudioLevel, (record.Flags & RelayFlags.Marker) != 0,
            record.PayloadLength, record.Kind == RelayKind.Ended);
        _fromRoom.Release(record);
        return true;
    }

    /// <summary>Does not wait: the shard takes the voices out of the room when it wakes.</summary>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        _wake();
        return ValueTask.CompletedTask;
    }

    /// <summary>Shard: the room closes here.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Shard: disposed by its owner, it leaves the room.</summary>
    public void Leave(Instant now)
    {
        for (var voice = 1; voice < _voiceCount; voice++)
            Unpublish(now, voice);
        _room.Remove(this);
    }

    /// <summary>Shard: takes in what was sent.</summary>
    public void Drain(Instant now)
    {
        var isHeard = _room.HasListenersBesides;
        if (isHeard != _isHeard)
            _isHeard = isHeard; // written only when it changes: the other thread reads it often
        _toRoom.Drain(now, this);
        _shard.Deadlines.Refresh(this);
    }

    /// <summary>Shard: <see cref="Drain"/> has run this turn.</summary>
    public void OnDeadline(Instant now)
    {
        if (now < _lookAfterAt)
            return;
        _heard.Look(now);
        _lookAfterAt = _heard.IsEmpty ? Instant.Never : now.PlusMilliseconds(LookAfterMs);
    }

    /// <summary>Shard: a packet that the room forwards.</summary>
    /// <returns>False for what this endpoint has published itself.</returns>
    public bool Hear(Instant now, IngressStream stream, in PacketFacts facts, ReadOnlySpan<byte> opus)
    {
        if (stream.Track.Owner.Voice?.Endpoint == this)
            return false;
        _heard.Write(now, stream, facts, opus);
        LookAfter(now);
        return true;
    }

    /// <summary>Shard: the voice has no place in the room any more.</summary>
    public void Forget(VoiceSource voice) => Volatile.Write(ref _voices[voice.Number], null);

    /// <summary>Shard: the track is gone.</summary>
    public void OnRemoved(Track track) => _heard.OnRemoved(track);

    private LocalVoice Publish(string peerId, string trackId, TrackSource source, bool muted)
    {
        if (_isClosed)
            return new LocalVoice(new MediaError(MediaErrorCode.RoomNotOpen, $"Room {_room.Name} has no media here."), 0);
        if (_room.FindOwner(peerId) is not null)
            return new LocalVoice(new MediaError(MediaErrorCode.NegotiationStale, $"Peer {peerId} is in the room already."), 0);
        if (_room.FindTrack(trackId) is not null)
            return new LocalVoice(new MediaError(MediaErrorCode.NegotiationStale, $"Track {trackId} is in the room already."), 0);
        var peer = _shard.MakeSpeaker(_room, peerId);
        var track = new Track(trackId, peer, "0", TrackKind.Audio, source) { Muted = muted, MaxBitrateBps = 128_000 };
        var voice = new VoiceSource(this, _voiceCount++, track, _opus);
        Remember(voice);
        _room.AddVoice(voice);
        return new LocalVoice(null, voice.Number);
    }

    private bool Unpublish(Instant now, int number)
    {
        if (Find(number) is not { } voice)
            return false;
        _room.RemovePeer(now, voice.Track.Owner);
        return true;
    }

    /// <summary>The other thread sees a larger table only when all of it is there.</summary>
    private void Remember(VoiceSource voice)
    {
        var voices = _voices;
        if (voice.Number == voices.Length)
            Array.Resize(ref voices, voices.Length * 2);
        Volatile.Write(ref voices[voice.Number], voice);
        Volatile.Write(ref _voices, voices);
    }

    private VoiceSource? Find(int voice)
    {
        var voices = Volatile.Read(ref _voices);
        return (uint)voice < (uint)voices.Length ? Volatile.Read(ref voices[voice]) : null;
    }

    /// <summary>Shard.</summary>
    public void Take(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        var voice = Find((int)record.Track);
        if (record.Kind == RelayKind.Level)
        {
            voice?.OnLevel(now, record);
            return;
        }

        var reason = voice?.OnPacket(now, record, payload) ?? DropReason.NotConnected;
        if (reason != DropReason.None)
            _shard.Counters.Drop(reason, FlowDirection.Receive, DropKind.Audio);
    }

    private void LookAfter(Instant now)
    {
        if (_lookAfterAt != Instant.Never)
            return;
        _lookAfterAt = now.PlusMilliseconds(LookAfterMs);
        _shard.Deadlines.Refresh(this);
    }
}
