using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>The calling side of an INVITE, and every re-INVITE of ours (RFC 3261 sections 13.2 and 14.1).</summary>
public sealed partial class SipCall
{
    private const int MaxAcks = 32;
    private readonly List<SipDialog> _early = [];
    private readonly Dictionary<string, (SipMessage Ack, SipFlow Flow)> _acks = [];
    private readonly SipTargets? _targets;
    private SipClientTransaction? _outgoing;
    private SipCallTarget? _target;
    private Instant _ringEndsAt = Instant.Never;
    private SipMessage? _unacknowledged;
    private bool _glared;
    private bool _ringEnded;
    private uint _sequence;

    private SipCall(SipUserAgent agent, SipCallTarget target, SipMessage draft)
        : this(agent, draft, target.Flow, target.Contact)
    {
        _target = target;
        _targets = new SipTargets(target.Target, agent.Calls);
    }

    internal static SipCall Place(Instant now, SipUserAgent agent, SipCallTarget target)
    {
        var from = target.From.WithTag(target.Instead?.Invite.FromTag ?? agent.Stack.Ids.Tag());
        var draft = SipBuilder.Request(SipMethod.Invite, target.Target.ForRequest()).Add(SipHeader.From, from.ToString())
            .Add(SipHeader.To, target.To.WithTag(null).ToString()).Add(SipHeader.CallId, target.Instead?.CallId ?? agent.Stack.Ids.CallId()).Add(SipHeader.CSeq, "0 INVITE");
        var call = new SipCall(agent, target, draft.Build());
        call._description = target.Offer;
        call._sequence = target.Instead?._sequence ?? agent.Stack.Ids.Number(1 << 16);
        call._ringEndsAt = now + agent.Calls.RingTimeout;
        return call;
    }

    /// <summary>Answers the offer of a 2xx (<see cref="SipCallAnswered"/> of a call without offer): it goes out in the ACK.</summary>
    public bool Acknowledge(Instant now, ReadOnlyMemory<byte> answer)
    {
        if (_unacknowledged is not { } response || Dialog is null)
        {
            return false;
        }

        _unacknowledged = null;
        _description = answer;
        Offer = SipOfferState.Agreed;
        SendAck(Dialog, response, answer);
        Confirm(now);
        return true;
    }

    /// <summary>Sends the first INVITE of the call, again after a challenge or redirect with <paramref name="more"/>.</summary>
    internal void SendFirst(Instant now, params IReadOnlyList<(string Name, string Value)> more)
    {
        var target = _target!;
        var request = Decorate(SipBuilder.Request(SipMethod.Invite, target.Target.ForRequest()).Copy(Invite, SipHeader.From).Copy(Invite, SipHeader.To)
            .Copy(Invite, SipHeader.CallId).Add(SipHeader.CSeq, string.Create(CultureInfo.InvariantCulture, $"{++_sequence} INVITE"))).AddAll(target.Headers);
        foreach (var (name, value) in more)
        {
            request.Set(name, value);
        }

        _timer.Ask(request, isRefresh: false);
        _early.Clear();
        Offer = _description.IsEmpty ? SipOfferState.None : SipOfferState.Ours;
        _outgoing = Stack.Send(now, request.Body(SipContentType.Sdp, _description), target.Flow, this);
        Invite = _outgoing.Request;
    }

    void ISipUsage.TakeResponse(Instant now, SipClientTransaction transaction, int status, SipMessage? response)
    {
        switch (transaction.Request.Method)
        {
            case SipMethod.Invite when State == SipCallState.Early && transaction == _outgoing:
                TakeFirst(now, status, response);
                break;
            case SipMethod.Invite when response is { IsSuccess: true }:
                TakeAnswered(now, transaction, response);
                break;
            case SipMethod.Invite when transaction == _outgoing && status >= 300:
                TakeRefusedReinvite(now, status, response);
                break;
            case SipMethod.Update when status >= 200:
                TakeUpdated(now, status, response);
                break;
            case SipMethod.Invite or SipMethod.Bye or SipMethod.Update or SipMethod.ProvisionalAck or SipMethod.Cancel:
                break;
            default:
                if (status >= 200)
                {
                    _agent.Emit(new SipAnswerArrived(this, transaction, status, response));
                }

                break;
        }
    }

    private void TakeFirst(Instant now, int status, SipMessage? response)
    {
        if (response is null)
        {
            End(_hangsUp ? SipCallEnd.ByUs : SipCallEnd.NoAnswer, status, SipReasons.Of(status));
        }
        else if (status < 200)
        {
            TakeProvisional(now, response);
        }
        else if (status < 300)
        {
            TakeAnswered(now, _outgoing!, response);
        }
        else if (_hangsUp || _ringEnded || !TryAgain(now, response))
        {
            End(_ringEnded ? SipCallEnd.NoAnswer : _hangsUp ? SipCallEnd.ByUs : SipCallEnd.Refused, status, response.Reason, response);
        }
    }

    private bool TryAgain(Instant now, SipMessage response)
    {
        if (_targets!.Next(response) is { } next && _agent.Resolve(next) is { } flow)
        {
            _target = _target! with { Target = next, Flow = flow };
            SendFirst(now);
            return true;
        }

        var more = response.Status switch
        {
            401 or 407 => _target!.Credentials is { } own ? own.Answer(_outgoing!.Request, response) : _agent.Credentials?.Invoke(_outgoing!.Request, response),
            422 when _timer.Raise(response) => [],
            _ => null,
        };
        if (more is null || !_targets.MayRetry())
        {
            return false;
        }

        SendFirst(now, more);
        return true;
    }

    private void TakeAnswered(Instant now, SipClientTransaction transaction, SipMessage response)
    {
        if (TryAckAgain(response))
        {
            return;
        }

        if (_unacknowledged?.ToTag == response.ToTag && _unacknowledged is not null)
        {
            return;
        }

        var known = Dialog ?? FindDialog(response.ToTag);
        var dialog = Dialog is not null && Dialog.RemoteTag == response.ToTag ? Dialog
            : known is not null && known.RemoteTag == response.ToTag ? known.WithRoutesOf(response, transaction.Flow)
            : SipDialog.FromResponse(transaction.Request, response, transaction.Flow);
        if (dialog is null)
        {
            End(SipCallEnd.Refused, 500, "answer without Contact");
            return;
        }

        if (Dialog is not null && dialog != Dialog || State == SipCallState.Ended)
        {
            DropFork(now, dialog, response);
            return;
        }

        Dialog = dialog;
        dialog.IsConfirmed = true;
        dialog.Refresh(response);
        NotePeer(response);
        Settle(now, dialog, response);
    }

    /// <summary>A branch that answers when the transaction is long over (rule SIP-TX-2).</summary>
    internal void TakeStray(Instant now, SipMessage response, SipFlow flow)
    {
        if (!TryAckAgain(response) && State != SipCallState.Early && SipDialog.FromResponse(Invite, response, flow) is { } dialog)
        {
            DropFork(now, dialog, response);
        }
    }

    private bool TryAckAgain(SipMessage response)
    {
        var known = _acks.TryGetValue($"{response.ToTag}\0{response.CSeq!.Value.Number}", out var sent);
        if (known)
        {
            Stack.SendAgain(sent.Ack, sent.Flow);
        }

        return known;
    }

    /// <summary>Another branch answered too, or we gave up: acknowledge, then hang up at once (section 13.2.2.4).</summary>
    private void DropFork(Instant now, SipDialog dialog, SipMessage response)
    {
        SendAck(dialog, response, default);
        Stack.Send(now, dialog.Request(SipMethod.Bye).AddAll(_hangupHeaders), NextFlow(dialog), this);
    }

    private void Settle(Instant now, SipDialog dialog, SipMessage response)
    {
        var first = State == SipCallState.Early;
        var description = SdpOf(response);
        _outgoing = null;
        _glared = false;
        _ringEndsAt = Instant.Never;
        _timer.Take(now, response);
        if (first && Offer == SipOfferState.None)
        {
            _unacknowledged = response;
            State = SipCallState.Answered;
            Offer = SipOfferState.Theirs;
            _agent.Emit(new SipCallAnswered(this, response, description));
            return;
        }

        SendAck(dialog, response, default);
        var unanswered = Offer == SipOfferState.Ours && description.IsEmpty;
        Offer = SipOfferState.Agreed;
        if (first)
        {
            State = SipCallState.Answered;
            _agent.Emit(new SipCallAnswered(this, response, description));
            Confirm(now);
        }
        else
        {
            _agent.Emit(new SipAnswerReceived(this, description));
        }

        if (unanswered && State == SipCallState.Confirmed && first)
        {
            HangUp(now, "SIP;cause=488;text=\"no answer in 200\"");
        }
    }

    private void Confirm(Instant now)
    {
        State = SipCallState.Confirmed;
        if (_hangsUp || _ringEnded)
        {
            SendBye(now);
            End(_ringEnded ? SipCallEnd.NoAnswer : SipCallEnd.ByUs, 0, "");
        }
    }

    private void SendAck(SipDialog dialog, SipMessage response, ReadOnlyMemory<byte> answer)
    {
        var number = response.CSeq!.Value.Number;
        var ack = dialog.Ack(number).Body(SipContentType.Sdp, answer);
        foreach (var name in new[] { SipHeader.Authorization, SipHeader.ProxyAuthorization })
        {
            ack.Copy(Invite, name);
        }

        var flow = NextFlow(dialog);
        if (_acks.Count >= MaxAcks)
        {
            _acks.Clear();
        }

        _acks[$"{response.ToTag}\0{number}"] = (Stack.SendAlone(ack, flow), flow);
    }

    private void TickOutgoing(Instant now)
    {
        if (now >= _ringEndsAt)
        {
            _ringEndsAt = Instant.Never;
            _ringEnded = true;
            Stack.Cancel(now, _outgoing!, (SipHeader.Reason, "Q.850;cause=19;text=\"no answer\""));
        }

        if (now >= _glareAt)
        {
            _glareAt = Instant.Never;
            if (!Reoffer(now, _wanted) && State == SipCallState.Confirmed)
            {
                _agent.Emit(new SipOfferRefused(this, 491));
            }
        }
    }
}
