using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>One connection to the XMPP server, from connect to its end.</summary>
internal sealed class ComponentLink(XmppSettings settings, StanzaQueue queue, TimeProvider time, Action<ComponentEvent> happened)
{
    private const int MostAtOnce = 256 * 1024;
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(5);

    private readonly ComponentStream _stream = new(settings.Domain, settings.Secret);
    private readonly Lock _gate = new();
    private ComponentDown? _end;

    /// <summary>The server has said no, in words of its own.</summary>
    public bool WasRefused => _end is { IsOurs: false, Condition: not ("closed" or "connection-lost" or "system-shutdown") };

    /// <returns>Why it ended.</returns>
    public async Task<string> RunAsync(CancellationToken stop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (await ConnectAsync(socket, stop).ConfigureAwait(false) is { } trouble)
            return trouble;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stop);
        lock (_gate)
            _stream.Start(Now);
        var reading = ReadAsync(socket, over.Token);
        try
        {
            await WriteAsync(socket, over.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException)
        {
            _end ??= new ComponentDown(problem is SocketException ? "connection-lost" : "closed", "", IsOurs: false);
        }
        await SayGoodbyeAsync(socket).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        socket.Close();
        await reading.ConfigureAwait(false);
        return _end is { Text.Length: > 0 } end ? $"{end.Condition} ({end.Text})" : _end?.Condition ?? "closed";
    }

    private Instant Now => new(time.GetTimestamp() * (1_000_000_000 / time.TimestampFrequency));

    private async Task<string?> ConnectAsync(Socket socket, CancellationToken stop)
    {
        try
        {
            using var late = CancellationTokenSource.CreateLinkedTokenSource(stop);
            late.CancelAfter(ConnectPatience);
            var addresses = IPAddress.TryParse(settings.Host, out var literal)
                ? [literal]
                : await Dns.GetHostAddressesAsync(settings.Host, late.Token).ConfigureAwait(false);
            if (addresses.FirstOrDefault(settings.Allows) is not { } address)
                return "no address that may be talked to";
            await socket.ConnectAsync(new IPEndPoint(address, settings.Port), late.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException)
        {
            return problem is SocketException { SocketErrorCode: var code } ? code.ToString() : "connect timeout";
        }
    }

    private async Task WriteAsync(Socket socket, CancellationToken stop)
    {
        while (true)
        {
            byte[] bytes;
            TimeSpan sleep;
            lock (_gate)
            {
                _stream.Tick(Now);
                if (_stream.IsUp)
                    queue.MoveTo(_stream, MostAtOnce);
                bytes = _stream.TakeOutput();
                sleep = _stream.Deadline == Instant.Never ? LongestSleep : _stream.Deadline - Now;
                Report();
            }
            if (bytes.Length > 0)
                await SendAsync(socket, bytes, stop).ConfigureAwait(false);
            if (_end is not null)
                return;
            if (bytes.Length == 0)
                await queue.WaitAsync(Bounded(sleep), stop).ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(Socket socket, CancellationToken stop)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, stop).ConfigureAwait(false) is var count and > 0)
            {
                lock (_gate)
                {
                    _stream.Receive(Now, buffer.AsSpan(0, count));
                    Report();
                }
                queue.Wake();
            }
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Told below.
        }
        lock (_gate)
            _end ??= new ComponentDown("connection-lost", "", IsOurs: false);
        queue.Wake();
    }

    /// <summary>Called with the gate held: what happened is told in order.</summary>
    private void Report()
    {
        while (_stream.TryTakeEvent(out var what))
        {
            _end ??= what as ComponentDown;
            if (what is not ComponentDown)
                happened(what);
        }
    }

    private async Task SayGoodbyeAsync(Socket socket)
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        byte[] bytes;
        lock (_gate)
        {
            if (_stream.IsUp)
                queue.MoveTo(_stream, MostAtOnce);
            _stream.Close();
            bytes = _stream.TakeOutput();
        }
        try
        {
            await SendAsync(socket, bytes, soon.Token).ConfigureAwait(false);
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException)
        {
            // It is gone already.
        }
    }

    private static async Task SendAsync(Socket socket, byte[] bytes, CancellationToken stop)
    {
        for (var sent = 0; sent < bytes.Length;)
            sent += await socket.SendAsync(bytes.AsMemory(sent), stop).ConfigureAwait(false);
    }

    private static TimeSpan Bounded(TimeSpan sleep) =>
        sleep < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : sleep > LongestSleep ? LongestSleep : sleep;
}
