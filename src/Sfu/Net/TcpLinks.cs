using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>
/// The ICE-TCP side of a shard (RFC 6544, passive candidates; RFC 4571 framing): a listener and its connections, numbered from 1 and
/// never renumbered. Strangers are limited in number, memory and time until ICE has validated them.
/// </summary>
internal sealed class TcpLinks : IDisposable
{
    private const int ListenerLink = 0;
    private const int SocketSendBytes = 128 << 10;

    private static readonly TimeSpan StrangerIdle = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);

    private readonly Socket _listener;
    private readonly ILinkPoll _poll;
    private readonly TransportCounters _counters;
    private readonly Dictionary<int, TcpLink> _links = [];
    private readonly StrangerLimits _strangers = new();
    private readonly List<TcpLink> _backlog = [];
    private readonly Queue<int> _closed = [];
    private readonly LinkReadiness[] _ready = new LinkReadiness[128];
    private Instant _nextSweep;
    private bool _listening;
    private int _lastLink;

    public TcpLinks(Socket listener, ILinkPoll poll, TransportCounters counters)
    {
        _listener = listener;
        _poll = poll;
        _counters = counters;
        LocalPort = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Listen(true);
    }

    public int LocalPort { get; }

    /// <summary>Waiting must not outlast packets already read nor the next look at idle strangers.</summary>
    public TimeSpan LimitWait(TimeSpan timeout)
    {
        if (_backlog.Count > 0) return TimeSpan.Zero;
        if (_strangers.Count == 0 && _listening) return timeout;
        return timeout == Timeout.InfiniteTimeSpan || timeout > SweepInterval ? SweepInterval : timeout;
    }

    public void Receive(ReceiveBatch batch)
    {
        var now = MonotonicClock.Now;
        DeliverBacklog(batch, now);
        var count = _poll.Poll(_ready);
        for (var i = 0; i < count; i++) Handle(_ready[i], batch, now);
        if (now >= _nextSweep) Sweep(now);
    }

    public void Send(int number, ReadOnlySpan<byte> data, int segmentSize)
    {
        if (!_links.TryGetValue(number, out var link))
        {
            _counters.CountSendDrop(SendDrop.NoLink, (data.Length + segmentSize - 1) / segmentSize);
            return;
        }

        for (; !data.IsEmpty; data = data[Math.Min(segmentSize, data.Length)..])
        {
            Queue(link, data[..Math.Min(segmentSize, data.Length)]);
        }

        Flush(link);
    }

    public void MarkValidated(int number)
    {
        if (!_links.TryGetValue(number, out var link) || link.Validated) return;
        link.Validated = true;
        _strangers.Leave(link.Remote);
    }

    public void Close(int number)
    {
        if (_links.TryGetValue(number, out var link)) Remove(link);
    }

    public bool TryTakeClosed(out int number) => _closed.TryDequeue(out number);

    public void Dispose()
    {
        foreach (var link in _links.Values) link.Dispose();
        _links.Clear();
        _listener.Dispose();
    }

    /// <summary>Closes strangers that have not delivered a whole packet for ten seconds; listens again if descriptors had run out.</summary>
    internal void Sweep(Instant now)
    {
        _nextSweep = now + SweepInterval;
        if (!_listening) Listen(true);
        if (_strangers.Count == 0) return;
        foreach (var link in _links.Values)
        {
            if (link.Validated || now - link.LastFrame < StrangerIdle) continue;
            _counters.LinksEvicted++;
            Lose(link);
        }
    }

    private void DeliverBacklog(ReceiveBatch batch, Instant now)
    {
        for (var i = _backlog.Count - 1; i >= 0; i--)
        {
            var link = _backlog[i];
            Deliver(link, batch, now);
            if (!link.Backlogged) _backlog.Remove(link);
        }
    }

    private void Handle(LinkReadiness ready, ReceiveBatch batch, Instant now)
    {
        if (ready.Link == ListenerLink)
        {
            Accept(now);
            return;
        }

        if (!_links.TryGetValue(ready.Link, out var link)) return;
        if (ready.Writable) Flush(link);
        if (!ready.Readable || link.Backlogged || !batch.HasRoomForFrame || !link.IsOpen) return;
        if (!link.TryReceive(out var count)) Lose(link);
        else if (count > 0) Read(link, batch, now);
    }

    private void Read(TcpLink link, ReceiveBatch batch, Instant now)
    {
        Deliver(link, batch, now);
        if (link.Backlogged) _backlog.Add(link);
    }

    private void Deliver(TcpLink link, ReceiveBatch batch, Instant now)
    {
        if (link.TryDeliver(batch, _counters, now)) return;
        _counters.LinksEvicted++;
        Lose(link);
    }

    private void Queue(TcpLink link, ReadOnlySpan<byte> packet)
    {
        if (!link.TryQueue(packet))
        {
            Flush(link);
            if (!link.IsOpen || !link.TryQueue(packet))
            {
                _counters.CountSendDrop(SendDrop.LinkFull);
                return;
            }
        }

        _counters.DatagramsOut++;
        _counters.BytesOut += packet.Length;
    }

    private void Flush(TcpLink link)
    {
        if (!link.IsOpen) return;
        if (!link.TryFlush(_counters))
        {
            Lose(link);
            return;
        }

        if (link.HasPendingOutput == link.WatchesWritable) return;
        link.WatchesWritable = link.HasPendingOutput;
        _poll.WatchWritable(link.Socket, link.Number, link.WatchesWritable);
    }

    /// <summary>One connection per report; more are reported again. Out of descriptors: stop listening until the next sweep rather than spin.</summary>
    private void Accept(Instant now)
    {
        Socket? socket = null;
        try
        {
            socket = _listener.Accept();
            Admit(socket, now);
        }
        catch (SocketException e)
        {
            // A connection reset while it waited to be accepted has no remote end point any more.
            socket?.Dispose();
            if (e.SocketErrorCode is SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable) Listen(false);
        }
    }

    private void Admit(Socket socket, Instant now)
    {
        var remote = TransportAddress.From((IPEndPoint)socket.RemoteEndPoint!);
        var local = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
        socket.Blocking = false;
        socket.NoDelay = true;
        socket.SendBufferSize = SocketSendBytes;
        if (!_strangers.TryEnter(remote))
        {
            _counters.LinksRefused++;
            socket.Dispose();
            return;
        }

        var path = new NetworkPath(remote, ++_lastLink, local);
        _links.Add(path.Link, new TcpLink(socket, path, now));
        _poll.Add(socket, path.Link);
        _counters.LinksAccepted++;
    }

    private void Listen(bool on)
    {
        if (on) _poll.Add(_listener, ListenerLink);
        else _poll.Remove(_listener, ListenerLink);
        _listening = on;
    }

    private void Lose(TcpLink link)
    {
        if (!Remove(link)) return;
        if (link.Heard) _closed.Enqueue(link.Number);
    }

    private bool Remove(TcpLink link)
    {
        if (!_links.Remove(link.Number)) return false;
        if (!link.Validated) _strangers.Leave(link.Remote);
        _backlog.Remove(link);
        _poll.Remove(link.Socket, link.Number);
        link.Dispose();
        return true;
    }
}
