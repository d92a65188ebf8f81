using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// THE loop of the SIP door: messages from the transports, orders from calls and deadlines go through one queue to one reader, which
/// alone touches the agent. Nothing in here waits for anybody.
/// </summary>
internal sealed class SipEndpoint : IAsyncDisposable
{
    private const int Capacity = 8_192;

    private readonly Channel<SipWork> _inbox = Channel.CreateBounded<SipWork>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private readonly SipUserAgent _agent;
    private readonly SipClock _clock;
    private readonly ILogger _log;
    private readonly ITimer _alarm;
    private Task _loop = Task.CompletedTask;

    public SipEndpoint(SipUserAgent agent, SipClock clock, ILogger log)
    {
        (_agent, _clock, _log) = (agent, clock, log);
        _alarm = clock.Time.CreateTimer(_ => _inbox.Writer.TryWrite(SipWork.Wake), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where the agent's events go; called on the loop.</summary>
    public Action<Instant, SipEvent> Happened { get; set; } = (_, _) => { };

    /// <summary>Where bytes go; called on the loop and must not wait.</summary>
    public Action<SipSend> Send { get; set; } = _ => { };

    /// <summary>Hears every message, theirs and ours; called on the loop and must not wait.</summary>
    public Action<SipFlow, ReadOnlyMemory<byte>, bool> Passes { get; set; } = (_, _, _) => { };

    /// <summary>Datagrams that found the queue full.</summary>
    public long Dropped { get; private set; }

    public void Start() => _loop = Task.Run(RunAsync);

    /// <summary>From a datagram socket: dropped when we cannot keep up, the sender repeats it.</summary>
    public void Offer(SipFlow flow, ReadOnlyMemory<byte> message)
    {
        if (!_inbox.Writer.TryWrite(SipWork.Message(flow, message)))
            Dropped++;
    }

    /// <summary>From a stream: its reader waits when we cannot keep up.</summary>
    public ValueTask TakeAsync(SipFlow flow, ReadOnlyMemory<byte> message, CancellationToken stop) =>
        _inbox.Writer.WriteAsync(SipWork.Message(flow, message), stop);

    public void Fail(SipFlow flow) => Post(SipWork.Failure(flow));

    /// <summary>Uses the agent on its loop.</summary>
    public Task<T> AskAsync<T>(Func<Instant, SipUserAgent, T> use)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(SipWork.Do(now =>
        {
            try
            {
                done.SetResult(use(now, _agent));
            }
#pragma warning disable CA1031 // whoever asked hears of it; the loop goes on
            catch (Exception problem)
#pragma warning restore CA1031
            {
                done.SetException(problem);
            }
        }));
        return done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
        await _alarm.DisposeAsync().ConfigureAwait(false);
    }

    private void Post(SipWork work)
    {
        // Orders must not be lost; when the queue is full they wait on the pool, in no particular order.
        if (!_inbox.Writer.TryWrite(work))
            _ = PostLaterAsync(work);
    }

    private async Task PostLaterAsync(SipWork work)
    {
        try
        {
            await _inbox.Writer.WriteAsync(work).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            // The endpoint has stopped; so has the call this was for.
        }
    }

    private async Task RunAsync()
    {
        var reader = _inbox.Reader;
        while (await reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var now = _clock.Now;
            for (var turns = 0; turns < 256 && reader.TryRead(out var work); turns++)
                Guarded(now, work);
            Finish(now);
        }
    }

    private void Guarded(Instant now, in SipWork work)
    {
        try
        {
            Do(now, work);
        }
#pragma warning disable CA1031 // one message's trouble is not the next one's (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.SipTurnFailed(_log, problem, work.Kind.ToString());
        }
    }

    private void Do(Instant now, in SipWork work)
    {
        switch (work.Kind)
        {
            case SipWorkKind.Message:
                Passes(work.Flow, work.Bytes, false);
                _agent.Receive(now, work.Flow, work.Bytes);
                break;
            case SipWorkKind.Failure:
                _agent.Fail(now, work.Flow);
                break;
            case SipWorkKind.Order:
                work.Order!(now);
                break;
        }
    }

    private void Finish(Instant now)
    {
        try
        {
            if (_agent.NextDeadline <= now)
                _agent.Tick(now);
            while (_agent.TryTakeEvent(out var happened))
                Happened(now, happened);
            while (_agent.TryTakeSend(out var send))
            {
                Passes(send.Flow, send.Bytes, true);
                Send(send);
            }
        }
#pragma warning disable CA1031 // see above
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.SipTurnFailed(_log, problem, "turn");
        }
        SetAlarm(now);
    }

    private void SetAlarm(Instant now)
    {
        var next = _agent.NextDeadline;
        var wait = next == Instant.Never ? Timeout.InfiniteTimeSpan : next <= now ? TimeSpan.Zero : next - now + TimeSpan.FromMilliseconds(1);
        _alarm.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
