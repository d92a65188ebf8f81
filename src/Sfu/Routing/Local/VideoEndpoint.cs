using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// Camera and picture of one voice of this process. Its camera is a track like any other, and its picture a slot like any other:
/// what is sent to it goes through the egress pipeline, which writes it into a ring instead of to the network. What is marked "shard"
/// belongs to the shard's thread alone.
/// </summary>
internal sealed class VideoEndpoint : ILocalVideo, ILocalEnd, IDeadline
{
    /// <summary>Memory of each ring: a keyframe of 200 kB finds room.</summary>
    public const int RingBytes = 256 * 1024;

    /// <summary>The most a packet may have.</summary>
    public const int MostOctets = 1_500;
    private const int MostFormats = 16;
    private const string Mid = "video";

    private readonly MediaShard _shard;
    private readonly VoiceSource _voice;
    private readonly RingInlet _toRoom;
    private readonly RelayRing _fromRoom;
    private CameraSource? _camera;

    /// <summary>Written by the shard, read by the other thread: keyframes wanted of the camera so far.</summary>
    private int _keyframesWanted;
    private int _keyframesTaken;

    private volatile bool _isClosed;

    public VideoEndpoint(MediaShard shard, VoiceSource voice, int ringBytes = RingBytes)
    {
        (_shard, _voice) = (shard, voice);
        (_toRoom, _fromRoom) = (new RingInlet(ringBytes, shard.Wake, shard.Counters, DropKind.Video), new RelayRing(ringBytes));
    }

    public bool IsClosed => _isClosed;

    public Instant QueuedFor { get; set; } = Instant.Never;

    /// <summary>Shard.</summary>
    public Instant NextDeadline => _isClosed ? Instant.Never : _toRoom.LookAt;

    /// <summary>Shard: tracks that go before everybody.</summary>
    public ImmutableArray<string> First { get; private set; } = [];

    private Peer Peer => _voice.Track.Owner;

    private RoomRouter Room => Peer.Room;

    public ValueTask<MediaError?> PublishAsync(LocalCamera camera) => new(_shard.Ask(_ => Publish(camera)));

    public async ValueTask UnpublishAsync() => await _shard.Ask(Unpublish).ConfigureAwait(false);

    public ValueTask<MediaError?> WatchAsync(LocalView view) => new(_shard.Ask(now => Watch(now, view)));

    public bool TrySend(in LocalVideoPacket packet, ReadOnlySpan<byte> payload)
    {
        if (_isClosed || payload.IsEmpty || payload.Length > MostOctets)
            return false;
        var record = new RelayRecord
        {
            Kind = RelayKind.Packet,
            Flags = (packet.Marker ? RelayFlags.Marker : 0) | (packet.IsNewStream ? RelayFlags.Talkspurt : 0),
            PayloadLength = (ushort)payload.Length,
            Layer = packet.Format,
            Timestamp = packet.Timestamp,
            Sequence = packet.Sequence,
        };
        return _toRoom.TrySend(record, payload);
    }

    public bool TryReceive(Span<byte> payload, out LocalVideoPacket packet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(payload.Length, MostOctets);
        packet = default;
        if (!_fromRoom.TryRead(_fromRoom.Written, out var record, out var octets))
            return false;
        octets.CopyTo(payload);
        packet = new LocalVideoPacket(
            record.Layer, record.Sequence, record.Timestamp, (record.Flags & RelayFlags.Marker) != 0, record.PayloadLength);
        _fromRoom.Release(record);
        return true;
    }

    public void AskForKeyframe()
    {
        _toRoom.Wish(new RelayRecord { Kind = RelayKind.Refresh });
    }

    public bool TryTakeKeyframeWish()
    {
        var wanted = Volatile.Read(ref _keyframesWanted);
        var isNew = wanted != _keyframesTaken;
        _keyframesTaken = wanted;
        return isNew;
    }

    /// <summary>Does not wait: the shard takes the camera out of the room when it wakes.</summary>
    public ValueTask DisposeAsync()
    {
        _isClosed = true;
        _shard.Wake();
        return ValueTask.CompletedTask;
    }

    /// <summary>Shard: the voice has no place in the room any more.</summary>
    public void Close() => _isClosed = true;

    public void Leave(Instant now)
    {
        if (_voice.Video != this)
            return;
        _voice.Video = null;
        if (Room.FindPeer(Peer.Id) != Peer)
            return;
        Unpublish(now);
        foreach (var slot in Peer.VideoSlots)
            Room.Assign(now, slot, null);
        Peer.VideoSlots.Clear();
        _shard.Egress.Forget(Peer);
    }

    public void Drain(Instant now)
    {
        _toRoom.Drain(now, this);
        _shard.Deadlines.Refresh(this);
    }

    /// <summary>Shard: <see cref="Drain"/> has run this turn.</summary>
    public void OnDeadline(Instant now)
    {
    }

    /// <summary>Shard: the room asks the camera for a keyframe.</summary>
    public void WantKeyframe() => Volatile.Write(ref _keyframesWanted, _keyframesWanted + 1);

    /// <summary>Shard: a packet of the picture.</summary>
    /// <param name="item">How the slot numbers it.</param>
    /// <param name="payload">As it is to be sent.</param>
    public void Deliver(in PendingPacket item, ReadOnlySpan<byte> payload)
    {
        var record = new RelayRecord
        {
            Kind = RelayKind.Packet,
            Flags = (item.Flags & PendingFlags.Marker) != 0 ? RelayFlags.Marker : RelayFlags.None,
            PayloadLength = (ushort)payload.Length,
            Layer = (byte)(item.PayloadType - 1),
            Timestamp = item.OutTimestamp,
            Sequence = item.OutSequence,
        };
        if (payload.Length > MostOctets || !_fromRoom.TryWrite(record, payload))
            _shard.Counters.Drop(DropReason.LocalRingFull, FlowDirection.Transmit, DropKind.Video);
    }

    private MediaError? Publish(LocalCamera camera)
    {
        if (_isClosed)
            return new MediaError(MediaErrorCode.RoomNotOpen, $"Room {Room.Name} has no media here.");
        var formats = camera.Formats.Take(MostFormats).Select(_shard.Setup.Codecs.Find).ToArray();
        if (_camera is null)
        {
            if (Room.FindTrack(camera.TrackId) is not null)
                return new MediaError(MediaErrorCode.NegotiationStale, $"Track {camera.TrackId} is in the room already.");
            var track = new Track(camera.TrackId, Peer, Mid, TrackKind.Video, TrackSource.Camera)
            {
                Muted = camera.Muted,
                MaxBitrateBps = Room.Policy.MaxBitrateBps,
            };
            Peer.Quota.MaxBytesPerSecond = Math.Max(Peer.Quota.MaxBytesPerSecond, 3L * Room.Policy.MaxBitrateBps / 8);
            _camera = new CameraSource(track, formats);
            Room.AddTrack(track);
        }

        _camera.Use(formats);
        return null;
    }

    private bool Unpublish(Instant now)
    {
        if (_camera is not { } camera)
            return false;
        _camera = null;
        if (camera.Track.IsPublished)
            Room.RemoveTrack(now, camera.Track);
        return true;
    }

    private MediaError? Watch(Instant now, LocalView view)
    {
        if (_isClosed)
            return new MediaError(MediaErrorCode.RoomNotOpen, $"Room {Room.Name} has no media here.");
        First = view.First;
        var format = FormatOf(view);
        if (Peer.VideoSlots.Count == 0)
            Peer.VideoSlots.Add(new Slot(Peer, format, 0, NewSsrc(), 0));
        else if (!IsSame(Peer.VideoSlots[0].Format, format))
            Room.Assign(now, Peer.VideoSlots[0], null); // what flows may not be what they take any more
        Peer.VideoSlots[0].Format = format;
        var wish = new SlotWish(Mid, WishKind.Speaker, null, 0, 0, view.Lines, 0);
        Room.SetView(now, Peer, new PeerView(0, [wish], [], view.IsPaused));
        return null;
    }

    private SlotFormat FormatOf(LocalView view)
    {
        var format = new SlotFormat(Mid, TrackKind.Video);
        for (var i = 0; i < Math.Min(view.Formats.Length, MostFormats); i++)
            foreach (var shown in view.Formats[i])
                if (_shard.Setup.Codecs.Find(shown) is { } entry && !format.Carries(entry))
                    format.Add(entry, CameraSource.PayloadTypeOf(i), 0);
        return format;
    }

    private bool IsSame(SlotFormat one, SlotFormat other) => Peer.VideoSlots[0].Track?.Codec is not { } codec
        || one.PayloadTypeOf(codec, out _) == other.PayloadTypeOf(codec, out _);

    /// <summary>Shard.</summary>
    public void Take(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        if (record.Kind == RelayKind.Refresh)
        {
            foreach (var slot in Peer.VideoSlots)
                slot.RequestKeyframe(now);
            return;
        }

        var reason = _camera?.OnPacket(now, record, payload) ?? DropReason.NotConnected;
        if (reason != DropReason.None)
            _shard.Counters.Drop(reason, FlowDirection.Receive, DropKind.Video);
    }

    private static uint NewSsrc()
    {
        Span<byte> bytes = stackalloc byte[4];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes) | 2;
    }
}
