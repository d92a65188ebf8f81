using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Routing.Local;

/// <summary>
/// A camera that code of this process sends for: the shard's side of it. Its packets come without a network but with the numbers
/// they had on one, so that losses show; a keyframe is asked of the other side as of any publisher.
/// </summary>
internal sealed class CameraSource(Track track, CodecEntry?[] formats)
{
    private const int ClockRate = 90_000;
    private const int PacketOverhead = 20;

    private readonly MediaTimeline _timeline = new(ClockRate);
    private CodecEntry?[] _formats = formats;
    private IngressStream? _stream;

    public Track Track => track;

    /// <summary>Payload types of a peer without a connection are our own choice: voices have another.</summary>
    public static byte PayloadTypeOf(int format) => (byte)(1 + format);

    public void Use(CodecEntry?[] formats)
    {
        _formats = formats;
        for (var i = 0; i < formats.Length; i++)
            track.Owner.PayloadTypes[PayloadTypeOf(i)] = new PayloadBinding(formats[i], 0);
    }

    public DropReason OnPacket(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        if (record.Layer >= _formats.Length || _formats[record.Layer] is not { } codec)
            return DropReason.PayloadTypeUnknown;
        var quota = track.Owner.Quota;
        if (!quota.AllowDatagram(now) || !quota.AllowPacket(payload.Length))
            return DropReason.InboundQuota;
        var isNew = (record.Flags & RelayFlags.Talkspurt) != 0;
        var stream = isNew || _stream is null ? Begin(now, record.Timestamp, codec) : _stream;
        if (stream.History.Contains(record.Sequence))
            return DropReason.Duplicate;
        Note(now, stream, record, payload.Length);
        var facts = new PacketFacts
        {
            Sequence = record.Sequence,
            Timestamp = record.Timestamp,
            Marker = (record.Flags & RelayFlags.Marker) != 0,
            PayloadType = PayloadTypeOf(record.Layer),
            Arrival = now,
            AudioLevel = byte.MaxValue,
            Codec = codec,
        };
        return StreamIntake.Accept(now, track.Owner.Room, stream, payload, ref facts, isRepair: false);
    }

    private IngressStream Begin(Instant now, uint timestamp, CodecEntry codec)
    {
        var peer = track.Owner;
        var number = peer.Room.NextStreamNumber();
        _stream = new IngressStream(track, 0, number, ClockRate, answersNack: false) { Number = number, LastPacketAt = now };
        peer.Streams.RemoveTrack(track);
        peer.Streams.TryAdd(number, _stream);
        track.AddLayer(_stream);
        _timeline.Begin(now, timestamp);
        peer.Room.OnStream(now, track, _stream, codec);
        return _stream;
    }

    private void Note(Instant now, IngressStream stream, in RelayRecord record, int length)
    {
        if (record.Sequence > stream.NewestSequence)
        {
            stream.NewestSequence = record.Sequence;
            _timeline.Follow(now, stream, record.Timestamp);
        }

        var resumes = !stream.IsActive(now);
        stream.LastPacketAt = now;
        stream.Bitrate.Add(now, length + PacketOverhead);
        stream.Packets++;
        stream.Octets += (uint)length;
        if (resumes)
            RoomRouter.OnReturned(now, stream);
    }
}
