namespace Sylk.Conference.Protocols.Sip;

public sealed partial class SipUserAgent
{
    private void Dispatch(Instant now)
    {
        while (Stack.TryTakeEvent(out var happened))
        {
            var usage = Handle(now, happened);
            if (usage is not null)
            {
                Watch(usage);
            }
        }
    }

    private ISipUsage? Handle(Instant now, SipStackEvent happened)
    {
        switch (happened)
        {
            case SipRequestReceived received:
                return TakeRequest(now, received.Transaction);
            case SipCancelled cancelled:
                return TakeCancel(now, cancelled);
            case SipAckReceived received when Find(received.Ack.CallId, received.Ack.ToTag) is { } usage:
                usage.TakeAck(now, received.Ack);
                return usage;
            case SipStrayAnswer stray when Find(stray.Response.CallId, stray.Response.FromTag) is SipCall call:
                call.TakeStray(now, stray.Response, stray.Flow);
                return call;
            case SipResponseReceived received:
                return TakeAnswer(now, received.Transaction, received.Response.Status, received.Response);
            case SipTransactionFailed failed:
                return TakeAnswer(now, failed.Transaction, failed.Status, null);
            default:
                return null;
        }
    }

    private ISipUsage? Find(string? callId, string? localTag) => _usages.GetValueOrDefault(Key(callId, localTag));

    private ISipUsage? TakeRequest(Instant now, SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (request.ToTag is not null)
        {
            var usage = Find(request.CallId, request.ToTag);
            usage?.TakeRequest(now, transaction);
            return usage;
        }

        if (request.Method != SipMethod.Invite)
        {
            Emit(new SipRequestArrived(transaction));
            return null;
        }

        var dialog = SipDialog.FromRequest(request, transaction.ToTag, transaction.Flow)!;
        var call = SipCall.Arrive(this, transaction, dialog);
        transaction.Owner = call;
        _usages[Key(request.CallId, transaction.ToTag)] = call;
        Emit(new SipCallArrived(call, SipMultipart.FindSdp(request) ?? default));
        return call;
    }

    private SipCall? TakeCancel(Instant now, SipCancelled cancelled)
    {
        var call = cancelled.Invite.Owner as SipCall ?? Find(cancelled.Invite.Request.CallId, cancelled.Invite.ToTag) as SipCall;
        call?.TakeCancel(now, cancelled.Invite, cancelled.Cancel);
        return call;
    }

    private ISipUsage? TakeAnswer(Instant now, SipClientTransaction transaction, int status, SipMessage? response)
    {
        if (transaction.Owner is ISipUsage usage)
        {
            usage.TakeResponse(now, transaction, status, response);
            return usage;
        }

        if (status >= 200 && transaction.Request.Method != SipMethod.Cancel)
        {
            Emit(new SipAnswerArrived(transaction.Owner, transaction, status, response));
        }

        return null;
    }

    /// <summary>What needs no state to be refused: requests for dialogs that are not here, calls without Contact or with too short a session.</summary>
    private SipFault? FindRefusal(Instant now, SipMessage request, SipFlow flow)
    {
        if (request.ToTag is not null)
        {
            return Find(request.CallId, request.ToTag) is null ? new SipFault(481, SipReasons.Of(481)) : null;
        }

        if (request.Method is SipMethod.Bye or SipMethod.ProvisionalAck or SipMethod.Update or SipMethod.Info or SipMethod.Notify)
        {
            return new SipFault(481, SipReasons.Of(481));
        }

        if (Gate?.Invoke(now, request, flow) is { } fault)
        {
            return fault;
        }

        if (request.Method != SipMethod.Invite)
        {
            return null;
        }

        return SipDialog.FromRequest(request, "", flow) is null
            ? SipFault.Bad("Missing Contact")
            : new SipSessionTimer(Calls).Check(request);
    }
}
