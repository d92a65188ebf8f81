using System.Net.Sockets;
using System.Threading.Channels;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>One TCP or TLS connection: cuts what comes into messages, writes what goes out in order.</summary>
internal sealed class StreamConnection : IDisposable
{
    /// <summary>Messages that wait for a peer that does not read; beyond it the connection is closed.</summary>
    private const int MostQueued = 256;
    private static readonly ReadOnlyMemory<byte> Ping = "\r\n"u8.ToArray();
    private static readonly TimeSpan LongestWrite = TimeSpan.FromSeconds(10);

    private readonly Channel<ReadOnlyMemory<byte>> _out = Channel.CreateBounded<ReadOnlyMemory<byte>>(MostQueued);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<CancellationToken, Task<Stream>> _open;
    private readonly SipEndpoint _endpoint;
    private readonly SipClock _clock;
    private readonly SipStreamFramer _framer = new();
    private long _usedAt;

    /// <param name="flow">Its way, with its number.</param>
    /// <param name="open">Makes the stream: connects, shakes hands.</param>
    /// <param name="endpoint">Who takes the messages.</param>
    /// <param name="clock">For keeping still and for patience.</param>
    public StreamConnection(SipFlow flow, Func<CancellationToken, Task<Stream>> open, SipEndpoint endpoint, SipClock clock)
    {
        (Flow, _open, _endpoint, _clock) = (flow, open, endpoint, clock);
        _usedAt = clock.Time.GetTimestamp();
    }

    public SipFlow Flow { get; }

    /// <summary>The last message either way.</summary>
    public TimeSpan Idle => _clock.Time.GetElapsedTime(Interlocked.Read(ref _usedAt));

    /// <summary>False: the peer does not read, and the connection is being closed.</summary>
    public bool TrySend(ReadOnlyMemory<byte> message)
    {
        Touch();
        if (_out.Writer.TryWrite(message))
            return true;
        Close();
        return false;
    }

    public void Close()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has come to its end meanwhile.
        }
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Lives until either side closes.</summary>
    public async Task RunAsync()
    {
        try
        {
            await using var stream = await _open(_stop.Token).ConfigureAwait(false);
            var writing = WriteAsync(stream);
            try
            {
                await ReadAsync(stream).ConfigureAwait(false);
            }
            finally
            {
                _out.Writer.TryComplete();
                await Task.WhenAny(writing, Task.Delay(LongestWrite, _clock.Time)).ConfigureAwait(false);
                await _stop.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The peer is gone, or was never there: those who wait for it are told below.
        }
        finally
        {
            _out.Writer.TryComplete();
            _endpoint.Fail(Flow);
        }
    }

    private async Task WriteAsync(Stream stream)
    {
        try
        {
            await foreach (var message in _out.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                await stream.WriteAsync(message, _stop.Token).AsTask().WaitAsync(LongestWrite, _clock.Time, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or SocketException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            await _stop.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var got = await ReadSomeAsync(stream, buffer).ConfigureAwait(false);
            if (got <= 0)
                return;
            var rest = buffer.AsMemory(0, got);
            while (rest.Length > 0)
            {
                var taken = Math.Min(rest.Length, _framer.Room);
                _framer.Append(_clock.Now, rest.Span[..taken]);
                rest = rest[taken..];
                if (!await TakeFramesAsync().ConfigureAwait(false))
                    return;
            }
        }
    }

    /// <returns>0 at the end, also when a message that has begun does not come to its end in time (limit L10).</returns>
    private async ValueTask<int> ReadSomeAsync(Stream stream, byte[] buffer)
    {
        if (_framer.Deadline == Protocols.Instant.Never)
            return await stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
        var patience = _framer.Deadline - _clock.Now;
        if (patience <= TimeSpan.Zero)
            return 0;
        using var late = new CancellationTokenSource(patience, _clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _stop.Token);
        return await stream.ReadAsync(buffer, either.Token).ConfigureAwait(false);
    }

    private async ValueTask<bool> TakeFramesAsync()
    {
        while (true)
        {
            var kind = _framer.TryTake(out var frame);
            switch (kind)
            {
                case SipFrameKind.None:
                    return true;
                case SipFrameKind.Message:
                    Touch();
                    await _endpoint.TakeAsync(Flow, frame, _stop.Token).ConfigureAwait(false);
                    break;
                case SipFrameKind.Ping:
                    _out.Writer.TryWrite(Ping);
                    break;
                case SipFrameKind.Broken:
                    await _endpoint.TakeAsync(Flow, frame, _stop.Token).ConfigureAwait(false);
                    await _endpoint.AskAsync((_, _) => true).ConfigureAwait(false); // so that the refusal is on its way before we close
                    return false;
            }
        }
    }

    private void Touch() => Interlocked.Exchange(ref _usedAt, _clock.Time.GetTimestamp());
}
