using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// Our relay (RFC 4976): one connection, over which every session asks for addresses of its own and over which its messages come and go.
/// It is made when it is first needed, and again after it was lost; sessions that hang on a lost one are over.
/// </summary>
internal sealed class MsrpRelay(MsrpTools tools, MsrpStreams streams, MsrpRelayAccount account) : IDisposable
{
    /// <summary>After a failure nobody waits for the next one for so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _opening = new(1);
    private readonly Lock _gate = new();
    private readonly HashSet<MsrpLease> _leases = [];
    private MsrpConnection? _connection;
    private long _failedAt = long.MinValue;

    /// <summary>TCP and TLS do not mix within one path.</summary>
    public bool Fits(MsrpMedia media) => media.IsSecure == account.Relay.IsSecure;

    /// <returns>Null when the relay gives none.</returns>
    public async Task<MsrpLease?> LeaseAsync(MsrpLeg leg)
    {
        if (await ConnectionAsync().ConfigureAwait(false) is not { } connection)
            return null;
        var lease = new MsrpLease(tools, this, leg, connection, new MsrpRelayAuth(tools.Ids, account, leg.Session));
        leg.Lease = lease;
        lock (_gate)
            _leases.Add(lease);
        if (await lease.AskAsync().ConfigureAwait(false))
            return lease;
        lease.Dispose();
        leg.Lease = null;
        return null;
    }

    /// <summary>They wait behind their own address: our first words go there through the relay.</summary>
    public static void Introduce(MsrpTools tools, MsrpSession session)
    {
        if (session.Owner is not MsrpLeg { Lease: { } lease })
            return;
        lock (tools.Gate)
        {
            if (session.Link is null && !lease.Connection.Link.IsOver)
                lease.Connection.Link.Introduce(session);
        }
        lease.Connection.Wake();
    }

    public void Forget(MsrpLease lease)
    {
        lock (_gate)
            _leases.Remove(lease);
    }

    public void Dispose() => _opening.Dispose();

    private async Task<MsrpConnection?> ConnectionAsync()
    {
        await _opening.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_connection is { Link.IsOver: false } open)
                return open;
            var now = tools.Parts.Clock.Time.GetTimestamp();
            if (_failedAt != long.MinValue && tools.Parts.Clock.Time.GetElapsedTime(_failedAt, now) < Pause)
                return null;
            _connection = await streams.OpenRelayAsync(account, Lost).ConfigureAwait(false);
            _failedAt = _connection is null ? now : long.MinValue;
            return _connection;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Addresses at a relay that is gone lead nowhere.</summary>
    private void Lost(MsrpConnection connection)
    {
        MsrpLease[] lost;
        lock (_gate)
            lost = [.. _leases.Where(lease => lease.Connection == connection)];
        foreach (var lease in lost)
            lease.Lost();
    }
}
