namespace Sylk.Conference.Protocols.Msrp;

/// <content>The other end is a relay of ours (RFC 4976).</content>
public sealed partial class MsrpLink
{
    private readonly Dictionary<string, (MsrpRelayAuth Auth, Instant Until)> _asking = new(StringComparer.Ordinal);

    /// <summary>True: it stays though no session is bound to it, because sessions come over it that nobody knows of yet.</summary>
    public bool IsKept { get; init; }

    private Instant RelayDeadline => _asking.Count == 0 ? Instant.Never : _asking.Values.Min(one => one.Until);

    private bool IsIdle => _sessions.Count == 0 && !IsKept;

    /// <summary>Asks the relay for addresses, at first or again; the answer is an event.</summary>
    public void Ask(Instant now, MsrpRelayAuth auth)
    {
        var request = auth.Ask(out var transaction);
        Expect(now, transaction, auth, request);
    }

    private void Expect(Instant now, string transaction, MsrpRelayAuth auth, byte[] request)
    {
        _asking[transaction] = (auth, now + MsrpLimits.ResponsePatience);
        Enqueue(request);
    }

    /// <returns>False when it answers no AUTH.</returns>
    private bool TakeRelayResponse(Instant now, MsrpHead head)
    {
        if (!_asking.Remove(head.TransactionId, out var asked))
        {
            return false;
        }

        if (asked.Auth.Meet(head, out var transaction) is { } again)
        {
            Expect(now, transaction, asked.Auth, again);
        }
        else
        {
            Happen(asked.Auth.Read(head));
        }

        return true;
    }

    private void ForgetUnansweredAuth(Instant now)
    {
        foreach (var (transaction, asked) in _asking.Where(one => one.Value.Until <= now).ToArray())
        {
            _asking.Remove(transaction);
            Happen(new MsrpRelayAnswered(asked.Auth.Session, MsrpStatus.TimedOut, [], default));
        }
    }
}
