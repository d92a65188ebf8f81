using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sctp;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>
/// A room's connections to the other shards it lives on; a room on one shard has none. Every shard tells every other of
/// its own tracks, so each packet crosses straight from where it came in, once to each shard that watches it. Who is
/// heard and who speaks is decided on one shard, the room's home; the others follow (sfu E.17).
/// </summary>
internal sealed class RoomRelays(RoomRouter room, DeadlineQueue deadlines, PeerTransport elsewhere) : IDeadline
{
    private const int ReviewMs = 300;

    private readonly List<RelayEndpoint> _endpoints = [];
    private RelayEndpoint? _home;

    public bool IsEmpty => _endpoints.Count == 0;

    /// <summary>Another shard decides who is heard.</summary>
    public bool Follows => _home is not null;

    public IReadOnlyList<RelayEndpoint> Endpoints => _endpoints;

    public Instant NextDeadline { get; private set; } = Instant.Never;

    public Instant QueuedFor { get; set; } = Instant.Never;

    /// <summary>Connects the room with its part on another shard and tells that one of all tracks here.</summary>
    public void Attach(Instant now, RelayPort port, bool isHome)
    {
        if (port.Find(room.Name) is not null)
            return;
        var endpoint = new RelayEndpoint(room, port, elsewhere);
        port.Add(endpoint);
        _endpoints.Add(endpoint);
        if (isHome)
            _home = endpoint;
        foreach (var track in room.Tracks)
            if (track.IsStarted && track.Relayed is null)
                endpoint.Announce(track);
        for (var i = room.RecentSpeakers.Count - 1; i >= 0 && !Follows; i--)
            endpoint.Outgoing.Post(new SpeakerPromoted(room.Name, room.RecentSpeakers[i].Id));
        Advance(now);
    }

    public void Advance(Instant due)
    {
        if (due >= NextDeadline)
            return;
        NextDeadline = due;
        deadlines.Refresh(this);
    }

    public void OnDeadline(Instant now)
    {
        NextDeadline = now.PlusMilliseconds(ReviewMs);
        foreach (var endpoint in _endpoints)
        {
            foreach (var relayed in endpoint.Relayed)
                relayed.Review(now);
        }
    }

    /// <summary>A layer of one of our tracks has a stream; the first one makes the track known.</summary>
    public void OnStream(Track track, IngressStream stream, CodecEntry codec)
    {
        if (track.Relay is { } relay)
        {
            foreach (var crossing in relay.Crossings)
                RelayEndpoint.AnnounceLayer(crossing, stream, codec);
            return;
        }

        foreach (var endpoint in _endpoints)
            endpoint.Announce(track);
    }

    public void OnRemoved(Track track)
    {
        if (track.Relay is not { } relay)
            return;
        foreach (var crossing in relay.Crossings)
            EndpointOf(crossing)?.Withdraw(crossing);
        track.Relay = null;
    }

    public static void OnMuted(Track track)
    {
        if (track.Relay is not { } relay)
            return;
        foreach (var crossing in relay.Crossings)
            crossing.Link.Post(new TrackMuted(crossing.Id, track.Muted));
    }

    public static void OnSenderReport(Instant now, IngressStream stream, ulong ntp, uint rtp)
    {
        if (stream.Track.Relay is not { } relay)
            return;
        foreach (var crossing in relay.Crossings)
            crossing.Link.Post(new ClockReported(crossing.Id, stream.Layer, now, ntp, rtp));
    }

    public void OnOwner(Peer owner)
    {
        foreach (var endpoint in _endpoints)
            endpoint.Outgoing.Post(new OwnerChanged(room.Name, owner.Id, owner.IsPresent));
    }

    /// <summary>We are the home: the others follow.</summary>
    public void OnSpeaker(Peer speaker)
    {
        foreach (var endpoint in _endpoints)
            endpoint.Outgoing.Post(new SpeakerPromoted(room.Name, speaker.Id));
    }

    /// <summary>The home's decision on a voice of ours, as far as it is known; asks for the next one.</summary>
    public bool IsAdmitted(Track track, byte level)
    {
        if (track.Relay is not { } relay)
            return false;
        foreach (var crossing in relay.Crossings)
            if (crossing.Link == _home!.Outgoing)
                crossing.Ask(level);
        return relay.IsAdmitted;
    }

    /// <returns>False when it did not reach every shard: one is too far behind.</returns>
    public bool SendData(byte[] whole, bool isText, SctpReliability reliability)
    {
        var all = true;
        foreach (var endpoint in _endpoints)
            all &= endpoint.Outgoing.TryPost(new DataPassed(room.Name, whole, isText, reliability));
        return all;
    }

    public Peer? FindOwner(string id)
    {
        foreach (var endpoint in _endpoints)
            if (endpoint.FindOwner(id) is { } owner)
                return owner;
        return null;
    }

    /// <summary>The room closes on this shard.</summary>
    public void Close()
    {
        foreach (var endpoint in _endpoints)
            endpoint.Close();
        _endpoints.Clear();
        NextDeadline = Instant.Never;
    }

    private RelayEndpoint? EndpointOf(Crossing crossing) => _endpoints.Find(endpoint => endpoint.Outgoing == crossing.Link);
}
