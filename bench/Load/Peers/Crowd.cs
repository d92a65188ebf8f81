using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Headless.Receiving;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Peers;

internal delegate Task<ISession> OpenSession(LoadPeer peer, CancellationToken cancellation);

/// <summary>Brings peers into rooms and takes them out again.</summary>
internal sealed class Crowd(IServerUnderLoad server) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly IDoor _door = server.OpenDoor();
    private readonly PeerIdentity _identity = new(TimeProvider.System);
    private readonly List<LoadPeer> _present = [];

    /// <summary>Where the peers' sockets are, in host order.</summary>
    public uint Address { get; } = server.Address;

    public LoadLoop Loop { get; } = new();

    /// <summary>Of all players; owned by the loop's thread.</summary>
    public DelayHistogram Delays { get; } = new();

    public IReadOnlyList<LoadPeer> Present => _present;

    public Task<LoadPeer> PublishAsync(string room, PublishPlan plan) =>
        EnterAsync(new Publisher(plan, TimeProvider.System), (peer, cancellation) => _door.PublishAsync(room, peer, cancellation));

    public Task<LoadPeer> PlayAsync(string room, int audioSlots, int videoSlots) =>
        EnterAsync(null, (peer, cancellation) => _door.PlayAsync(room, peer, new Slots(audioSlots, videoSlots), cancellation));

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
        _door.Dispose();
        _identity.Dispose();
    }

    private async Task<LoadPeer> EnterAsync(Publisher? publisher, OpenSession open)
    {
        using var patience = new CancellationTokenSource(Patience);
        var peer = new LoadPeer(_identity, this, publisher);
        peer.Session = await open(peer, patience.Token).ConfigureAwait(false);
        var answer = peer.Session.Answer;
        await Loop.Do(() => Loop.Add(peer) && peer.Peer.Accept(Loop.Clock.Now, answer)).ConfigureAwait(false);
        await peer.Connected.WaitAsync(patience.Token).ConfigureAwait(false);
        lock (_present)
            _present.Add(peer);
        return peer;
    }
}
