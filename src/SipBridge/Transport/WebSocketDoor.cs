using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Threading.Channels;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>SIP over WebSocket (RFC 7118): each WebSocket message is one SIP message; answers go back on the connection they are for.</summary>
internal sealed class WebSocketDoor(SipEndpoint endpoint, ConnectionCount count)
{
    private const int MostQueued = 256;
    private const int Largest = 320 * 1024;

    private readonly ConcurrentDictionary<int, Session> _sessions = new();
    private int _numbers;

    public int Count => _sessions.Count;

    public void Send(SipSend send)
    {
        if (!_sessions.TryGetValue(send.Flow.Connection, out var session) || !session.Out.Writer.TryWrite(send.Bytes))
            endpoint.Fail(send.Flow);
    }

    /// <summary>Serves one connection until either side closes it.</summary>
    /// <returns>False when there are too many already; nothing was read then.</returns>
    public async Task<bool> ServeAsync(WebSocket socket, IPEndPoint remote, bool isSecure, CancellationToken stop)
    {
        var address = TransportAddress.From(remote);
        if (!count.TryAdd(address))
            return false;
        var number = Interlocked.Increment(ref _numbers);
        var flow = new SipFlow(isSecure ? SipTransport.Wss : SipTransport.Ws, address, number);
        var session = new Session(Channel.CreateBounded<ReadOnlyMemory<byte>>(MostQueued));
        _sessions[number] = session;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var writing = WriteAsync(socket, session, end);
        try
        {
            await ReadAsync(socket, flow, end.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or IOException)
        {
            // The page is gone.
        }
        finally
        {
            _sessions.TryRemove(number, out _);
            count.Remove(address);
            session.Out.Writer.TryComplete();
            await writing.ConfigureAwait(false);
            endpoint.Fail(flow);
        }
        return true;
    }

    private async Task ReadAsync(WebSocket socket, SipFlow flow, CancellationToken stop)
    {
        var buffer = new byte[16 * 1024];
        var length = 0;
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(length), stop).ConfigureAwait(false);
            if (got.MessageType == WebSocketMessageType.Close)
                return;
            length += got.Count;
            if (got.EndOfMessage)
            {
                if (length > 4) // what is shorter is a keep-alive (RFC 7118 section 6)
                    await endpoint.TakeAsync(flow, buffer.AsSpan(0, length).ToArray(), stop).ConfigureAwait(false);
                length = 0;
            }
            else if (length == buffer.Length)
            {
                if (length >= Largest)
                    return;
                Array.Resize(ref buffer, Math.Min(Largest, length * 2));
            }
        }
    }

    private static async Task WriteAsync(WebSocket socket, Session session, CancellationTokenSource end)
    {
        try
        {
            await foreach (var message in session.Out.Reader.ReadAllAsync(end.Token).ConfigureAwait(false))
                await socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, end.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            await end.CancelAsync().ConfigureAwait(false);
        }
    }

    private sealed record Session(Channel<ReadOnlyMemory<byte>> Out);
}
