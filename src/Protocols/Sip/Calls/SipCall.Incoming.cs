namespace Sylk.Conference.Protocols.Sip;

/// <summary>The called side of an INVITE (RFC 3261 section 13.3, RFC 3262).</summary>
public sealed partial class SipCall
{
    private SipServerTransaction? _incoming;
    private SipReliableProvisionals? _reliable;
    private ReadOnlyMemory<byte>? _heldAnswer;

    internal static SipCall Arrive(SipUserAgent agent, SipServerTransaction invite, SipDialog dialog)
    {
        var call = new SipCall(agent, invite.Request, invite.Flow, agent.ContactFor(invite.Flow)) { IsIncoming = true, Dialog = dialog };
        call._incoming = invite;
        call._reliable = new SipReliableProvisionals(agent.Stack, invite);
        call.NotePeer(invite.Request);
        call.Offer = SdpOf(invite.Request).IsEmpty ? SipOfferState.None : SipOfferState.Theirs;
        return call;
    }

    /// <summary>Sends a provisional response, 101–199; with a description reliably when the caller can.</summary>
    public bool Ring(Instant now, int status = 180, ReadOnlyMemory<byte> description = default)
    {
        if (!IsIncoming || State != SipCallState.Early)
        {
            return false;
        }

        var required = Invite.Lists(SipHeader.Require, "100rel");
        var supported = required || Invite.Lists(SipHeader.Supported, "100rel");
        var reliable = required || (supported && (!description.IsEmpty || _agent.Calls.ReliableRinging));
        var response = Decorate(_incoming!.Answer(status)).Copy(Invite, SipHeader.RecordRoute);
        if (!description.IsEmpty && (reliable || Offer == SipOfferState.Theirs))
        {
            // Unreliable, the description is only a preview: the answer proper is in the 2xx and must be the same.
            response.Body(SipContentType.Sdp, description);
            _description = description;
            Offer = !reliable ? Offer : Offer == SipOfferState.Theirs ? SipOfferState.Agreed : SipOfferState.Ours;
        }

        if (reliable)
        {
            _reliable!.Send(now, response);
        }
        else
        {
            Stack.Respond(now, _incoming, response);
        }

        _agent.Watch(this);
        return true;
    }

    /// <summary>Answers with 200; waits for the PRACK of a description that was sent before.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="description">The answer, or our offer when they made none. Not sent when a reliable provisional brought it.</param>
    public bool Answer(Instant now, ReadOnlyMemory<byte> description)
    {
        if (!IsIncoming || State != SipCallState.Early || _incoming is not { IsAnswered: false })
        {
            return false;
        }

        if (_reliable!.HoldsAnswer)
        {
            _heldAnswer = description;
            return true;
        }

        _reliable.Stop();
        var settled = Offer is SipOfferState.Agreed or SipOfferState.Ours;
        var isOffer = Offer == SipOfferState.None;
        Offer = isOffer ? SipOfferState.Ours : Offer == SipOfferState.Theirs ? SipOfferState.Agreed : Offer;
        _description = settled ? _description : description;
        SendFinal(now, _incoming, settled ? default : description, isOffer);
        State = SipCallState.Answered;
        return true;
    }

    /// <summary>Refuses with 300–699.</summary>
    public bool Reject(Instant now, int status, string? reason = null, params IReadOnlyList<(string, string)> headers)
    {
        if (!IsIncoming || State != SipCallState.Early || _incoming is not { IsAnswered: false })
        {
            return false;
        }

        Stack.Respond(now, _incoming, _incoming.Answer(status, reason).AddAll(headers));
        End(SipCallEnd.Refused, status, reason ?? SipReasons.Of(status));
        return true;
    }

    /// <summary>The caller gave up (section 9.2).</summary>
    internal void TakeCancel(Instant now, SipServerTransaction invite, SipMessage cancel)
    {
        if (invite.IsAnswered)
        {
            return;
        }

        Stack.Respond(now, invite, 487);
        if (State == SipCallState.Early)
        {
            End(SipCallEnd.Cancelled, 487, cancel.First(SipHeader.Reason) ?? "");
        }
        else
        {
            _offering = null;
            Offer = SipOfferState.Agreed;
        }
    }

    void ISipUsage.TakeAck(Instant now, SipMessage ack)
    {
        if (_final is not { } final || ack.CSeq!.Value.Number != final.Sequence)
        {
            return;
        }

        _final = null;
        var first = State == SipCallState.Answered;
        State = State == SipCallState.Answered ? SipCallState.Confirmed : State;
        Dialog!.IsConfirmed = true;
        var answer = SdpOf(ack);
        if (final.IsOffer && answer.IsEmpty)
        {
            _hangsUp = true;
            _hangupHeaders = [(SipHeader.Reason, "SIP;cause=488;text=\"no answer in ACK\"")];
        }

        Offer = SipOfferState.Agreed;
        if (_hangsUp)
        {
            SendBye(now);
            End(SipCallEnd.ByUs, 0, _hangupHeaders.Count > 0 ? _hangupHeaders[0].Item2 : "");
        }
        else if (first)
        {
            _agent.Emit(new SipCallConfirmed(this, final.IsOffer ? answer : default));
        }
        else if (final.IsOffer)
        {
            _agent.Emit(new SipAnswerReceived(this, answer));
        }
    }

    private void SendFinal(Instant now, SipServerTransaction invite, ReadOnlyMemory<byte> description, bool isOffer)
    {
        var response = Decorate(invite.Answer(200)).Copy(invite.Request, SipHeader.RecordRoute);
        _timer.Grant(now, invite.Request, response);
        response.Body(SipContentType.Sdp, description);
        _final = new SipFinalAnswer(now, Stack, invite, Stack.Respond(now, invite, response)) { IsOffer = isOffer };
        _agent.Watch(this);
    }

    private void TickReliable(Instant now)
    {
        if (State == SipCallState.Early && IsIncoming && !_reliable!.Tick(now))
        {
            Reject(now, 504, "No PRACK");
        }
    }
}
