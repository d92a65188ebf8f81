using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Descriptions that change while the call is up: hold, other addresses, another home node (section 5.7, FOC-9).</content>
internal sealed partial class IncomingCall
{
    private readonly Queue<(string Node, long Epoch)> _left = new();
    private MediaTicket? _moving;

    /// <summary>The answer to an offer of ours that was in the 200.</summary>
    private async Task TakeAnswerAsync(ReadOnlyMemory<byte> sdp)
    {
        var taken = await _leg.NegotiateAsync(Text(sdp), isAnswer: true).ConfigureAwait(false);
        if (taken.Error is null)
            return;
        await HangUpAsync("SIP;cause=488;text=\"unusable answer\"").ConfigureAwait(false);
        throw new CallOverException();
    }

    /// <summary>A re-INVITE or UPDATE; without a description they ask for ours.</summary>
    private async Task ReofferedAsync(ReadOnlyMemory<byte> sdp)
    {
        var held = _leg.IsHeld;
        var answer = await _leg.NegotiateAsync(sdp.IsEmpty ? null : Text(sdp)).ConfigureAwait(false);
        await _tools.Endpoint.AskAsync((now, _) => answer.Error is null
            ? _call.AcceptOffer(now, Bytes(answer.Sdp))
            : _call.RefuseOffer(now)).ConfigureAwait(false);
        if (_isInside && held != _leg.IsHeld)
            await Room.Do(new UpdateSelf(_id, null, null, null, Away: _leg.IsHeld)).ConfigureAwait(false);
    }

    /// <summary>The room's media has another home: the phone is asked to send there (reliability F-03).</summary>
    private async Task FollowHomeAsync(long epoch)
    {
        if (!_isInside)
            return;
        var permit = await Room.Permit(_id, CallLeg.Publishes).ConfigureAwait(false);
        if (permit.Ticket is not { } ticket || ticket.Epoch < epoch)
            return;
        if (_leg.MustMove(ticket))
            await MoveAsync(ticket).ConfigureAwait(false);
        else
            await EnterMixAsync(ticket, permit.Publish).ConfigureAwait(false);
    }

    private async Task MoveAsync(MediaTicket ticket)
    {
        _left.Enqueue(_leg.GoTo(ticket));
        _moving = ticket;
        var offer = await _leg.NegotiateAsync(null).ConfigureAwait(false);
        if (offer.Error is null && await _tools.Endpoint.AskAsync((now, _) => _call.Reoffer(now, Bytes(offer.Sdp))).ConfigureAwait(false))
            return;
        await HangUpAsync("SIP;cause=503;text=\"the media moved\"").ConfigureAwait(false);
        throw new CallOverException();
    }

    /// <summary>The answer to a re-INVITE of ours: from now on they send to the new home.</summary>
    private async Task MovedAsync(ReadOnlyMemory<byte> sdp)
    {
        await TakeAnswerAsync(sdp).ConfigureAwait(false);
        if (_moving is not { } ticket)
            return;
        _moving = null;
        var permit = await Room.Permit(_id, CallLeg.Publishes).ConfigureAwait(false);
        await EnterMixAsync(ticket, permit.Publish).ConfigureAwait(false);
        if (_hasMusic)
            await _leg.SetMusicAsync(true).ConfigureAwait(false);
        while (_left.TryDequeue(out var old))
            await _leg.CloseOldAsync(old).ConfigureAwait(false);
    }

    private async Task<bool> NotMovedAsync(int status)
    {
        if (_moving is null)
            return true;
        await HangUpAsync($"SIP;cause={status};text=\"the media moved\"").ConfigureAwait(false);
        throw new CallOverException();
    }

    /// <summary>INFO, MESSAGE, REFER, OPTIONS inside the call.</summary>
    private async Task AnswerRequestAsync(SipServerTransaction asked)
    {
        var status = asked.Request.Method switch
        {
            SipMethod.Info => TakeInfo(asked.Request),
            SipMethod.Options => 200,
            SipMethod.Message => await PostAsync(asked.Request).ConfigureAwait(false),
            SipMethod.Refer => 603,
            SipMethod.Notify or SipMethod.Subscribe => 489,
            _ => 405,
        };
        await _tools.Endpoint.AskAsync((now, agent) =>
        {
            agent.Respond(now, asked, status);
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Keys by INFO, as older phones send them; answered whatever they mean.</summary>
    private int TakeInfo(SipMessage info)
    {
        if (InfoDigit.Read(info) is { } key && _keys.IsNew(_tools.Clock.Now, key, byInfo: true))
            Take(new LegDigit(_room, _id, key));
        return 200;
    }

    private async Task<int> PostAsync(SipMessage message)
    {
        if (!_isInside || message.ContentType?.Name is not "text/plain")
            return _isInside ? 415 : 403;
        var outcome = await Room.PostChat(new PostChat
        {
            ParticipantId = _id,
            MessageId = Ids.New(Ids.Message, _tools.RoomClock.Now),
            ClientId = $"{message.CallId}-{message.CSeq?.Number}",
            Content = Text(message.Body),
        }).ConfigureAwait(false);
        return outcome.Refusal is { } refusal ? _tools.Refusals(refusal.Code).Status : 200;
    }
}
