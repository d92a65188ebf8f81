using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.ChatBridge;

/// <summary>Connections over TCP and TLS: those that are made to us, and those we make where the other end waits (RFC 6135).</summary>
internal sealed class MsrpStreams(MsrpTools tools, Func<MsrpUri, MsrpSession?> find) : IAsyncDisposable
{
    private const int MostOfOneAddress = 64;
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<MsrpConnection, (IPAddress Remote, Task Life)> _connections = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _listeners = [];

    public int Count => _connections.Count;

    public IPEndPoint Listen(IPEndPoint address, bool secure)
    {
        var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(address);
            listener.Listen(512);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
        _listeners.Add(listener);
        _ = AcceptAsync(listener, secure);
        return (IPEndPoint)listener.LocalEndPoint!;
    }

    /// <summary>With CEMA the c and m lines say where, else the first address of the path; only addresses, no names are looked up.</summary>
    public static IPEndPoint? TargetOf(MsrpMedia media)
    {
        var (host, port) = media.HasCema && media.Address.Length > 0 ? (media.Address, media.Port) : (media.Path[0].Host.Trim('[', ']'), media.Path[0].Port);
        return IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : null;
    }

    /// <summary>
    /// Connects for a session whose other end waits for us, and says who we are. Whatever description named the place, we go nowhere
    /// we may not go (attack TS-15).
    /// </summary>
    public void Connect(MsrpSession session, MsrpMedia media)
    {
        if (TargetOf(media) is not { } target || !tools.Settings.MayReach(target.Address))
            return;
        var connection = new MsrpConnection(tools, find, _stop.Token);
        _connections[connection] = (target.Address, Task.CompletedTask);
        _ = LiveAsync(connection, target.ToString(), async () =>
        {
            var stream = await ConnectAsync(target, media).ConfigureAwait(false);
            if (TryIntroduce(connection, session))
                return stream;
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new IOException("no longer needed");
        });
    }

    /// <summary>A connection to our relay, which is kept.</summary>
    /// <param name="account">Which relay.</param>
    /// <param name="lost">Told when it is gone.</param>
    /// <returns>Null when it cannot be reached.</returns>
    public async Task<MsrpConnection?> OpenRelayAsync(MsrpRelayAccount account, Action<MsrpConnection> lost)
    {
        var relay = account.Relay;
        try
        {
            var addresses = await System.Net.Dns.GetHostAddressesAsync(relay.Host.Trim('[', ']'), _stop.Token).ConfigureAwait(false);
            var target = new IPEndPoint(addresses.OrderBy(one => one.AddressFamily).FirstOrDefault() ?? throw new SocketException((int)SocketError.NoData), relay.Port);
            var stream = await ConnectAsync(target, new MsrpMedia { Port = relay.Port, IsSecure = relay.IsSecure, Path = [relay] }).ConfigureAwait(false);
            var connection = new MsrpConnection(tools, find, _stop.Token, isRelay: true);
            _connections[connection] = (target.Address, Task.CompletedTask);
            _connections[connection] = (target.Address, StayAsync(connection, target.ToString(), stream, lost));
            return connection;
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            Log.MsrpRelayUnreachable(tools.Log, relay.Host, problem.Message);
            return null;
        }
    }

    private async Task StayAsync(MsrpConnection connection, string remote, Stream stream, Action<MsrpConnection> lost)
    {
        await LiveAsync(connection, remote, () => Task.FromResult(stream)).ConfigureAwait(false);
        lost(connection);
    }

    /// <returns>False: the session is over or has moved meanwhile, or another connection was first.</returns>
    private bool TryIntroduce(MsrpConnection connection, MsrpSession session)
    {
        lock (tools.Gate)
        {
            var isWanted = session.Link is null && find(session.Local) == session;
            if (isWanted)
                connection.Link.Introduce(session);
            return isWanted;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var listener in _listeners)
            listener.Dispose();
        await Task.WhenAll(_connections.Values.Select(one => one.Life)).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener, bool secure)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var remote = (IPEndPoint)socket.RemoteEndPoint!;
                if (_connections.Count >= tools.Settings.MaxConnections || OfAddress(remote.Address) >= MostOfOneAddress)
                {
                    socket.Dispose();
                    continue;
                }
                var connection = new MsrpConnection(tools, find, _stop.Token);
                _connections[connection] = (remote.Address, Task.CompletedTask);
                _connections[connection] = (remote.Address, LiveAsync(connection, remote.ToString(), () => OpenAsync(socket, secure)));
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

    private int OfAddress(IPAddress remote) => _connections.Values.Count(one => one.Remote.Equals(remote));

    private async Task LiveAsync(MsrpConnection connection, string remote, Func<Task<Stream>> open)
    {
        await Task.Yield();
        try
        {
            await using var stream = await open().ConfigureAwait(false);
            await connection.RunAsync(stream, remote).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or SocketException or AuthenticationException or OperationCanceledException)
        {
            Log.MsrpConnectionEnded(tools.Log, remote, problem.Message);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
            connection.Dispose();
        }
    }

    private async Task<Stream> OpenAsync(Socket socket, bool secure)
    {
        socket.NoDelay = true;
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (!secure)
            return plain;
        return await SecureAsync(new SslStream(plain), (stream, stop) => stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = tools.Settings.Certificate(),
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            },
            stop)).ConfigureAwait(false);
    }

    private async Task<Stream> ConnectAsync(IPEndPoint target, MsrpMedia media)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var plain = new NetworkStream(await ConnectedAsync(socket, target).ConfigureAwait(false), ownsSocket: true);
        if (!media.IsSecure)
            return plain;
        return await SecureAsync(new SslStream(plain), (stream, stop) => stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = media.Path[0].Host,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => errors == SslPolicyErrors.None || IsNamed(media.Fingerprints, certificate),
            },
            stop)).ConfigureAwait(false);
    }

    private async Task<Socket> ConnectedAsync(Socket socket, IPEndPoint target)
    {
        using var late = new CancellationTokenSource(HandshakePatience, tools.Parts.Clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
        try
        {
            await socket.ConnectAsync(target, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<Stream> SecureAsync(SslStream stream, Func<SslStream, CancellationToken, Task> greet)
    {
        using var late = new CancellationTokenSource(HandshakePatience, tools.Parts.Clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
        try
        {
            await greet(stream, either.Token).ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>A certificate nobody vouches for counts when the description named it (RFC 4975 section 14.4).</summary>
    private static bool IsNamed(IReadOnlyList<Fingerprint> named, X509Certificate? certificate) => certificate is X509Certificate2 shown
        && named.Any(one => one is { IsStrong: true, Algorithm: "sha-256" } && CryptographicOperations.FixedTimeEquals(one.ToHash(), shown.GetCertHash(HashAlgorithmName.SHA256)));
}
