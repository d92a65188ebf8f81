using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// One call: an INVITE, its dialog, its offers and answers, and its end (RFC 3261 sections 13 to 15, RFC 3262, 3311, 4028). Descriptions
/// are bytes nobody looks into here. Every verb may be called at any time; what does not fit the state does nothing and says false.
/// </summary>
public sealed partial class SipCall : ISipUsage
{
    private readonly SipUserAgent _agent;
    private readonly SipSessionTimer _timer;
    private SipFinalAnswer? _final;
    private ReadOnlyMemory<byte> _description;
    private ReadOnlyMemory<byte> _former;
    private bool _hangsUp;
    private IReadOnlyList<(string, string)> _hangupHeaders = [];
    private bool _peerUpdates;
    private Instant _glareAt = Instant.Never;

    private SipCall(SipUserAgent agent, SipMessage invite, SipFlow flow, string contact)
    {
        _agent = agent;
        _timer = new SipSessionTimer(agent.Calls);
        Invite = invite;
        Flow = flow;
        Contact = contact;
    }

    /// <summary>For who uses the call.</summary>
    public object? Owner { get; set; }

    public bool IsIncoming { get; private init; }

    /// <summary>The INVITE the call began with, or the last one sent for it.</summary>
    public SipMessage Invite { get; private set; }

    public SipFlow Flow { get; private set; }

    public SipCallState State { get; private set; }

    public SipOfferState Offer { get; private set; }

    /// <summary>Null until the other end answered with a tag; for an outgoing call that forked, the one that won.</summary>
    public SipDialog? Dialog { get; private set; }

    public string CallId => Invite.CallId!;

    /// <summary>Our Contact value.</summary>
    public string Contact { get; set; }

    /// <summary>Seconds of the session timer, 0 without.</summary>
    public uint SessionInterval => _timer.Interval;

    Instant ISipUsage.Deadline => State == SipCallState.Ended && _final is null ? Instant.Never : Instant.Earlier(
        Instant.Earlier(Instant.Earlier(_timer.At, _glareAt), Instant.Earlier(_ringEndsAt, _reliable?.Deadline ?? Instant.Never)),
        _final?.Deadline ?? Instant.Never);

    private SipStack Stack => _agent.Stack;

    /// <summary>
    /// Ends the call the way its state asks for: CANCEL, refusal, or BYE, which waits for an ACK that is due (RFC 3261 section 15).
    /// </summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="reason">The value of Reason (RFC 3326), such as <c>Q.850;cause=16;text="removed by moderator"</c>.</param>
    public bool HangUp(Instant now, string reason)
    {
        if (State == SipCallState.Ended)
        {
            return false;
        }

        _hangupHeaders = [(SipHeader.Reason, reason)];
        if (State == SipCallState.Early && IsIncoming)
        {
            return Reject(now, 480, null, _hangupHeaders);
        }

        if (State == SipCallState.Early)
        {
            _hangsUp = true;
            Stack.Cancel(now, _outgoing!, _hangupHeaders);
            return true;
        }

        if (_final is not null || State == SipCallState.Answered)
        {
            _hangsUp = true;
            return true;
        }

        SendBye(now);
        End(SipCallEnd.ByUs, 0, reason);
        return true;
    }

    /// <summary>Offers a new description by re-INVITE; false unless the call is confirmed and no other offer is open.</summary>
    public bool Reoffer(Instant now, ReadOnlyMemory<byte> description)
    {
        if (State != SipCallState.Confirmed || Offer != SipOfferState.Agreed || _outgoing is not null || _incoming is { IsAnswered: false } || _final is not null)
        {
            return false;
        }

        _former = _description;
        _description = description;
        Offer = SipOfferState.Ours;
        SendInvite(now);
        return true;
    }

    /// <summary>Sends another request inside the dialog: INFO, MESSAGE, NOTIFY, REFER. The final answer comes as <see cref="SipAnswerArrived"/>.</summary>
    public SipClientTransaction? Send(Instant now, string method, string? contentType = null, ReadOnlyMemory<byte> body = default, params IReadOnlyList<(string, string)> headers)
    {
        if (Dialog is null || State == SipCallState.Ended)
        {
            return null;
        }

        var request = Dialog.Request(method).AddAll(headers);
        return Stack.Send(now, contentType is null ? request : request.Body(contentType, body), NextFlow(Dialog), this);
    }

    /// <summary>The other end takes MESSAGE, as far as its Allow said.</summary>
    public bool PeerTakesMessages { get; private set; }

    /// <summary>
    /// Sends a MESSAGE inside the dialog (RFC 3428) under a name: From is the dialog's, but its display name tells nothing apart (RFC 3261
    /// section 12.2.1.1), so it can say whose words these are.
    /// </summary>
    public SipClientTransaction? Say(Instant now, string name, string contentType, ReadOnlyMemory<byte> body, params IReadOnlyList<(string, string)> headers)
    {
        if (Dialog is null || State == SipCallState.Ended)
        {
            return null;
        }

        var request = Dialog.Request(SipMethod.Message).AddAll(headers);
        if (name.Length > 0)
        {
            request.Set(SipHeader.From, SipNameAddress.Create(Dialog.Local.Uri, name, Dialog.Local.Tag).ToString());
        }

        return Stack.Send(now, request.Body(contentType, body), NextFlow(Dialog), this);
    }

    /// <summary>Answers an offer of the other end, or makes the one it asked for.</summary>
    public bool AcceptOffer(Instant now, ReadOnlyMemory<byte> description)
    {
        if (_prack is not null)
        {
            return AnswerInPrack(now, description);
        }

        if (_offering is not { IsAnswered: false } transaction)
        {
            return false;
        }

        _offering = null;
        var isOffer = Offer != SipOfferState.Theirs;
        _description = description;
        Offer = isOffer ? SipOfferState.Ours : SipOfferState.Agreed;
        if (transaction.IsInvite)
        {
            SendFinal(now, transaction, description, isOffer);
            return true;
        }

        var response = Decorate(transaction.Answer(200)).Body(SipContentType.Sdp, description);
        GrantTimer(now, transaction, response);
        Stack.Respond(now, transaction, response);
        return true;
    }

    /// <summary>Refuses it; the session stays as it was.</summary>
    public bool RefuseOffer(Instant now, int status = 488)
    {
        if (_offering is not { IsAnswered: false } transaction)
        {
            return false;
        }

        _offering = null;
        Offer = SipOfferState.Agreed;
        Stack.Respond(now, transaction, status);
        return true;
    }

    void ISipUsage.Tick(Instant now)
    {
        if (_final is { } final && now >= final.GiveUpAt)
        {
            // Nobody acknowledged: RFC 3261 section 13.3.1.4 has the call ended, by BYE after all.
            _final = null;
            SendBye(now);
            End(SipCallEnd.NoAnswer, 408, "no ACK");
        }

        _final?.Tick(now);
        TickReliable(now);
        TickOutgoing(now);
        if (State == SipCallState.Confirmed && now >= _timer.At)
        {
            TickSession(now);
        }
    }

    private void TickSession(Instant now)
    {
        if (!_timer.WeRefresh || now >= _timer.ExpiresAt)
        {
            SendBye(now);
            End(SipCallEnd.SessionExpired, 408, "session expired");
            return;
        }

        _timer.TryAgain(now);
        if (_peerUpdates)
        {
            SendUpdate(now);
        }
        else if (Offer == SipOfferState.Agreed && _outgoing is null && _final is null)
        {
            Reoffer(now, _description);
        }
    }

    private void SendUpdate(Instant now)
    {
        var update = Decorate(Dialog!.Request(SipMethod.Update));
        _timer.Ask(update, isRefresh: true);
        Stack.Send(now, update, NextFlow(Dialog), this);
    }

    private void SendBye(Instant now)
    {
        if (Dialog is not null)
        {
            Stack.Send(now, Dialog.Request(SipMethod.Bye).AddAll(_hangupHeaders), NextFlow(Dialog), this);
        }
    }

    private SipFlow NextFlow(SipDialog dialog) => _agent.NextHop(dialog.NextHop, dialog.Flow);

    /// <summary>What requests and responses that refresh the target carry.</summary>
    private SipBuilder Decorate(SipBuilder message) => message.Set(SipHeader.Contact, Contact)
        .Set(SipHeader.Allow, string.Join(", ", Stack.Settings.Rules.Methods))
        .Set(SipHeader.Supported, string.Join(", ", Stack.Settings.Rules.Extensions));

    private void GrantTimer(Instant now, SipServerTransaction transaction, SipBuilder response)
    {
        if (transaction.Request.Method is SipMethod.Invite or SipMethod.Update)
        {
            _timer.Grant(now, transaction.Request, response);
        }
    }

    private void NotePeer(SipMessage message)
    {
        if (message.Has(SipHeader.Allow))
        {
            _peerUpdates = message.Lists(SipHeader.Allow, SipMethod.Update);
            PeerTakesMessages = message.Lists(SipHeader.Allow, SipMethod.Message);
        }
    }

    private void End(SipCallEnd end, int status, string reason, SipMessage? response = null)
    {
        if (State == SipCallState.Ended)
        {
            return;
        }

        State = SipCallState.Ended;
        _timer.Stop();
        _ringEndsAt = _glareAt = Instant.Never;
        _final = null;
        _reliable?.Stop();
        _agent.Emit(new SipCallEnded(this, end, status, reason) { Response = response });
        _agent.Forget(this);
    }

    private string RetryAfter() => Stack.Ids.Number(11).ToString(CultureInfo.InvariantCulture);

    private static ReadOnlyMemory<byte> SdpOf(SipMessage message) => SipMultipart.FindSdp(message) ?? default;
}
