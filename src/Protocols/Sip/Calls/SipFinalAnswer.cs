namespace Sylk.Conference.Protocols.Sip;

/// <summary>A 2xx of ours to an INVITE, repeated until its ACK (RFC 3261 section 13.3.1.4), on streams too.</summary>
internal sealed class SipFinalAnswer
{
    private readonly SipStack _stack;
    private readonly SipServerTransaction _invite;
    private readonly SipMessage _response;
    private TimeSpan _interval;
    private Instant _resendAt;

    public SipFinalAnswer(Instant now, SipStack stack, SipServerTransaction invite, SipMessage response)
    {
        (_stack, _invite, _response) = (stack, invite, response);
        _interval = stack.Settings.T1;
        _resendAt = now + _interval;
        GiveUpAt = now + stack.Settings.T1Times64;
    }

    public uint Sequence => _invite.Request.CSeq!.Value.Number;

    /// <summary>The description in it was an offer: the ACK must bring the answer.</summary>
    public bool IsOffer { get; init; }

    public Instant GiveUpAt { get; }

    public Instant Deadline => Instant.Earlier(_resendAt, GiveUpAt);

    public void Tick(Instant now)
    {
        if (now >= _resendAt)
        {
            _stack.SendAgain(_response, _invite.AnswerFlow);
            _interval = _interval * 2 > _stack.Settings.T2 ? _stack.Settings.T2 : _interval * 2;
            _resendAt = now + _interval;
        }
    }
}
