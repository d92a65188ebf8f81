namespace Sylk.Conference.Protocols.Sip;

/// <summary>The states of all four machines (RFC 3261 section 17, RFC 6026).</summary>
public enum SipTransactionState : byte { Trying, Proceeding, Completed, Confirmed, Accepted, Terminated }

/// <summary>What the four transaction machines share: a request, the way it travels, and two deadlines.</summary>
public abstract class SipTransaction
{
    private protected SipTransaction(SipMessage request, SipFlow flow, string key)
    {
        Request = request;
        Flow = flow;
        Key = key;
    }

    public SipMessage Request { get; private protected set; }

    /// <summary>Where the request came from or went to.</summary>
    public SipFlow Flow { get; private protected set; }

    public SipTransactionState State { get; private protected set; }

    public bool IsInvite => Request.Method == SipMethod.Invite;

    /// <summary>Set by who uses the transaction, to find its own things again.</summary>
    public object? Owner { get; set; }

    internal string Key { get; }

    internal Instant Deadline => State == SipTransactionState.Terminated ? Instant.Never : Instant.Earlier(ResendAt, EndAt);

    /// <summary>Timers A, E, G: the next retransmission.</summary>
    private protected Instant ResendAt { get; set; } = Instant.Never;

    /// <summary>Timers B, D, F, H, I, J, K, L, M: when the state ends.</summary>
    private protected Instant EndAt { get; set; } = Instant.Never;

    private protected TimeSpan Interval { get; set; }

    /// <summary>The deadline that stands in the queue.</summary>
    internal Instant Queued { get; set; } = Instant.Never;

    internal abstract void Tick(Instant now, SipStack stack);

    private protected void Terminate()
    {
        State = SipTransactionState.Terminated;
        ResendAt = EndAt = Instant.Never;
    }

    /// <summary>Ends after this time, at once when there is none to wait.</summary>
    private protected void EndAfter(Instant now, TimeSpan wait)
    {
        ResendAt = Instant.Never;
        EndAt = now + wait;
        if (wait == TimeSpan.Zero)
        {
            Terminate();
        }
    }
}
