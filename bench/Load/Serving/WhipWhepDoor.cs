using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Load.Peers;

namespace Sylk.Conference.Load.Serving;

/// <summary>Our own server: publishers by WHIP, players by WHEP.</summary>
internal sealed class WhipWhepDoor(Uri server) : IDoor
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });

    public Task<ISession> PublishAsync(string room, LoadPeer peer, CancellationToken cancellation) =>
        WhipClient.OpenAsync(_http, Target(room), PeerOffer.Create(peer.Peer, peer.Publisher!.Ssrcs, 0, 0), cancellation);

    public Task<ISession> PlayAsync(string room, LoadPeer peer, Slots slots, CancellationToken cancellation) =>
        WhepClient.OpenAsync(_http, Target(room), PeerOffer.Create(peer.Peer, default, slots.Audio, slots.Video), cancellation);

    public void Dispose() => _http.Dispose();

    private JoinTarget Target(string room) => new(server, room, "Load");
}
