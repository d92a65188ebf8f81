using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// The addresses one session has at the relay, for as long as it lasts, over a connection of its own: renewed when four fifths of their
/// time are over.
/// </summary>
internal sealed class MsrpLease(MsrpTools tools, MsrpLeg leg, MsrpConnection connection, MsrpRelayAuth auth) : IDisposable
{
    private const double Renewal = 0.8;
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private ITimer? _renewal;
    private bool _isOver;

    public MsrpConnection Connection => connection;

    /// <summary>From the far end's side, before our own address.</summary>
    public IReadOnlyList<MsrpUri> Path { get; private set; } = [];

    /// <returns>False when there are none.</returns>
    public Task<bool> AskAsync()
    {
        Ask();
        return _first.Task;
    }

    /// <summary>
    /// The relay's word. Some relays give other addresses with every renewal: the far end is told by another description. A renewal that is
    /// refused changes nothing while messages pass; some relays know none.
    /// </summary>
    public void Take(MsrpRelayAnswered answered)
    {
        if (answered.Status != MsrpStatus.Ok)
        {
            Log.MsrpRelayRefused(tools.Log, answered.Status);
            _first.TrySetResult(false);
            return;
        }
        bool isOther;
        lock (_gate)
        {
            if (_isOver)
                return;
            isOther = Path.Count > 0 && !Path.SequenceEqual(answered.Path);
            Path = answered.Path;
            _renewal?.Dispose();
            _renewal = tools.Parts.Clock.Time.CreateTimer(_ => Ask(), null, answered.Lasts * Renewal, Timeout.InfiniteTimeSpan);
        }
        if (!_first.TrySetResult(true) && isOther)
            _ = leg.TakeAsync(new RelayMoved()).AsTask();
    }

    /// <summary>The connection is gone, and the addresses with it.</summary>
    public void Lost()
    {
        lock (_gate)
        {
            if (_isOver)
                return;
        }
        if (!_first.TrySetResult(false))
            _ = leg.TakeAsync(new RelayLost()).AsTask();
    }

    /// <summary>Answers that are on their way still go out.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _renewal?.Dispose();
        }
        _first.TrySetResult(false);
        lock (tools.Gate)
            connection.Link.MarkOver();
        connection.Wake();
    }

    private void Ask()
    {
        lock (tools.Gate)
            connection.Link.Ask(tools.Now, auth.Again());
        connection.Wake();
    }
}

/// <summary>The session's addresses at the relay are gone.</summary>
internal sealed record RelayLost;

/// <summary>The session has other addresses at the relay; the old ones are good for a while.</summary>
internal sealed record RelayMoved;
