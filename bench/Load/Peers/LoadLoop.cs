using System.Collections.Concurrent;
using Sylk.Conference.Load.Linux;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Load.Peers;

/// <summary>
/// The one thread that reads, times and publishes for all peers. Publishers are looked at each turn, the others all once per
/// 20 ms: their timers are no finer.
/// </summary>
internal sealed class LoadLoop : IDisposable
{
    private const int SweepMs = 20;
    private readonly ConcurrentQueue<Action> _work = new();
    private readonly List<LoadPeer> _peers = [];
    private readonly List<LoadPeer> _publishers = [];
    private readonly Dictionary<int, LoadPeer> _byDescriptor = [];
    private readonly ReadinessPoll _poll = new();
    private readonly UdpReader _reader = new();
    private readonly Thread _thread;
    private Instant _sweepAt;
    private int _next;
    private volatile bool _stopping;

    public LoadLoop()
    {
        _thread = new Thread(Run) { Name = "load loop", IsBackground = true };
        _thread.Start();
    }

    public LoadClock Clock { get; } = new();

    /// <summary>Runs on the loop's thread, soon.</summary>
    public Task<T> Do<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Enqueue(() => Complete(done, work));
        return done.Task;
    }

    public bool Add(LoadPeer peer)
    {
        _peers.Add(peer);
        if (peer.Publisher is not null)
            _publishers.Add(peer);
        _byDescriptor[peer.Endpoint.Descriptor] = peer;
        _poll.Add(peer.Endpoint.Descriptor, peer.Endpoint.Descriptor);
        return true;
    }

    public bool Remove(LoadPeer peer)
    {
        _poll.Remove(peer.Endpoint.Descriptor);
        _byDescriptor.Remove(peer.Endpoint.Descriptor);
        _peers.Remove(peer);
        _publishers.Remove(peer);
        peer.Peer.Close(Clock.Now);
        peer.Dispose();
        return true;
    }

    public void Dispose()
    {
        _stopping = true;
        _thread.Join();
        foreach (var peer in _peers)
            peer.Dispose();
        _poll.Dispose();
        _reader.Dispose();
    }

    private static void Complete<T>(TaskCompletionSource<T> done, Func<T> work)
    {
        try
        {
            done.SetResult(work());
        }
#pragma warning disable CA1031 // whoever asked for the work gets the exception
        catch (Exception problem)
#pragma warning restore CA1031
        {
            done.SetException(problem);
        }
    }

    private void Run()
    {
        while (!_stopping)
        {
            var ready = _poll.Wait(1);
            Clock.Read();
            for (var i = 0; i < ready; i++)
            {
                if (_byDescriptor.TryGetValue(_poll.TagAt(i), out var peer))
                    _reader.Drain(peer.Endpoint.Descriptor, peer);
            }

            while (_work.TryDequeue(out var work))
                work();
            foreach (var publisher in _publishers)
                publisher.Tick(Clock.Now);
            Sweep();
        }
    }

    private void Sweep()
    {
        var late = Clock.Now.Nanoseconds - _sweepAt.Nanoseconds;
        if (late < 1_000_000)
            return;
        _sweepAt = Clock.Now;
        var share = (int)Math.Min(_peers.Count, 1 + _peers.Count * Math.Min(late / 1_000_000, SweepMs) / SweepMs);
        for (var i = 0; i < share; i++)
        {
            _next = (_next + 1) % _peers.Count;
            _peers[_next].Tick(Clock.Now);
        }
    }
}
