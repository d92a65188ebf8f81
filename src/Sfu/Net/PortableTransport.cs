using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Sfu.Net;

/// <summary>
/// The shard's sockets by System.Net.Sockets alone, for systems without the Linux calls: one system call per datagram, no
/// segmentation, and <see cref="Protocols.NetworkPath.Local"/> stays unknown.
/// </summary>
internal sealed class PortableTransport : IDatagramTransport
{
    private readonly Socket _udp;
    private readonly Socket _wakeSocket = OpenWakeSocket();
    private readonly PortableUdp _datagrams;
    private readonly SelectLinks _select = new();
    private readonly TcpLinks? _links;
    private readonly Socket[] _watched;
    private readonly byte[] _wakeByte = new byte[1];
    private int _wakeRaised;

    public PortableTransport(DatagramTransportOptions options)
    {
        _udp = SocketOpening.Udp(options);
        try
        {
            LocalPort = ((IPEndPoint)_udp.LocalEndPoint!).Port;
            _datagrams = new PortableUdp(_udp, Counters);
            _watched = [_udp, _wakeSocket];
            if (options.TcpPort != 0) _links = new TcpLinks(SocketOpening.TcpListener(options), _select, Counters);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int LocalPort { get; }

    public int LocalTcpPort => _links?.LocalPort ?? 0;

    public TransportCounters Counters { get; } = new();

    public int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        _datagrams.Receive(batch);
        _links?.Receive(batch);
        return batch.Count;
    }

    public void Send(SendBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var run = ref batch.Run(i);
            if (run.Path.Link == 0) _datagrams.Send(in run, batch.Data(run));
            else if (_links is not null) _links.Send(run.Path.Link, batch.Data(run), run.SegmentSize);
            else Counters.CountSendDrop(SendDrop.NoLink, run.Datagrams);
        }
    }

    public void Wait(TimeSpan timeout)
    {
        if (_links is not null) timeout = _links.LimitWait(timeout);
        if (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan) timeout = TimeSpan.Zero;
        _select.Select(_watched, timeout);
        if (Volatile.Read(ref _wakeRaised) == 0) return;
        _ = _wakeSocket.Receive(_wakeByte, SocketFlags.None, out _);
        Interlocked.Exchange(ref _wakeRaised, 0);
    }

    public void Wake()
    {
        if (Interlocked.Exchange(ref _wakeRaised, 1) != 0) return;
        try
        {
            _ = _wakeSocket.Send([1], SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // The shard is gone; there is nobody to wake.
        }
    }

    public void MarkValidated(int link) => _links?.MarkValidated(link);

    public void CloseLink(int link) => _links?.Close(link);

    public bool TryTakeClosedLink(out int link)
    {
        link = 0;
        return _links?.TryTakeClosed(out link) ?? false;
    }

    public void Dispose()
    {
        _links?.Dispose();
        _udp.Dispose();
        _wakeSocket.Dispose();
    }

    /// <summary>A datagram socket connected to itself: what is written to it makes it readable, on every system.</summary>
    private static Socket OpenWakeSocket()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Connect(socket.LocalEndPoint!);
        socket.Blocking = false;
        return socket;
    }
}
