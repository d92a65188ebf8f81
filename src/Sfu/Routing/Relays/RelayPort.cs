using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>One shard's end of its two links to another shard: finds the track or room a message or record is about.</summary>
internal sealed class RelayPort(int shard, RelayLink outgoing, RelayLink incoming)
{
    private readonly Dictionary<string, RelayEndpoint> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<uint, Crossing> _crossings = [];
    private readonly Dictionary<uint, RelayedTrack> _relayed = [];

    /// <summary>Number of the other shard.</summary>
    public int Shard => shard;

    public RelayLink Outgoing => outgoing;

    public bool HasWaiting => !incoming.IsEmpty;

    public int Tracks => _relayed.Count + _crossings.Count;

    public void Add(RelayEndpoint endpoint) => _rooms.Add(endpoint.Room.Name, endpoint);

    public void Remove(RelayEndpoint endpoint) => _rooms.Remove(endpoint.Room.Name);

    public RelayEndpoint? Find(string room) => _rooms.GetValueOrDefault(room);

    public void Add(Crossing crossing) => _crossings.Add(crossing.Id, crossing);

    public void Remove(Crossing crossing) => _crossings.Remove(crossing.Id);

    public void Add(RelayedTrack track) => _relayed.Add(track.Id, track);

    public void Remove(RelayedTrack track) => _relayed.Remove(track.Id);

    /// <summary>
    /// Takes in what the other shard has sent. The end of the records is read before the messages: what a record needs to be
    /// understood was posted before it was written. What fails is left behind: the next turn goes on after it.
    /// </summary>
    public void Drain(Instant now)
    {
        var end = incoming.Ring.Written;
        while (incoming.TryTake(out var message))
            Take(now, message);
        while (incoming.Ring.TryRead(end, out var record, out var payload))
        {
            try
            {
                Take(now, record, payload);
            }
            finally
            {
                incoming.Ring.Release(record);
            }
        }
    }

    private void Take(Instant now, in RelayRecord record, ReadOnlySpan<byte> payload)
    {
        if (record.Kind == RelayKind.Admission)
        {
            if (_crossings.TryGetValue(record.Track, out var crossing) && crossing.Track.Relay is { } relay)
                relay.IsAdmitted = record.AudioLevel != 0;
            return;
        }

        if (!_relayed.TryGetValue(record.Track, out var track))
            return; // closed meanwhile
        switch (record.Kind)
        {
            case RelayKind.Packet:
                track.OnPacket(now, record, payload);
                break;
            case RelayKind.Skip:
                track.OnSkip(record);
                break;
            case RelayKind.Beat:
                track.OnBeat(now, record, payload);
                break;
            case RelayKind.Level:
                track.OnLevel(now, record.AudioLevel);
                break;
        }
    }

    private void Take(Instant now, RelayMessage message)
    {
        switch (message)
        {
            case TrackOpened opened:
                Find(opened.Room)?.OnOpened(now, opened);
                break;
            case OwnerChanged changed:
                Find(changed.Room)?.OnOwner(now, changed);
                break;
            case SpeakerPromoted promoted:
                Find(promoted.Room)?.Room.FollowSpeaker(now, promoted.PeerId);
                break;
            case DataPassed data:
                Find(data.Room)?.Room.DeliverData(now, data);
                break;
            case LayersWanted wanted when _crossings.TryGetValue(wanted.Id, out var crossing):
                (crossing.Wanted, crossing.WantedSize) = (wanted.Mask, wanted.Size);
                crossing.Track.Owner.Room.CheckHint(now, crossing.Track);
                break;
            case KeyframeWanted wanted when _crossings.TryGetValue(wanted.Id, out var crossing):
                if (crossing.Track.Layers[wanted.Layer] is { } stream)
                    stream.Track.Owner.Room.RequestKeyframe(now, stream, wanted.Reason);
                break;
            default:
                TakeForTrack(now, message);
                break;
        }
    }

    private void TakeForTrack(Instant now, RelayMessage message)
    {
        switch (message)
        {
            case LayerStarted started when _relayed.TryGetValue(started.Id, out var track):
                track.Endpoint.OnLayer(now, track, started);
                break;
            case FormatTold told when _relayed.TryGetValue(told.Id, out var track):
                track.Track.Owner.PayloadTypes[told.PayloadType & 0x7F] = new PayloadBinding(told.Codec, 0);
                break;
            case TrackMuted muted when _relayed.TryGetValue(muted.Id, out var track):
                track.Endpoint.Room.SetMuted(now, track.Track, muted.Muted);
                break;
            case ClockReported report when _relayed.TryGetValue(report.Id, out var track):
                track.Track.Layers[report.Layer]?.Clock.OnSenderReport(report.At, report.Ntp, report.Rtp);
                break;
            case TrackClosed closed when _relayed.TryGetValue(closed.Id, out var track):
                track.Endpoint.OnClosed(now, track);
                break;
        }
    }
}
