using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Sylk.Conference.Headless.Joining;

namespace Sylk.Conference.Load.Janus;

/// <summary>One WebSocket to Janus that any number of sessions share; matches answers to requests.</summary>
internal sealed class JanusConnection : IDisposable
{
    private const int LargestRead = 65_536;
    private readonly ClientWebSocket _socket = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JanusReply>> _waiting = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ending = new();
    private Task _reading = Task.CompletedTask;
    private long _transactions;

    public async Task OpenAsync(Uri server, CancellationToken cancellation)
    {
        _socket.Options.AddSubProtocol("janus-protocol");
        await _socket.ConnectAsync(server, cancellation).ConfigureAwait(false);
        _reading = Task.Run(ReadAsync, CancellationToken.None);
    }

    /// <summary>Sends a request and waits for its last answer, which the plugin may give after the acknowledgement.</summary>
    /// <exception cref="JoinRefusedException">Janus or the plugin refused.</exception>
    public async Task<JanusReply> AskAsync(JsonObject request, CancellationToken cancellation)
    {
        var transaction = Interlocked.Increment(ref _transactions).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JanusReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[transaction] = answer;
        try
        {
            await SendAsync(JanusRequest.Write(request, transaction), cancellation).ConfigureAwait(false);
            var reply = await answer.Task.WaitAsync(cancellation).ConfigureAwait(false);
            return reply.Problem is null ? reply : throw new JoinRefusedException($"Janus: {reply.Problem}");
        }
        finally
        {
            _waiting.TryRemove(transaction, out _);
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _socket.Abort();
        _reading.Wait();
        _socket.Dispose();
        _sending.Dispose();
        _ending.Dispose();
    }

    private async Task SendAsync(byte[] message, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await _socket.SendAsync(message, WebSocketMessageType.Text, true, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        var (buffer, message) = (new byte[LargestRead], new MemoryStream());
        try
        {
            while (!_ending.IsCancellationRequested)
            {
                var read = await _socket.ReceiveAsync(buffer.AsMemory(), _ending.Token).ConfigureAwait(false);
                if (read.MessageType == WebSocketMessageType.Close)
                    break;
                message.Write(buffer, 0, read.Count);
                if (!read.EndOfMessage)
                    continue;
                Deliver(message.GetBuffer().AsSpan(0, (int)message.Length));
                message.SetLength(0);
            }
        }
        catch (Exception end) when (end is WebSocketException or OperationCanceledException)
        {
            // Whoever waits still is told below.
        }

        foreach (var waiting in _waiting.Values)
            waiting.TrySetException(new JoinRefusedException("Janus closed the connection."));
    }

    private void Deliver(ReadOnlySpan<byte> message)
    {
        if (JanusReply.TryRead(message, out var reply) && reply is { IsAcknowledgement: false, Transaction: { } transaction }
            && _waiting.TryGetValue(transaction, out var waiting))
            waiting.TrySetResult(reply);
    }
}
