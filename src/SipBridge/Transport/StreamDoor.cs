using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>SIP over TCP and TLS: listens, and connects where something has to be said and no connection is there.</summary>
internal sealed class StreamDoor : IAsyncDisposable
{
    private const int MostHosts = 1_024;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, StreamConnection> _connections = new();
    private readonly ConcurrentDictionary<int, Task> _lives = new();
    private readonly ConcurrentDictionary<TransportAddress, string> _hosts = new();
    private readonly List<Socket> _listeners = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SipEndpoint _endpoint;
    private readonly SipBridgeSettings _settings;
    private readonly SipClock _clock;
    private int _numbers;
    private Task _sweeping = Task.CompletedTask;

    private readonly ConnectionCount _count;

    public StreamDoor(SipEndpoint endpoint, SipBridgeSettings settings, SipClock clock, ConnectionCount count) =>
        (_endpoint, _settings, _clock, _count) = (endpoint, settings, clock, count);

    /// <summary>Connections that a call goes over are kept however long nothing is said.</summary>
    public Func<int, bool> IsNeeded { get; set; } = _ => false;

    public int Count => _connections.Count;

    /// <summary>The certificate of this address must be good for that name: the one we wanted, not where the DNS led (RFC 5922 section 4).</summary>
    public void Expect(TransportAddress remote, string host)
    {
        if (_hosts.Count >= MostHosts)
            _hosts.Clear();
        _hosts[remote] = host;
    }

    public IPEndPoint Listen(SipTransport transport, IPEndPoint address)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(address);
        listener.Listen(512);
        _listeners.Add(listener);
        _ = AcceptAsync(transport, listener);
        if (_sweeping.IsCompleted)
            _sweeping = SweepAsync();
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    public void Send(SipSend send)
    {
        var flow = send.Flow;
        var connection = flow.Connection != 0 ? _connections.GetValueOrDefault(flow.Connection) : FindOrConnect(flow);
        if (connection is null || !connection.TrySend(send.Bytes))
            _endpoint.Fail(flow);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            listener.Dispose();
        foreach (var connection in _connections.Values)
            connection.Close();
        await Task.WhenAll(_lives.Values).ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        _stop.Dispose();
    }

    private StreamConnection? FindOrConnect(SipFlow flow)
    {
        foreach (var connection in _connections.Values)
        {
            if (connection.Flow.Transport == flow.Transport && connection.Flow.Remote == flow.Remote)
                return connection;
        }
        return !_settings.Networks.Allows(flow.Remote) || !_count.TryAdd(flow.Remote, isOurs: true)
            ? null
            : Begin(flow with { Connection = Interlocked.Increment(ref _numbers) }, stop => ConnectAsync(flow, stop));
    }

    private StreamConnection Begin(SipFlow flow, Func<CancellationToken, Task<Stream>> open)
    {
        var connection = new StreamConnection(flow, open, _endpoint, _clock);
        _connections[flow.Connection] = connection;
        _lives[flow.Connection] = LiveAsync(connection);
        return connection;
    }

    private async Task LiveAsync(StreamConnection connection)
    {
        await Task.Yield();
        await connection.RunAsync().ConfigureAwait(false);
        _connections.TryRemove(connection.Flow.Connection, out _);
        _lives.TryRemove(connection.Flow.Connection, out _);
        _count.Remove(connection.Flow.Remote);
        connection.Dispose();
    }

    private async Task AcceptAsync(SipTransport transport, Socket listener)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var remote = TransportAddress.From((IPEndPoint)socket.RemoteEndPoint!);
                if (!_count.TryAdd(remote))
                {
                    socket.Dispose();
                    continue;
                }
                var local = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);
                Begin(new SipFlow(transport, remote, Interlocked.Increment(ref _numbers), local), stop => OpenAsync(transport, socket, stop));
            }
            catch (Exception problem) when (problem is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer was gone before we looked.
            }
        }
    }

    private async Task<Stream> OpenAsync(SipTransport transport, Socket socket, CancellationToken stop)
    {
        socket.NoDelay = true;
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (transport == SipTransport.Tcp)
            return plain;
        var secure = new SslStream(plain);
        try
        {
            using var late = new CancellationTokenSource(HandshakePatience, _clock.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            await secure.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _settings.Certificate(),
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                },
                either.Token).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<Stream> ConnectAsync(SipFlow flow, CancellationToken stop)
    {
        var socket = new Socket(flow.Remote.Family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var late = new CancellationTokenSource(HandshakePatience, _clock.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stop);
            await socket.ConnectAsync(flow.Remote.ToIPEndPoint(), either.Token).ConfigureAwait(false);
            var plain = new NetworkStream(socket, ownsSocket: true);
            return flow.Transport == SipTransport.Tcp ? plain : await SecureAsync(plain, flow, either.Token).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Peers we reach by the address they registered or called from must at least have a certificate somebody vouches for; those we looked
    /// up by name one of that name.
    /// </summary>
    private async Task<Stream> SecureAsync(Stream plain, SipFlow flow, CancellationToken stop)
    {
        var secure = new SslStream(plain);
        await secure.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = _hosts.GetValueOrDefault(flow.Remote) ?? flow.Remote.ToIPAddress().ToString(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            },
            stop).ConfigureAwait(false);
        return secure;
    }

    private async Task SweepAsync()
    {
        using var timer = new PeriodicTimer(SweepEvery, _clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                foreach (var connection in _connections.Values)
                {
                    if (connection.Idle >= LongestIdle && !IsNeeded(connection.Flow.Connection))
                        connection.Close();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }
}
