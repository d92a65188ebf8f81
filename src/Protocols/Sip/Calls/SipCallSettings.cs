namespace Sylk.Conference.Protocols.Sip;

/// <summary>How calls behave.</summary>
public sealed record SipCallSettings
{
    /// <summary>How long an outgoing call may ring before it is cancelled.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Session-Expires we ask for, seconds (RFC 4028); 0 asks for none.</summary>
    public uint SessionExpires { get; init; } = 1800;

    /// <summary>Shortest we take, seconds, at least 90.</summary>
    public uint MinSessionExpires { get; init; } = 90;

    /// <summary>Contacts of 3xx are tried (rule SIP-UAC-3).</summary>
    public bool FollowRedirects { get; init; }

    /// <summary>Targets one call may try in all.</summary>
    public int MaxTargets { get; init; } = 5;

    /// <summary>Early dialogs one call may have.</summary>
    public int MaxForks { get; init; } = 16;

    /// <summary>180 is sent reliably too when the caller can; 183 with a description always is.</summary>
    public bool ReliableRinging { get; init; }
}

public enum SipCallState : byte
{
    /// <summary>Not answered.</summary>
    Early,

    /// <summary>2xx sent or received, not yet acknowledged.</summary>
    Answered,

    Confirmed,
    Ended,
}

/// <summary>Whose offer waits for an answer (RFC 3264, RFC 3261 section 13.2.1).</summary>
public enum SipOfferState : byte { None, Ours, Theirs, Agreed }

/// <summary>Why a call ended.</summary>
public enum SipCallEnd : byte
{
    None,

    /// <summary>We hung up or gave up.</summary>
    ByUs,

    /// <summary>BYE.</summary>
    ByThem,

    /// <summary>CANCEL from the caller.</summary>
    Cancelled,

    /// <summary>A final refusal, ours or theirs.</summary>
    Refused,

    /// <summary>No answer at all, no ACK, no PRACK.</summary>
    NoAnswer,

    /// <summary>The session timer ran out or a refresh found nobody.</summary>
    SessionExpired,
}

/// <summary>What is needed to call somebody.</summary>
/// <param name="Target">The Request-URI.</param>
/// <param name="From">Who calls; the tag is added.</param>
/// <param name="To">Who is called.</param>
/// <param name="Contact">Our Contact value with its parameters.</param>
/// <param name="Flow">The next hop, resolved.</param>
public sealed record SipCallTarget(SipUri Target, SipNameAddress From, SipNameAddress To, string Contact, SipFlow Flow)
{
    /// <summary>Our description; empty: they shall offer.</summary>
    public ReadOnlyMemory<byte> Offer { get; init; }

    /// <summary>Headers beside the usual ones; Route is one of them.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>A call that was refused and is tried in another place: Call-ID and From tag are its own, CSeq goes on (section 8.1.3.4).</summary>
    public SipCall? Instead { get; init; }

    /// <summary>Answers challenges to the INVITE of this call, in place of the agent's (attack TS-08).</summary>
    public SipCredentials? Credentials { get; init; }
}
