using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Load.Peers;

namespace Sylk.Conference.Load.Serving;

/// <summary>Our own server: publishers by WHIP, players by WHEP.</summary>
/// <param name="server">Where it is.</param>
/// <param name="playsByHub">Players join as people do, through the room hub, and hear of everybody else.</param>
internal sealed class WhipWhepDoor(Uri server, bool playsByHub = false) : IDoor
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });

    public Task<ISession> PublishAsync(string room, LoadPeer peer, CancellationToken cancellation) =>
        WhipClient.OpenAsync(_http, Target(room), PeerOffer.Create(peer.Peer, peer.Publisher!.Ssrcs, 0, 0), cancellation);

    public Task<ISession> PlayAsync(string room, LoadPeer peer, Slots slots, CancellationToken cancellation)
    {
        var offer = PeerOffer.Create(peer.Peer, default, slots.Audio, slots.Video);
        return playsByHub
            ? HubClient.OpenAsync(Target(room), offer, default, cancellation)
            : WhepClient.OpenAsync(_http, Target(room), offer, cancellation);
    }

    public void Dispose() => _http.Dispose();

    private JoinTarget Target(string room) => new(server, room, "Load");
}
