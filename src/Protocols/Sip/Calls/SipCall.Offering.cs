using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>Reliable provisionals as the caller (RFC 3262 section 4), our re-INVITE and UPDATE and what becomes of them.</summary>
public sealed partial class SipCall
{
    private readonly Dictionary<string, uint> _reliableNumbers = [];
    private (SipDialog Dialog, SipMessage Response)? _prack;
    private ReadOnlyMemory<byte> _wanted;

    private void TakeProvisional(Instant now, SipMessage response)
    {
        if (response.ToTag is null)
        {
            return;
        }

        var dialog = FindDialog(response.ToTag);
        if (dialog is null && _early.Count < _agent.Calls.MaxForks && SipDialog.FromResponse(_outgoing!.Request, response, _outgoing.Flow) is { } created)
        {
            _early.Add(dialog = created);
        }

        var description = SdpOf(response);
        if (response.Lists(SipHeader.Require, "100rel") && response.Number(SipHeader.ReliableSequence) is { } number)
        {
            if (dialog is null || !IsNext(response.ToTag, number))
            {
                return;
            }

            if (Offer == SipOfferState.None && !description.IsEmpty)
            {
                _prack = (dialog, response);
                Offer = SipOfferState.Theirs;
                _agent.Emit(new SipOfferReceived(this, description, response));
                return;
            }

            Offer = Offer == SipOfferState.Ours && !description.IsEmpty ? SipOfferState.Agreed : Offer;
            SendPrack(now, dialog, response, default);
        }

        _agent.Emit(new SipCallProgress(this, response, description));
    }

    /// <summary>In order only; what comes again or too early is left to the sender's repetition (section 4).</summary>
    private bool IsNext(string tag, uint number)
    {
        if (_reliableNumbers.TryGetValue(tag, out var last) && number != last + 1)
        {
            return false;
        }

        _reliableNumbers[tag] = number;
        return true;
    }

    private void SendPrack(Instant now, SipDialog dialog, SipMessage response, ReadOnlyMemory<byte> answer)
    {
        var rack = string.Create(CultureInfo.InvariantCulture, $"{response.Number(SipHeader.ReliableSequence)} {response.CSeq}");
        var prack = dialog.Request(SipMethod.ProvisionalAck).Add(SipHeader.ReliableAck, rack).Body(SipContentType.Sdp, answer);
        Stack.Send(now, prack, NextFlow(dialog), this);
    }

    private bool AnswerInPrack(Instant now, ReadOnlyMemory<byte> description)
    {
        var (dialog, response) = _prack!.Value;
        _prack = null;
        _description = description;
        Offer = SipOfferState.Agreed;
        SendPrack(now, dialog, response, description);
        return true;
    }

    private void SendInvite(Instant now)
    {
        var request = Decorate(Dialog!.Request(SipMethod.Invite));
        _timer.Ask(request, isRefresh: true);
        _outgoing = Stack.Send(now, request.Body(SipContentType.Sdp, _description), NextFlow(Dialog), this);
        Invite = _outgoing.Request;
    }

    private void TakeRefusedReinvite(Instant now, int status, SipMessage? response)
    {
        _outgoing = null;
        Offer = SipOfferState.Agreed;
        var refused = _description;
        _description = _former;
        if (status == 491 && !_glared)
        {
            // The owner of the Call-ID waits longer, so that the two do not meet again (section 14.1).
            _glared = true;
            _wanted = refused;
            var milliseconds = IsIncoming ? Stack.Ids.Number(201) * 10 : 2_100 + (Stack.Ids.Number(191) * 10);
            _glareAt = now + TimeSpan.FromMilliseconds(milliseconds);
            return;
        }

        _glared = false;
        if (status is 408 or 481)
        {
            SendBye(now);
            End(SipCallEnd.SessionExpired, status, SipReasons.Of(status));
        }
        else if (status == 422 && response is not null && _timer.Raise(response))
        {
            Reoffer(now, refused);
        }
        else
        {
            _agent.Emit(new SipOfferRefused(this, status));
        }
    }

    /// <summary>The answer to our refresh (RFC 4028 section 10): nobody there ends the call, other refusals do not.</summary>
    private void TakeUpdated(Instant now, int status, SipMessage? response)
    {
        if (status < 300)
        {
            Dialog?.Refresh(response!);
            _timer.Take(now, response!);
        }
        else if (status is 408 or 481)
        {
            SendBye(now);
            End(SipCallEnd.SessionExpired, status, SipReasons.Of(status));
        }
        else if (status == 422 && response is not null && _timer.Raise(response))
        {
            SendUpdate(now);
        }
    }
}
