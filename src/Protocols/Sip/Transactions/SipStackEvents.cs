namespace Sylk.Conference.Protocols.Sip;

/// <summary>What the transaction layer tells its user.</summary>
public abstract record SipStackEvent;

/// <summary>A request to be answered through its transaction, whatever it is; CANCEL has been answered, see <see cref="SipCancelled"/>.</summary>
public sealed record SipRequestReceived(SipServerTransaction Transaction) : SipStackEvent;

/// <summary>Somebody gave up on this INVITE: answer it with 487 unless it is answered (RFC 3261 section 9.2).</summary>
public sealed record SipCancelled(SipServerTransaction Invite, SipMessage Cancel) : SipStackEvent;

/// <summary>The ACK of a 2xx, or one that belongs to nothing.</summary>
public sealed record SipAckReceived(SipMessage Ack, SipFlow Flow) : SipStackEvent;

public sealed record SipResponseReceived(SipClientTransaction Transaction, SipMessage Response) : SipStackEvent;

/// <summary>No answer came: 408 for time, 503 for the transport (section 8.1.3.1).</summary>
public sealed record SipTransactionFailed(SipClientTransaction Transaction, int Status) : SipStackEvent;

/// <summary>A 2xx to an INVITE whose transaction is over: a late fork.</summary>
public sealed record SipStrayAnswer(SipMessage Response, SipFlow Flow) : SipStackEvent;

/// <summary>A refused INVITE was never acknowledged.</summary>
public sealed record SipAckMissing(SipServerTransaction Transaction) : SipStackEvent;
