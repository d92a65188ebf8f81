using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Descriptions that change while the call is up: hold, other addresses, another home node (section 5.7, FOC-9).</content>
internal abstract partial class RoomCall
{
    private readonly Queue<(string Node, long Epoch)> _left = new();
    private MediaTicket? _moving;

    /// <summary>The answer to an offer of ours that was in the 200.</summary>
    protected async Task TakeAnswerAsync(ReadOnlyMemory<byte> sdp)
    {
        if (_messages is not null)
            await _messages.TakeAnswerAsync(SdpParts.Read(Text(sdp))).ConfigureAwait(false);
        if (IsTextOnly)
            return;
        var taken = await Leg.NegotiateAsync(Text(sdp), isAnswer: true).ConfigureAwait(false);
        if (taken.Error is null)
            return;
        await HangUpAsync("SIP;cause=488;text=\"unusable answer\"", ErrorCodes.MediaIncompatible).ConfigureAwait(false);
        throw new CallOverException();
    }

    /// <summary>A re-INVITE or UPDATE; without a description they ask for ours.</summary>
    private async Task ReofferedAsync(ReadOnlyMemory<byte> sdp)
    {
        var (held, hadVideo, saw) = (Leg.IsHeld, Leg.HasVideo, Leg.SeesCamera);
        var answer = await NegotiateAsync(sdp.IsEmpty ? null : Text(sdp)).ConfigureAwait(false);
        await Tools.Endpoint.AskAsync((now, _) => answer.Error is null
            ? Call.AcceptOffer(now, Bytes(answer.Sdp))
            : Call.RefuseOffer(now)).ConfigureAwait(false);
        if (IsInside && held != Leg.IsHeld)
            await ShowAwayAsync().ConfigureAwait(false);
        if (IsInside && ((Leg.HasVideo && !hadVideo) || (Leg.SeesCamera && !saw)))
            await EnterVideoAsync((await Room.Permit(Id, Leg.Publishes).ConfigureAwait(false)).Publish).ConfigureAwait(false);
    }

    /// <summary>The room's media has another home: the phone is asked to send there (reliability F-03).</summary>
    private async Task FollowHomeAsync(long epoch)
    {
        if (!IsInside || !Leg.Exists)
            return;
        var permit = await Room.Permit(Id, Leg.Publishes).ConfigureAwait(false);
        if (permit.Ticket is not { } ticket || ticket.Epoch < epoch)
            return;
        if (Leg.MustMove(ticket))
            await MoveAsync(ticket).ConfigureAwait(false);
        else
            await EnterMixAsync(ticket, permit.Publish).ConfigureAwait(false);
    }

    private async Task MoveAsync(MediaTicket ticket)
    {
        _left.Enqueue(Leg.GoTo(ticket));
        _moving = ticket;
        var offer = await OfferAsync().ConfigureAwait(false);
        if (offer.Error is null && await Tools.Endpoint.AskAsync((now, _) => Call.Reoffer(now, Bytes(offer.Sdp))).ConfigureAwait(false))
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
        var permit = await Room.Permit(Id, Leg.Publishes).ConfigureAwait(false);
        await EnterMixAsync(ticket, permit.Publish).ConfigureAwait(false);
        if (_hasMusic)
            await Leg.SetMusicAsync(true).ConfigureAwait(false);
        while (_left.TryDequeue(out var old))
            await Leg.CloseOldAsync(old).ConfigureAwait(false);
    }

    private async Task<bool> NotMovedAsync(int status)
    {
        if (_moving is null)
            return true;
        await HangUpAsync($"SIP;cause={status};text=\"the media moved\"").ConfigureAwait(false);
        throw new CallOverException();
    }

    /// <summary>INFO, MESSAGE, OPTIONS inside the call; SUBSCRIBE and REFER have desks of their own.</summary>
    private async Task AnswerRequestAsync(SipServerTransaction asked)
    {
        var status = asked.Request.Method switch
        {
            SipMethod.Info => TakeInfo(asked.Request),
            SipMethod.Options => 200,
            SipMethod.Message => await PostAsync(asked.Request, asked.Flow).ConfigureAwait(false),
            SipMethod.Notify => TakeNotice(asked.Request),
            _ => 405,
        };
        await MessageDesk.AnswerAsync(Tools.Endpoint, asked, status).ConfigureAwait(false);
    }

    /// <summary>Keys by INFO, as older phones send them, and wishes for a keyframe (RFC 5168); answered whatever they mean.</summary>
    private int TakeInfo(SipMessage info)
    {
        if (PictureUpdate.IsWish(info))
            Take(new PictureWanted());
        if (InfoDigit.Read(info) is { } key && _keys.IsNew(Tools.Clock.Now, key, byInfo: true))
            Take(new LegDigit(RoomName, Id, key));
        return 200;
    }
}
