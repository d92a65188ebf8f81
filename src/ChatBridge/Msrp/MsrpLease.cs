using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.ChatBridge;

/// <summary>The addresses one session has at the relay, for as long as it lasts: renewed when four fifths of their time are over.</summary>
internal sealed class MsrpLease(MsrpTools tools, MsrpRelay relay, MsrpLeg leg, MsrpConnection connection, MsrpRelayAuth auth) : IDisposable
{
    private const double Renewal = 0.8;
    private readonly TaskCompletionSource<bool> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _renewal;

    public MsrpConnection Connection => connection;

    /// <summary>From the far end's side, before our own address.</summary>
    public IReadOnlyList<MsrpUri> Path { get; private set; } = [];

    /// <returns>False when there are none.</returns>
    public Task<bool> AskAsync()
    {
        Ask();
        return _first.Task;
    }

    /// <summary>The relay's word. Other addresses than before would need another description, which the session does not outlive.</summary>
    public void Take(MsrpRelayAnswered answered)
    {
        var isGiven = answered.Status == MsrpStatus.Ok && (Path.Count == 0 || Path.SequenceEqual(answered.Path));
        if (!isGiven)
        {
            Log.MsrpRelayRefused(tools.Log, answered.Status);
            Lost();
            return;
        }
        Path = answered.Path;
        _renewal?.Dispose();
        _renewal = tools.Parts.Clock.Time.CreateTimer(_ => Ask(), null, answered.Lasts * Renewal, Timeout.InfiniteTimeSpan);
        _first.TrySetResult(true);
    }

    public void Lost()
    {
        if (!_first.TrySetResult(false))
            _ = leg.TakeAsync(new RelayLost()).AsTask();
    }

    public void Dispose()
    {
        _renewal?.Dispose();
        relay.Forget(this);
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
