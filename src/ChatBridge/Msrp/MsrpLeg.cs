using System.Threading.Channels;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>The connection that carried the session is gone.</summary>
internal sealed record ConnectionLost;

/// <summary>
/// One <c>m=message</c> section of a call from its offer to its end. All that happens to it comes through one inbox and is taken one
/// after the other.
/// </summary>
internal abstract class MsrpLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media) : IDisposable
{
    private const int MostWaiting = 256;

    /// <summary>For a connection to come, or to come back.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(30);

    private readonly Channel<object> _inbox = Channel.CreateBounded<object>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _absence;
    private int _ended;

    public MessageLegOffer Offer => offer;

    /// <summary>What the other end said last.</summary>
    public MsrpMedia Media { get; set; } = media;

    public required MsrpSession Session { get; init; }

    /// <summary>Null until the caller is inside.</summary>
    public string? ParticipantId { get; private set; }

    /// <summary>What carries it now; null before and after.</summary>
    public MsrpConnection? Connection { get; set; }

    protected MsrpTools Tools => tools;

    protected IRoomGrain Room => tools.Room(offer.Room);

    protected CancellationToken Stop => _stop.Token;

    /// <summary>Without a connection they are given so much time.</summary>
    protected void WaitForConnection() =>
        _absence ??= tools.Parts.Clock.Time.CreateTimer(_ => _ = TakeAsync(new GoneTooLong()).AsTask(), null, Absence, Timeout.InfiniteTimeSpan);

    protected void StopWaiting()
    {
        _absence?.Dispose();
        _absence = null;
    }

    public async ValueTask TakeAsync(object happened)
    {
        try
        {
            await _inbox.Writer.WriteAsync(happened, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or ChannelClosedException)
        {
            // It is over.
        }
    }

    public void Enter(string participantId)
    {
        ParticipantId = participantId;
        _ = TakeAsync(new Entered()).AsTask();
    }

    /// <summary>The owner wants it to end.</summary>
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
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        StopWaiting();
        if (disposing)
            _stop.Dispose();
    }

    /// <summary>Its life.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var happened in _inbox.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                await OnAsync(happened).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
#pragma warning disable CA1031 // one call's trouble ends that call's messages only (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.MsrpLegFailed(tools.Log, problem, offer.Room);
            Over(completed: false, "internal error");
        }
        _inbox.Writer.TryComplete();
        await CleanUpAsync().ConfigureAwait(false);
        lock (tools.Gate)
            Session.Link?.Release(tools.Now, Session);
        Connection?.Wake();
        Dispose();
    }

    protected abstract Task OnAsync(object happened);

    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    /// <summary>Tells the call, once.</summary>
    protected void Over(bool completed, string cause)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;
        Log.MsrpEnded(tools.Log, ParticipantId ?? "", offer.Room, cause);
        offer.Ended(new MessageLegEnd(offer.LegId, completed, cause));
    }

    protected void Answer(MsrpTransaction transaction, int status)
    {
        lock (tools.Gate)
            Session.Answer(transaction, status);
        Connection?.Wake();
    }

    protected void Send(MsrpOutgoing message)
    {
        lock (tools.Gate)
            Session.Send(tools.Now, message);
        Connection?.Wake();
    }

    internal sealed record Entered;

    internal sealed record GoneTooLong;
}
