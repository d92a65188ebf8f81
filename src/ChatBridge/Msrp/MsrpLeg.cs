using System.Threading.Channels;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>The connection that carried the session is gone.</summary>
/// <param name="Connection">Null: it is not to be used any more, because the session has moved.</param>
internal sealed record ConnectionLost(MsrpConnection? Connection);

/// <summary>
/// One <c>m=message</c> section of a call from its offer to its end. All that happens to it comes through one inbox and is taken one
/// after the other.
/// </summary>
internal abstract class MsrpLeg(MsrpTools tools, MessageLegOffer offer, MsrpMedia media) : IDisposable
{
    private const int MostWaiting = 256;

    /// <summary>Connections we make for one section in all.</summary>
    private const int MostConnections = 16;

    /// <summary>For a connection to come, or to come back.</summary>
    private static readonly TimeSpan Absence = TimeSpan.FromSeconds(30);

    private readonly Channel<object> _inbox = Channel.CreateBounded<object>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _absence;
    private ITimer? _idle;
    private int _connections;
    private bool _mayReconnect = true;
    private int _ended;
    private readonly Lock _leasing = new();
    private MsrpLease? _lease;
    private bool _isDisposed;

    public MessageLegOffer Offer => offer;

    /// <summary>Our addresses at the relay; null where there is none.</summary>
    public MsrpLease? Lease
    {
        get => _lease;
        set
        {
            lock (_leasing)
            {
                _lease = value;
                if (!_isDisposed)
                    return;
            }
            value?.Dispose(); // nobody would give it back any more
        }
    }

    /// <summary>It is over for good.</summary>
    public bool IsDisposed => Volatile.Read(ref _isDisposed);

    /// <summary>What the other end said last.</summary>
    public MsrpMedia Media { get; set; } = media;

    public required MsrpSession Session { get; init; }

    /// <summary>Null until the caller is inside.</summary>
    public string? ParticipantId { get; private set; }

    /// <summary>What carries it now; null before and after.</summary>
    public MsrpConnection? Connection { get; set; }

    /// <summary>A file moves or the call is over: from now on there is as much time again.</summary>
    protected void WatchIdle()
    {
        _idle ??= tools.Parts.Clock.Time.CreateTimer(_ => _ = TakeAsync(new StoodStill()).AsTask(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _idle.Change(tools.Settings.ChunkTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Where our messages go: our relays, nearest first, and their path.</summary>
    public IReadOnlyList<MsrpUri> PathTo(MsrpMedia media) => Lease is null ? media.Path : [.. Lease.Path.Reverse(), .. media.Path];

    /// <summary>A relay, ours or theirs, takes what we send and answers for itself.</summary>
    protected bool IsBehindRelay => Session.Remote.Count > 1;

    /// <summary>Makes a connection to where the other end waits.</summary>
    public Action<MsrpSession, MsrpMedia> Connecting { get; set; } = (_, _) => { };

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

    /// <summary>Where they wait (RFC 6135), we connect; elsewhere they do.</summary>
    public void Connect()
    {
        if (Media.Setup == SetupRole.Passive && _connections++ < MostConnections)
            Connecting(Session, Media);
    }

    /// <summary>
    /// The connection is gone and the call is not: once we try to have it back, if it is ours to make (RFC 4975 section 5.4), and wait
    /// for them otherwise (rule MSRP-S-7).
    /// </summary>
    /// <returns>False: there is another already.</returns>
    protected bool LoseConnection(ConnectionLost lost)
    {
        lock (tools.Gate)
        {
            if (Session.Link is not null)
                return false;
            if (lost.Connection is null || lost.Connection == Connection)
                Connection = null;
        }
        WaitForConnection();
        if (_mayReconnect)
            Connect();
        _mayReconnect = false;
        return true;
    }

    /// <summary>The connection is good for something: when it is lost another may be tried.</summary>
    protected void NoteProgress() => _mayReconnect = true;

    /// <summary>The session has other addresses than before.</summary>
    public void Moved()
    {
        _mayReconnect = true;
        _ = TakeAsync(new ConnectionLost(null)).AsTask();
    }

    /// <summary>A new description of the same session. Which file it moves was said at its beginning.</summary>
    public virtual void Follow(MsrpMedia media)
    {
        Media = media with { File = Media.File, FileTransferId = Media.FileTransferId, FileRange = Media.FileRange };
        lock (tools.Gate)
            Session.Remote = PathTo(media);
    }

    public async ValueTask TakeAsync(object happened)
    {
        try
        {
            await _inbox.Writer.WriteAsync(happened, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OperationCanceledException or ChannelClosedException or ObjectDisposedException)
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
        lock (_leasing)
            _isDisposed = true;
        _lease?.Dispose();
        _idle?.Dispose();
        if (disposing)
            _stop.Dispose();
    }

    /// <summary>Its life.</summary>
    public async Task RunAsync()
    {
        try
        {
            await foreach (var happened in _inbox.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                await HappenAsync(happened).ConfigureAwait(false);
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
        try
        {
            await CleanUpAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // the session is given back whatever happens (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.MsrpLegFailed(tools.Log, problem, offer.Room);
        }
        lock (tools.Gate)
            Session.Link?.Release(tools.Now, Session);
        Connection?.Wake();
        Dispose();
    }

    private Task HappenAsync(object happened)
    {
        switch (happened)
        {
            case RelayLost:
                Over(completed: false, "the relay is gone");
                return Task.CompletedTask;
            case RelayMoved:
                offer.Changed();
                return Task.CompletedTask;
            default:
                return OnAsync(happened);
        }
    }

    protected abstract Task OnAsync(object happened);

    protected virtual Task CleanUpAsync() => Task.CompletedTask;

    /// <summary>Tells the call, once, and ends; answers that are on their way still go out.</summary>
    protected void Over(bool completed, string cause)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
            return;
        Log.MsrpEnded(tools.Log, ParticipantId ?? "", offer.Room, cause);
        offer.Ended(new MessageLegEnd(offer.LegId, completed, cause));
        Close();
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

    /// <summary>Nothing of the file has come or gone for too long.</summary>
    internal sealed record StoodStill;
}
