using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.ChatBridge;

/// <summary>
/// Our relay (RFC 4976): every session has a connection of its own to it, over which it asks for addresses and its messages come and go,
/// because relays may take one AUTH of a connection and no more. A session whose connection is lost is over.
/// </summary>
internal sealed class MsrpRelay(MsrpTools tools, MsrpStreams streams, MsrpRelayAccount account)
{
    /// <summary>After a failure nobody waits for the next one for so long.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long _failedAt = long.MinValue;

    /// <summary>TCP and TLS do not mix within one path.</summary>
    public bool Fits(MsrpMedia media) => media.IsSecure == account.Relay.IsSecure;

    /// <returns>Null when the relay gives none.</returns>
    public async Task<MsrpLease?> LeaseAsync(MsrpLeg leg)
    {
        MsrpLease? lease = null;
        if (await OpenAsync(_ => Volatile.Read(ref lease)?.Lost()).ConfigureAwait(false) is not { } connection)
            return null;
        lease = new MsrpLease(tools, leg, connection, new MsrpRelayAuth(tools.Ids, account, leg.Session));
        leg.Lease = lease;
        if (connection.Link.IsOver)
            lease.Lost();
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

    private async Task<MsrpConnection?> OpenAsync(Action<MsrpConnection> lost)
    {
        var (now, failedAt) = (tools.Parts.Clock.Time.GetTimestamp(), Volatile.Read(ref _failedAt));
        if (failedAt != long.MinValue && tools.Parts.Clock.Time.GetElapsedTime(failedAt, now) < Pause)
            return null;
        var connection = await streams.OpenRelayAsync(account, lost).ConfigureAwait(false);
        Volatile.Write(ref _failedAt, connection is null ? now : long.MinValue);
        return connection;
    }
}
