namespace Sylk.Conference.Protocols.Sip;

/// <summary>What the other end asks for inside the dialog.</summary>
public sealed partial class SipCall
{
    /// <summary>A re-INVITE, UPDATE or PRACK whose offer waits for our user.</summary>
    private SipServerTransaction? _offering;

    void ISipUsage.TakeRequest(Instant now, SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (FindDialog(request.FromTag) is not { } dialog)
        {
            Stack.Respond(now, transaction, 481);
            return;
        }

        if (FindFault(dialog, transaction) is { } fault)
        {
            Stack.Respond(now, transaction, transaction.Answer(fault.Status, fault.Reason).AddAll(fault.Headers));
            return;
        }

        dialog.Flow = transaction.Flow;
        switch (request.Method)
        {
            case SipMethod.Bye:
                TakeBye(now, transaction);
                break;
            case SipMethod.Invite:
                TakeReinvite(now, dialog, transaction);
                break;
            case SipMethod.Update:
                TakeUpdate(now, dialog, transaction);
                break;
            case SipMethod.ProvisionalAck:
                TakePrack(now, transaction);
                break;
            default:
                _agent.Emit(new SipCallRequestArrived(this, transaction));
                break;
        }
    }

    /// <summary>Order, and over UDP the place it comes from (rule SIP-DLG-0): tags on an open network can be overheard.</summary>
    private static SipFault? FindFault(SipDialog dialog, SipServerTransaction transaction)
    {
        var flow = transaction.Flow;
        var stranger = flow.Transport == SipTransport.Udp && dialog.Flow.Transport == SipTransport.Udp && !flow.IsSameHost(dialog.Flow)
            && !(SipHost.TryReadAddress(dialog.Target.Host, out var contact) && TransportAddress.From(contact, 0) == flow.Remote with { Port = 0 });
        return stranger ? new SipFault(403, "Not From Here") : dialog.Take(transaction.Request);
    }

    private SipDialog? FindDialog(string? remoteTag) =>
        Dialog is { } dialog && dialog.RemoteTag == (remoteTag ?? "") ? dialog : _early.Find(early => early.RemoteTag == remoteTag);

    private void TakeBye(Instant now, SipServerTransaction transaction)
    {
        Stack.Respond(now, transaction, 200);
        if (_incoming is { IsAnswered: false } invite)
        {
            Stack.Respond(now, invite, 487);
        }

        End(SipCallEnd.ByThem, 0, transaction.Request.First(SipHeader.Reason) ?? "");
    }

    private void TakeReinvite(Instant now, SipDialog dialog, SipServerTransaction transaction)
    {
        if (_outgoing is not null || Offer == SipOfferState.Ours)
        {
            Stack.Respond(now, transaction, 491);
        }
        else if (State != SipCallState.Confirmed || _final is not null || _offering is not null)
        {
            Stack.Respond(now, transaction, transaction.Answer(500, "Request Pending").Add(SipHeader.RetryAfter, RetryAfter()));
        }
        else
        {
            _incoming = transaction;
            TakeOffer(dialog, transaction);
        }
    }

    private void TakeUpdate(Instant now, SipDialog dialog, SipServerTransaction transaction)
    {
        var offers = !SdpOf(transaction.Request).IsEmpty;
        if (offers && (Offer is SipOfferState.Ours || _outgoing is { Request.Body.Length: > 0 } && Offer != SipOfferState.Agreed))
        {
            Stack.Respond(now, transaction, 491);
        }
        else if (offers && (Offer is SipOfferState.Theirs or SipOfferState.None || _offering is not null))
        {
            Stack.Respond(now, transaction, transaction.Answer(500, "Offer Pending").Add(SipHeader.RetryAfter, RetryAfter()));
        }
        else if (offers)
        {
            TakeOffer(dialog, transaction);
        }
        else
        {
            dialog.Refresh(transaction.Request);
            NotePeer(transaction.Request);
            var response = Decorate(transaction.Answer(200));
            GrantTimer(now, transaction, response);
            Stack.Respond(now, transaction, response);
        }
    }

    private void TakePrack(Instant now, SipServerTransaction transaction)
    {
        if (_reliable is null || !_reliable.TryAcknowledge(now, transaction.Request))
        {
            Stack.Respond(now, transaction, 481);
            return;
        }

        var description = SdpOf(transaction.Request);
        if (Offer == SipOfferState.Ours && !description.IsEmpty)
        {
            Offer = SipOfferState.Agreed;
            Stack.Respond(now, transaction, 200);
            _agent.Emit(new SipAnswerReceived(this, description));
        }
        else if (!description.IsEmpty)
        {
            TakeOffer(Dialog!, transaction);
        }
        else
        {
            Stack.Respond(now, transaction, 200);
        }

        if (_heldAnswer is { } held && !_reliable.HoldsAnswer)
        {
            _heldAnswer = null;
            Answer(now, held);
        }
    }

    private void TakeOffer(SipDialog dialog, SipServerTransaction transaction)
    {
        var offer = SdpOf(transaction.Request);
        dialog.Refresh(transaction.Request);
        NotePeer(transaction.Request);
        _offering = transaction;
        Offer = offer.IsEmpty ? SipOfferState.None : SipOfferState.Theirs;
        _agent.Emit(new SipOfferReceived(this, offer, transaction.Request));
    }
}
