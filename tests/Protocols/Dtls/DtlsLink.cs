using Sylk.Conference.Protocols.Dtls;

namespace Sylk.Conference.Protocols.Tests.Dtls;

/// <summary>Two sessions joined by a virtual link with 10 ms delay, loss, duplication and reordering by seed.</summary>
internal sealed class DtlsLink(DtlsSession client, DtlsSession server, int seed = 0)
{
    private readonly PriorityQueue<(DtlsSession Target, byte[] Bytes), long> _wire = new();
    private readonly Random _random = new(seed);
    private readonly byte[] _buffer = new byte[2048];

    public Instant Now { get; private set; } = new(5_000_000_000);

    public double Loss { get; init; }

    public double Duplicates { get; init; }

    public double JitterMilliseconds { get; init; }

    public int Largest { get; private set; }

    /// <summary>Sees each datagram before it is sent; returns false to lose it.</summary>
    public Func<DtlsSession, byte[], bool> Passes { get; set; } = static (_, _) => true;

    public bool BothConnected => client.State == DtlsState.Connected && server.State == DtlsState.Connected;

    public void Run(double milliseconds)
    {
        var end = Now + TimeSpan.FromMilliseconds(milliseconds);
        client.Start(Now);
        while (true)
        {
            Deliver();
            client.Tick(Now);
            server.Tick(Now);
            Collect(client, server);
            Collect(server, client);
            var next = Instant.Earlier(client.NextDeadline, server.NextDeadline);
            next = _wire.TryPeek(out _, out var arrival) ? Instant.Earlier(next, new Instant(arrival)) : next;
            if (next >= end)
            {
                Now = end;
                return;
            }

            Now = next > Now ? next : Now + TimeSpan.FromMilliseconds(1);
        }
    }

    private void Deliver()
    {
        while (_wire.TryPeek(out var packet, out var arrival) && arrival <= Now.Nanoseconds)
        {
            _wire.Dequeue();
            packet.Target.Receive(Now, packet.Bytes);
        }
    }

    private void Collect(DtlsSession source, DtlsSession target)
    {
        while (source.TryTakeDatagram(_buffer, out var length))
        {
            Largest = Math.Max(Largest, length);
            var bytes = _buffer[..length];
            for (var copies = _random.NextDouble() < Duplicates ? 2 : 1; copies > 0; copies--)
            {
                if (Passes(source, bytes) && _random.NextDouble() >= Loss)
                {
                    var delay = 10 + JitterMilliseconds * _random.NextDouble();
                    _wire.Enqueue((target, bytes), (Now + TimeSpan.FromMilliseconds(delay)).Nanoseconds);
                }
            }
        }
    }
}

/// <summary>One identity and context per role for all tests.</summary>
public sealed class DtlsFixture : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public DtlsFixture()
    {
        ClientIdentity = DtlsIdentity.Create(Start);
        ServerIdentity = DtlsIdentity.Create(Start);
        Client = new DtlsContext(ClientIdentity, DtlsRole.Client) { FollowsWallClock = false };
        Server = new DtlsContext(ServerIdentity, DtlsRole.Server) { FollowsWallClock = false };
    }

    public DtlsIdentity ClientIdentity { get; }

    public DtlsIdentity ServerIdentity { get; }

    public DtlsContext Client { get; }

    public DtlsContext Server { get; }

    public DtlsSession NewClient(DtlsContext? context = null) => new(context ?? Client, DtlsRole.Client, [ServerIdentity.Fingerprint]);

    public DtlsSession NewServer(DtlsContext? context = null) => new(context ?? Server, DtlsRole.Server, [ClientIdentity.Fingerprint]);

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        ClientIdentity.Dispose();
        ServerIdentity.Dispose();
    }
}
