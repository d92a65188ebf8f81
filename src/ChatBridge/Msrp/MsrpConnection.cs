using System.Threading.Channels;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.ChatBridge;

/// <summary>One connection's reading and writing; what it means is the link's matter.</summary>
internal sealed class MsrpConnection : IDisposable
{
    private const int BufferSize = 16 * 1024;

    /// <summary>How long the last words may take.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    /// <summary>Whoever takes nothing for so long is gone.</summary>
    private static readonly TimeSpan WritePatience = TimeSpan.FromMinutes(3);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop;
    private readonly MsrpTools _tools;
    private readonly ITimer _stuck;

    public MsrpConnection(MsrpTools tools, Func<MsrpUri, MsrpSession?> find, CancellationToken stop, bool isRelay = false)
    {
        _tools = tools;
        Link = new MsrpLink(tools.Now, find) { IsKept = isRelay };
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _stuck = tools.Parts.Clock.Time.CreateTimer(_ => Close(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public MsrpLink Link { get; }

    /// <summary>There may be something to send.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    public void Close()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    public void Dispose()
    {
        _stuck.Dispose();
        _stop.Dispose();
    }

    /// <summary>Until either side has enough; the sessions are told then.</summary>
    public async Task RunAsync(Stream stream, string remote)
    {
        var writing = WriteAsync(stream);
        try
        {
            await ReadAsync(stream).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or ObjectDisposedException)
        {
            Log.MsrpConnectionEnded(_tools.Log, remote, problem.Message);
        }
        lock (_tools.Gate)
            Link.MarkOver();
        Wake();
        await Task.WhenAny(writing, Task.Delay(Farewell)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await writing.ConfigureAwait(false);
        MsrpSession[] left;
        lock (_tools.Gate)
        {
            left = [.. Link.Sessions];
            Link.ReleaseAll(_tools.Now);
        }
        foreach (var session in left)
            await ((MsrpLeg)session.Owner!).TakeAsync(new ConnectionLost(this)).ConfigureAwait(false);
    }

    private async Task ReadAsync(Stream stream)
    {
        var buffer = new byte[BufferSize];
        while (!Link.IsOver)
        {
            var read = await stream.ReadAsync(buffer, _stop.Token).ConfigureAwait(false);
            if (read == 0)
                return;
            lock (_tools.Gate)
                Link.Receive(_tools.Now, buffer.AsSpan(0, read));
            await TellAsync().ConfigureAwait(false);
            Wake();
        }
    }

    private async Task WriteAsync(Stream stream)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                while (Next() is { Length: > 0 } bytes)
                    await WriteAsync(stream, bytes).ConfigureAwait(false);
                await TellAsync().ConfigureAwait(false);
                if (Link.IsOver)
                    break;
                await SleepAsync().ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The reader sees it too, and says so.
        }
        await _stop.CancelAsync().ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(Stream stream, ReadOnlyMemory<byte> bytes)
    {
        var write = stream.WriteAsync(bytes, _stop.Token);
        if (write.IsCompletedSuccessfully)
            return;
        _stuck.Change(WritePatience, Timeout.InfiniteTimeSpan);
        await write.ConfigureAwait(false);
        _stuck.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private ReadOnlyMemory<byte> Next()
    {
        lock (_tools.Gate)
            return Link.TryTakeOutput(_tools.Now, out var bytes) ? bytes : default;
    }

    /// <summary>Until there is something to send, or a deadline.</summary>
    private async Task SleepAsync()
    {
        TimeSpan left;
        lock (_tools.Gate)
        {
            Link.Advance(_tools.Now);
            left = Link.Deadline == Instant.Never ? LongestSleep : Link.Deadline - _tools.Now;
        }
        if (Link.IsOver)
            return;
        using var due = new CancellationTokenSource(Between(left), _tools.Parts.Clock.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(due.Token, _stop.Token);
        try
        {
            await _wake.Reader.ReadAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // A deadline, or the end.
        }
    }

    private static TimeSpan Between(TimeSpan left) =>
        left > LongestSleep ? LongestSleep : left > TimeSpan.Zero ? left + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(1);

    /// <summary>Its addresses at the relay, unless they are at the end of another connection by now.</summary>
    private MsrpLease? Lease(MsrpSession session) => session.Owner is MsrpLeg { Lease: { } lease } && lease.Connection == this ? lease : null;

    /// <summary>What happened, to whom it concerns; one who is busy holds this connection up and no other.</summary>
    private async Task TellAsync()
    {
        while (true)
        {
            MsrpEvent happened;
            lock (_tools.Gate)
            {
                if (!Link.TryTakeEvent(out happened))
                    return;
            }
            if (happened is MsrpBound bound && bound.Session.Owner is MsrpLeg first)
                first.Connection = this;
            if (happened is MsrpRelayAnswered answered)
                Lease(answered.Session)?.Take(answered);
            else if (happened.Session.Owner is MsrpLeg leg)
                await leg.TakeAsync(happened).ConfigureAwait(false);
        }
    }
}
