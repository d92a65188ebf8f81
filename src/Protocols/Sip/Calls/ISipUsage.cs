namespace Sylk.Conference.Protocols.Sip;

/// <summary>What lives in a dialog: a call or a subscription.</summary>
internal interface ISipUsage
{
    Instant Deadline { get; }

    void Tick(Instant now);

    /// <summary>A request inside the dialog.</summary>
    void TakeRequest(Instant now, SipServerTransaction transaction);

    void TakeAck(Instant now, SipMessage ack);

    /// <summary>A response to a request of ours; null with 408 or 503 when none came.</summary>
    void TakeResponse(Instant now, SipClientTransaction transaction, int status, SipMessage? response);
}
