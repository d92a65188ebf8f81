using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The short way of signals in a cluster: from the home straight to the nodes where a room's people listen, not through the room.
/// Batched, and lossy where a node does not keep up: only the newest matters.
/// </summary>
public sealed class SignalRelay : ISignalOutlet, IAsyncDisposable
{
    private const int Capacity = 4096;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(20);

    private readonly RoomFeedHub _feeds;
    private readonly NodeLinks _links;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _rooms = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Channel<MediaSignal>>> _outboxes = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stop = new();

    internal SignalRelay(RoomFeedHub feeds, NodeLinks links) => (_feeds, _links) = (feeds, links);

    public void Signal(MediaSignal signal)
    {
        _feeds.Signal(signal);
        if (!_rooms.TryGetValue(signal.Room, out var nodes) || nodes.IsEmpty)
            return;
        switch (signal)
        {
            case SlotsChanged slots:
                Post(nodes.GetValueOrDefault(slots.PeerId), signal);
                break;
            case PublishHinted hint:
                Post(nodes.GetValueOrDefault(hint.PeerId), signal);
                break;
            default:
                foreach (var node in nodes.Values.Distinct(StringComparer.Ordinal))
                    Post(node, signal);
                break;
        }
    }

    /// <summary>That participant listens on that node now.</summary>
    public void Attend(string room, string peerId, string node)
    {
        if (node == _links.LocalId)
            Forget(room, peerId);
        else
            _rooms.GetOrAdd(room, _ => new(StringComparer.Ordinal))[peerId] = node;
    }

    public void Forget(string room) => _rooms.TryRemove(room, out _);

    public void Forget(string room, string peerId)
    {
        if (_rooms.TryGetValue(room, out var nodes))
            nodes.TryRemove(peerId, out _);
    }

    /// <summary>That node is gone; so is what was to be said to it.</summary>
    public void Drop(string node)
    {
        if (_outboxes.TryRemove(node, out var outbox))
            outbox.Value.Writer.TryComplete();
        foreach (var nodes in _rooms.Values)
        {
            foreach (var (peer, listener) in nodes)
            {
                if (listener == node)
                    nodes.TryRemove(peer, out _);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return; // it has two names in the container, which disposes it once for each
        await _stop.CancelAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Post(string? node, MediaSignal signal)
    {
        if (node is not null)
            _outboxes.GetOrAdd(node, id => new Lazy<Channel<MediaSignal>>(() => Open(id))).Value.Writer.TryWrite(signal);
    }

    private Channel<MediaSignal> Open(string node)
    {
        var outbox = Channel.CreateBounded<MediaSignal>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        _ = Task.Run(() => PumpAsync(node, outbox.Reader, _stop.Token));
        return outbox;
    }

    private async Task PumpAsync(string node, ChannelReader<MediaSignal> outbox, CancellationToken stop)
    {
        var batch = ImmutableArray.CreateBuilder<MediaSignal>();
        try
        {
            while (await outbox.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                await Task.Delay(Window, stop).ConfigureAwait(false);
                while (batch.Count < Capacity && outbox.TryRead(out var signal))
                    batch.Add(signal);
                await _links.HearAsync(node, batch.ToImmutable()).ConfigureAwait(false);
                batch.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // This node stops: nobody is told any more.
        }
    }
}
