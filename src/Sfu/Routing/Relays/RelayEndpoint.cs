using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>
/// One room's connection to one other shard: what is published here goes there once, however many watch it, and what is
/// published there stands here as tracks of peers that live elsewhere.
/// </summary>
internal sealed class RelayEndpoint(RoomRouter room, RelayPort port, PeerTransport elsewhere)
{
    private readonly Dictionary<string, Peer> _owners = new(StringComparer.Ordinal);
    private readonly List<RelayedTrack> _relayed = [];

    public RoomRouter Room => room;

    public RelayPort Port => port;

    public RelayLink Outgoing => port.Outgoing;

    public List<RelayedTrack> Relayed => _relayed;

    public Peer? FindOwner(string id) => _owners.GetValueOrDefault(id);

    /// <summary>Tells the other shard of a track that has started here.</summary>
    public void Announce(Track track)
    {
        var crossing = new Crossing(track, port.Outgoing, room.Counters);
        port.Add(crossing);
        (track.Relay ??= new TrackRelay()).Add(crossing);
        port.Outgoing.Post(new TrackOpened(room.Name, crossing.Id, Portray(track)));
        foreach (var layer in track.Layers)
            if (layer is not null)
                AnnounceLayer(crossing, layer, track.Codec!);
    }

    public static void AnnounceLayer(Crossing crossing, IngressStream stream, CodecEntry codec)
    {
        crossing.ForgetBeats(stream.Layer);
        crossing.Link.Post(new LayerStarted(crossing.Id, stream.Layer, codec));
    }

    public void Withdraw(Crossing crossing)
    {
        port.Outgoing.Post(new TrackClosed(crossing.Id));
        port.Remove(crossing);
    }

    public void OnOpened(Instant now, TrackOpened opened)
    {
        var portrait = opened.Portrait;
        var track = new Track(portrait.TrackId, OwnerOf(portrait), portrait.Mid, portrait.Kind, portrait.Source)
        {
            Muted = portrait.Muted,
            MaxBitrateBps = portrait.MaxBitrateBps,
            Rids = [.. portrait.Rids],
            Layers = new IngressStream?[Math.Max(1, portrait.Rids.Length)],
        };
        var relayed = new RelayedTrack(track, opened.Id, this);
        track.Relayed = relayed;
        _relayed.Add(relayed);
        port.Add(relayed);
        room.AddTrack(track);
        room.Relays!.Advance(now);
    }

    public void OnLayer(Instant now, RelayedTrack relayed, LayerStarted started)
    {
        var track = relayed.Track;
        var stream = new IngressStream(track, started.Layer, 0, started.Codec.ClockRate, answersNack: false)
        {
            Number = room.NextStreamNumber(),
            LastPacketAt = now,
        };
        track.AddLayer(stream);
        room.OnStream(now, track, stream, started.Codec);
    }

    public void OnClosed(Instant now, RelayedTrack relayed)
    {
        port.Remove(relayed);
        _relayed.Remove(relayed);
        room.RemoveTrack(now, relayed.Track);
        if (relayed.Track.Owner.Tracks.Count == 0)
            _owners.Remove(relayed.Track.Owner.Id);
    }

    public void OnOwner(Instant now, OwnerChanged changed)
    {
        if (FindOwner(changed.PeerId) is not { } owner || owner.IsPresentElsewhere == changed.Present)
            return;
        owner.IsPresentElsewhere = changed.Present;
        room.ScheduleAssignment();
    }

    /// <summary>The room closes on this shard; it closes on the other as well.</summary>
    public void Close()
    {
        foreach (var relayed in _relayed)
            port.Remove(relayed);
        _relayed.Clear();
        port.Remove(this);
    }

    private Peer OwnerOf(TrackPortrait portrait)
    {
        if (!_owners.TryGetValue(portrait.OwnerId, out var owner))
            _owners[portrait.OwnerId] = owner = new Peer(portrait.OwnerId, portrait.OwnerKind, portrait.OwnerNumber, room, elsewhere) { IsElsewhere = true };
        owner.IsPresentElsewhere = portrait.OwnerPresent;
        return owner;
    }

    private static TrackPortrait Portray(Track track) => new(
        track.Id, track.Mid, track.Kind, track.Source, track.Muted, track.MaxBitrateBps, [.. track.Rids])
    {
        OwnerId = track.Owner.Id,
        OwnerKind = track.Owner.Kind,
        OwnerNumber = track.Owner.Number,
        OwnerPresent = track.Owner.IsPresent,
    };
}
