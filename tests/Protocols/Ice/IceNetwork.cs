using Sylk.Conference.Protocols.Ice;

namespace Sylk.Conference.Protocols.Tests.Ice;

/// <summary>
/// A controlling client and a lite server joined by a virtual link with delay, loss and broken remote addresses. Virtual time
/// moves from deadline to deadline.
/// </summary>
internal sealed class IceNetwork(IceFullAgent client, IceLiteAgent server, int seed)
{
    private const long OneWay = 20_000_000;
    private readonly PriorityQueue<(bool ToServer, NetworkPath Path, byte[] Bytes), long> _wire = new();
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[512];

    public Instant Now { get; private set; } = new(1_000_000_000);

    public double Loss { get; set; }

    public HashSet<TransportAddress> Unreachable { get; } = [];

    public List<IceEventKind> ClientEvents { get; } = [];

    public List<IceEventKind> ServerEvents { get; } = [];

    public int ClientSent { get; private set; }

    /// <summary>How the server sees the client, by the client's link.</summary>
    public Func<NetworkPath, NetworkPath> SeenByServer { get; set; } = static path => Checks.Path(500 + path.Link, path.Link);

    public void Run(double milliseconds)
    {
        var end = Now + TimeSpan.FromMilliseconds(milliseconds);
        while (true)
        {
            Turn();
            var next = Instant.Earlier(client.NextDeadline, server.NextDeadline);
            next = _wire.TryPeek(out _, out var arrival) ? Instant.Earlier(next, new Instant(arrival)) : next;
            if (next >= end)
            {
                Now = end;
                return;
            }

            Now = next > Now ? next : new Instant(Now.Nanoseconds + 1_000_000);
        }
    }

    private void Turn()
    {
        while (_wire.TryPeek(out var packet, out var arrival) && arrival <= Now.Nanoseconds)
        {
            _wire.Dequeue();
            Deliver(packet.ToServer, packet.Path, packet.Bytes);
        }

        client.Tick(Now);
        server.Tick(Now);
        while (client.TryTakeTransmit(_buffer, out var length, out var path))
        {
            ClientSent++;
            Send(true, path, _buffer[..length]);
        }

        while (server.TryTakeTransmit(_buffer, out var length, out var path))
        {
            Send(false, path, _buffer[..length]);
        }

        while (client.TryTakeEvent(out var taken))
        {
            ClientEvents.Add(taken.Kind);
        }

        while (server.TryTakeEvent(out var taken))
        {
            ServerEvents.Add(taken.Kind);
        }
    }

    /// <summary>The path of a packet is always the client's: remote server address and client link.</summary>
    private void Deliver(bool toServer, NetworkPath path, byte[] bytes)
    {
        if (toServer)
        {
            _remembered[SeenByServer(path)] = path;
            server.Receive(Now, SeenByServer(path), bytes, _buffer, out var length);
            Send(false, SeenByServer(path), _buffer[..length]);
        }
        else
        {
            client.Receive(Now, path, bytes, _buffer, out var length);
            Send(true, path, _buffer[..length]);
        }
    }

    private readonly Dictionary<NetworkPath, NetworkPath> _remembered = [];

    private void Send(bool toServer, NetworkPath path, byte[] bytes)
    {
        var wire = toServer ? path : _remembered.GetValueOrDefault(path);
        if (bytes.Length > 0 && !Unreachable.Contains(wire.Remote) && _random.NextDouble() >= Loss)
        {
            _wire.Enqueue((toServer, wire, bytes), Now.Nanoseconds + OneWay);
        }
    }
}
