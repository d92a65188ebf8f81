using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Headless.Receiving;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Load.Peers;

internal delegate Task<ISession> OpenSession(HttpClient http, JoinTarget target, SessionDescription offer, CancellationToken cancellation);

/// <summary>Brings peers into rooms and takes them out again.</summary>
internal sealed class Crowd(Uri server) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 });
    private readonly PeerIdentity _identity = new(TimeProvider.System);
    private readonly List<LoadPeer> _present = [];

    public LoadLoop Loop { get; } = new();

    /// <summary>Of all players; owned by the loop's thread.</summary>
    public DelayHistogram Delays { get; } = new();

    public IReadOnlyList<LoadPeer> Present => _present;

    /// <summary>Players join as people do, through the room hub, and hear of everybody else; otherwise by WHEP, unseen.</summary>
    public bool PlaysByHub { get; init; }

    public Task<LoadPeer> PublishAsync(string room, PublishPlan plan) =>
        EnterAsync(room, new Publisher(plan, TimeProvider.System), 0, 0, WhipClient.OpenAsync);

    public Task<LoadPeer> PlayAsync(string room, int audioSlots, int videoSlots) =>
        EnterAsync(room, null, audioSlots, videoSlots, PlaysByHub ? OpenByHubAsync : WhepClient.OpenAsync);

    /// <summary>Does all of it, at most <paramref name="parallel"/> at once.</summary>
    public static Task InParallel(int count, int parallel, Func<int, Task> act)
    {
        var limit = new ParallelOptions { MaxDegreeOfParallelism = parallel };
        return Parallel.ForAsync(0, count, limit, async (i, _) => await act(i).ConfigureAwait(false));
    }

    public async Task LeaveAsync(LoadPeer peer)
    {
        lock (_present)
            _present.Remove(peer);
        await peer.Session!.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        await Loop.Do(() => Loop.Remove(peer)).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        LoadPeer[] all;
        lock (_present)
            all = [.. _present];
        await InParallel(all.Length, 16, i => LeaveAsync(all[i])).ConfigureAwait(false);
        Loop.Dispose();
        _http.Dispose();
        _identity.Dispose();
    }

    private static Task<ISession> OpenByHubAsync(HttpClient http, JoinTarget target, SessionDescription offer, CancellationToken cancellation) =>
        HubClient.OpenAsync(target, offer, default, cancellation);

    private async Task<LoadPeer> EnterAsync(
        string room, Publisher? publisher, int audio, int video, OpenSession open)
    {
        using var patience = new CancellationTokenSource(Patience);
        var peer = new LoadPeer(_identity, Loop.Clock, Delays, publisher);
        var offer = PeerOffer.Create(peer.Peer, publisher?.Ssrcs ?? default, audio, video);
        peer.Session = await open(_http, new JoinTarget(server, room, "Load"), offer, patience.Token).ConfigureAwait(false);
        var answer = peer.Session.Answer;
        await Loop.Do(() => Loop.Add(peer) && peer.Peer.Accept(Loop.Clock.Now, answer)).ConfigureAwait(false);
        await peer.Connected.WaitAsync(patience.Token).ConfigureAwait(false);
        lock (_present)
            _present.Add(peer);
        return peer;
    }
}
