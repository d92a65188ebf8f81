namespace Sylk.Conference.Protocols.Sip;

/// <summary>What <see cref="SipUserAgent"/> tells its owner.</summary>
public abstract record SipEvent;

/// <summary>A request outside of dialogs that is neither INVITE nor CANCEL; answer it by <see cref="SipUserAgent.Respond(Instant, SipServerTransaction, SipBuilder)"/>.</summary>
public sealed record SipRequestArrived(SipServerTransaction Transaction) : SipEvent;

/// <summary>A call: <see cref="SipCall.Ring"/>, <see cref="SipCall.Answer"/> or <see cref="SipCall.Reject"/> it. The offer is empty when we shall make it.</summary>
public sealed record SipCallArrived(SipCall Call, ReadOnlyMemory<byte> Offer) : SipEvent;

/// <summary>A provisional response to our call; the description, if any, answers our offer or is theirs.</summary>
public sealed record SipCallProgress(SipCall Call, SipMessage Response, ReadOnlyMemory<byte> Description) : SipEvent;

/// <summary>Our call was answered. When we made no offer the description is theirs: give our answer to <see cref="SipCall.Acknowledge"/>.</summary>
public sealed record SipCallAnswered(SipCall Call, SipMessage Response, ReadOnlyMemory<byte> Description) : SipEvent;

/// <summary>Their ACK came; with a description when the offer was ours.</summary>
public sealed record SipCallConfirmed(SipCall Call, ReadOnlyMemory<byte> Answer) : SipEvent;

/// <summary>A new offer in re-INVITE, UPDATE or PRACK, empty when we are asked for ours: <see cref="SipCall.AcceptOffer"/> or <see cref="SipCall.RefuseOffer"/>.</summary>
public sealed record SipOfferReceived(SipCall Call, ReadOnlyMemory<byte> Offer, SipMessage Request) : SipEvent;

/// <summary>The answer to an offer we made in re-INVITE, UPDATE, or a reliable provisional.</summary>
public sealed record SipAnswerReceived(SipCall Call, ReadOnlyMemory<byte> Answer) : SipEvent;

/// <summary>Our re-INVITE or UPDATE was refused; the session is as it was (RFC 3261 section 14.1).</summary>
public sealed record SipOfferRefused(SipCall Call, int Status) : SipEvent;

/// <summary>INFO, MESSAGE, REFER, NOTIFY, SUBSCRIBE or OPTIONS inside the call, to be answered.</summary>
public sealed record SipCallRequestArrived(SipCall Call, SipServerTransaction Transaction) : SipEvent;

/// <summary>A final answer to what <see cref="SipCall.Send"/> sent; status 408 or 503 without a message when none came.</summary>
public sealed record SipAnswerArrived(object? Owner, SipClientTransaction Transaction, int Status, SipMessage? Response) : SipEvent;

public sealed record SipCallEnded(SipCall Call, SipCallEnd End, int Status, string Reason) : SipEvent
{
    /// <summary>The final refusal of a call of ours; null where none came.</summary>
    public SipMessage? Response { get; init; }
}
