using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Assignment;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>
/// A track whose publisher lives on another shard. To the room's router here it is a track like any other: it has a history to
/// resend from, layers to choose from and slots that carry it; only keyframes and layers are asked for across the link.
/// </summary>
internal sealed class RelayedTrack(Track track, uint id, RelayEndpoint endpoint)
{
    private const int PacketOverhead = 20;
    private const int RepeatAdmissionMs = 250;
    private Instant _admissionToldAt = new(long.MinValue / 2);
    private bool _admitted;
    private int _size = PublishHints.Nobody;

    public Track Track => track;

    public uint Id => id;

    public RelayEndpoint Endpoint => endpoint;

    /// <summary>Layers that cross for us: bit i is layer i.</summary>
    public uint Wanted { get; private set; }

    public void OnPacket(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        var room = endpoint.Room;
        var reason = Accept(now, room, record, payload);
        if (reason != DropReason.None)
            room.Counters.Drop(reason);
    }

    public void OnSkip(in RelayRecord record)
    {
        if (track.Layers[record.Layer] is { } stream)
            RoomRouter.Skip(track, stream, record.Sequence, DropReason.None);
    }

    public void OnBeat(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        if (track.Layers[record.Layer] is not { } stream)
            return;
        if (track.Kind == TrackKind.Audio)
        {
            endpoint.Room.OnVoice(now, track);
            return;
        }

        NoteActive(now, stream);
        var octets = MemoryMarshal.Cast<byte, uint>(payload);
        for (byte layer = 0; layer < octets.Length; layer++)
        {
            if (octets[layer] == 0)
                continue;
            stream.Bitrate.Add(now, (int)octets[layer]);
            // Spatial layers of one stream are told apart once they cross.
            stream.Rates.Add(now, 0, layer, (int)octets[layer], unusedAbove: false);
        }
    }

    /// <summary>We are the room's home: the other shard asks whether this voice is heard.</summary>
    public void OnLevel(Instant now, byte level)
    {
        var admitted = endpoint.Room.Judge(now, track, level);
        if (admitted == _admitted && now < _admissionToldAt.PlusMilliseconds(RepeatAdmissionMs))
            return;
        var record = new RelayRecord { Kind = RelayKind.Admission, Track = id, AudioLevel = (byte)(admitted ? 1 : 0) };
        if (!endpoint.Outgoing.TryWrite(record, default))
            return;
        _admitted = admitted;
        _admissionToldAt = now;
    }

    public void RequestKeyframe(Instant now, IngressStream stream, KeyframeReason reason)
    {
        Want(Wanted | (1u << stream.Layer));
        stream.Keyframes!.Request(now, reason);
        AskIfDue(now, stream, reason);
    }

    /// <summary>Every slot's wish as it is now: what nobody needs any more stops crossing.</summary>
    public void Review(Instant now)
    {
        var needed = track.Kind == TrackKind.Audio && endpoint.Room.HasLocals ? 1u : 0u;
        foreach (var slot in track.Sinks)
            needed |= track.Kind == TrackKind.Audio ? 1u : BitOf(slot.Source) | BitOf(slot.Awaited) | BitOfAbsent(now, slot);
        Want(needed);
        foreach (var stream in track.Layers)
            if (stream is { Keyframes: not null })
                AskIfDue(now, stream, KeyframeReason.Subscribe);
    }

    public void Want(uint mask)
    {
        if (mask == Wanted)
            return;
        Wanted = mask;
        endpoint.Outgoing.Post(new LayersWanted(id, mask, _size));
    }

    public void WantSize(int size)
    {
        if (size == _size)
            return;
        _size = size;
        endpoint.Outgoing.Post(new LayersWanted(id, Wanted, size));
    }

    /// <summary>When a keyframe is to be asked for again.</summary>
    public Instant NextDeadline
    {
        get
        {
            var next = Instant.Never;
            foreach (var stream in track.Layers)
                next = Instant.Earlier(next, stream?.Keyframes?.NextDeadline ?? Instant.Never);
            return next;
        }
    }

    private void AskIfDue(Instant now, IngressStream stream, KeyframeReason reason)
    {
        if (stream.Keyframes!.TakeDue(now, 0))
            endpoint.Outgoing.Post(new KeyframeWanted(id, stream.Layer, reason));
        endpoint.Room.Relays!.Advance(stream.Keyframes.NextDeadline);
    }

    private DropReason Accept(Instant now, RoomRouter room, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        if (track.Layers[record.Layer] is not { } stream || track.Owner.PayloadTypes[record.PayloadType & 0x7F].Codec is not { } codec)
            return DropReason.SsrcUnmatched;
        if (stream.History.Contains(record.Sequence))
            return DropReason.Duplicate;
        var descriptor = ReadOnlySpan<byte>.Empty;
        var isDescribed = (record.Flags & RelayFlags.Described) != 0;
        if (isDescribed)
        {
            descriptor = payload[^record.DescriptorLength..];
            payload = payload[..^record.DescriptorLength];
        }

        Note(now, stream, record, payload.Length);
        var facts = new PacketFacts
        {
            Sequence = record.Sequence,
            Timestamp = record.Timestamp,
            Marker = (record.Flags & RelayFlags.Marker) != 0,
            PayloadType = record.PayloadType,
            Arrival = new Instant(record.Arrival),
            AudioLevel = isDescribed ? byte.MaxValue : record.AudioLevel,
            VoiceActivity = (record.Flags & RelayFlags.Voice) != 0,
            Codec = codec,
            Descriptor = descriptor,
        };
        return StreamIntake.Accept(now, room, stream, payload, ref facts, isRepair: false);
    }

    private void Note(Instant now, IngressStream stream, in RelayRecord record, int length)
    {
        stream.NewestSequence = Math.Max(stream.NewestSequence, record.Sequence);
        stream.HasAudioLevel = (record.Flags & RelayFlags.HasLevel) != 0;
        stream.Orientation = record.Orientation;
        stream.Bitrate.Add(now, length + PacketOverhead);
        NoteActive(now, stream);
        if (record.SkippedThrough < 0 && (record.Flags & RelayFlags.Talkspurt) == 0)
            return; // nearly always: no walk over the slots beside the one that forwards
        foreach (var slot in track.Sinks)
        {
            if (record.SkippedThrough >= 0)
                slot.SkipThrough(stream, record.SkippedThrough);
            if ((record.Flags & RelayFlags.Talkspurt) != 0)
                slot.MarkTalkspurt();
        }
    }

    private void NoteActive(Instant now, IngressStream stream)
    {
        var returns = !stream.IsActive(now) && track.Kind == TrackKind.Video;
        stream.LastPacketAt = now;
        if (returns)
            RoomRouter.OnReturned(now, stream);
    }

    /// <summary>An encoding that a slot would show and that is not sent now: its first packet is to cross, a keyframe's.</summary>
    private uint BitOfAbsent(Instant now, Slot slot)
    {
        var layer = Math.Min(slot.WantedLayer, track.Layers.Length - 1);
        return track.Layers[layer] is { } stream && stream.IsActive(now) ? 0 : 1u << layer;
    }

    private static uint BitOf(IngressStream? stream) => stream is null ? 0 : 1u << stream.Layer;
}
