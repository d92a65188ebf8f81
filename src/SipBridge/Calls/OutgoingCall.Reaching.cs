using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Finding and ringing them: one place after the other, redirects of trunks, plain sound where theirs is not protected.</content>
internal sealed partial class OutgoingCall
{
    /// <summary>Targets of one call in all, with those it is redirected to (rule SIP-UAC-3).</summary>
    private const int MostTargets = 5;
    private const int MostTries = 8;

    private readonly Queue<DialTarget> _targets = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private int _tries;
    private bool _rang;
    private bool _offeredVideo;
    private Instant _ringsUntil;

    /// <returns>True when somebody answered.</returns>
    private async Task<bool> ReachAsync()
    {
        _ringsUntil = Tools.Clock.Now + (_order.Timeout ?? _desk.Settings.RingTimeout);
        var end = new CallEnd(ErrorCodes.AddressUnroutable, null, CallSide.Us);
        Want(_asked);
        while (_targets.TryDequeue(out var target))
        {
            if (target.Trunk is { } trunk && _desk.Trunks.IsDown(trunk.Name))
            {
                end = new CallEnd(ErrorCodes.TrunkUnavailable, null, CallSide.Us);
                continue;
            }
            var stops = await _desk.FindStopsAsync(target).ConfigureAwait(false);
            if (stops.Count == 0 && target.Account is not null)
                end = new CallEnd(ErrorCodes.CalleeUnavailable, null, CallSide.Us);
            foreach (var stop in stops)
            {
                if (_tries >= MostTries)
                    break;
                if (await TryPlainlyTooAsync(stop).ConfigureAwait(false) is not { } ended)
                    return true;
                end = DialCauses.EndOf(ended, target);
                Redirect(target, ended);
                if (ended.Status >= 600)
                    _targets.Clear(); // nowhere else either (section 21.6)
                var goesOn = target.Account is null ? DialCauses.IsForNextHop(ended, _rang) : ended.Status < 600;
                if (!goesOn)
                    break;
            }
        }
        Ends(end);
        return false;
    }

    private void Want(DialTarget target)
    {
        if (_known.Count < MostTargets && _known.Add(target.Uri.ToString()))
            _targets.Enqueue(target);
    }

    /// <summary>Only trunks may send us elsewhere, and only where we would have called anyway (attack TS-11).</summary>
    private void Redirect(DialTarget target, SipCallEnded ended)
    {
        if (target.Trunk is null)
            return;
        foreach (var contact in DialCauses.RedirectsOf(ended))
        {
            if (_desk.Judge(contact).Target is { } allowed)
                Want(allowed);
        }
    }

    /// <summary>Where the offer is not understood and protection is not demanded, once more without it (section 7.3).</summary>
    private async Task<SipCallEnded?> TryPlainlyTooAsync(DialStop stop)
    {
        var encryption = stop.Target.Trunk?.Encryption ?? Tools.Settings.Encryption;
        var ended = await TryWithoutVideoTooAsync(stop, encryption).ConfigureAwait(false);
        return ended is not null && DialCauses.IsAboutMedia(ended) && encryption == LegEncryption.Allow
            ? await TryWithoutVideoTooAsync(stop, LegEncryption.Off).ConfigureAwait(false)
            : ended;
    }

    /// <summary>Where an offer with video is not understood, once more with sound alone: they may not say which of both they refuse.</summary>
    private async Task<SipCallEnded?> TryWithoutVideoTooAsync(DialStop stop, LegEncryption encryption)
    {
        var ended = await TryAsync(stop, encryption, _order.Video).ConfigureAwait(false);
        return ended is not null && DialCauses.IsAboutMedia(ended) && _offeredVideo
            ? await TryAsync(stop, encryption, video: false).ConfigureAwait(false)
            : ended;
    }

    /// <returns>How it was refused; null when it was answered.</returns>
    private async Task<SipCallEnded?> TryAsync(DialStop stop, LegEncryption encryption, bool video)
    {
        _tries++;
        var offer = await OfferAsync(stop.Hop, encryption, video).ConfigureAwait(false);
        _offeredVideo = offer.Contains("m=video ", StringComparison.Ordinal);
        var place = new DialPlace(stop, _title, Call);
        Call = await Tools.Endpoint.AskAsync((now, agent) =>
        {
            var call = agent.Call(now, _desk.Place(agent, _order, place) with { Offer = Bytes(offer) });
            call.Owner = this;
            return call;
        }).ConfigureAwait(false);
        while (true)
        {
            switch (await NextAsync(Left(_ringsUntil)).ConfigureAwait(false))
            {
                case null:
                    await HangUpAsync("Q.850;cause=19;text=\"no answer\"", ErrorCodes.CalleeTimeout).ConfigureAwait(false);
                    throw new CallOverException();
                case SipCallProgress { Response.Status: > 100 } when !_rang:
                    _rang = true;
                    await NoteAsync(Facts! with { State = CallState.Ringing }).ConfigureAwait(false);
                    break;
                case SipCallAnswered answered:
                    await AnsweredAsync(Text(answered.Description), stop.Hop).ConfigureAwait(false);
                    return null;
                case SipCallEnded ended when ended.Call == Call:
                    return ended;
            }
        }
    }

    private async Task<string> OfferAsync(SipHop hop, LegEncryption encryption, bool video)
    {
        if (Leg is not null)
            await Leg.CloseAsync().ConfigureAwait(false);
        Leg = new CallLeg(Tools, RoomName, Id)
        {
            SignallingSource = hop.Address.ToIPAddress().ToString(),
            IsSecureHop = hop.Transport is SipTransport.Tls or SipTransport.Wss,
            Encryption = encryption,
            OffersVideo = video,
        };
        var offer = await Leg.NegotiateAsync(null).ConfigureAwait(false);
        if (offer.Error is null)
            return offer.Sdp;
        Ends(new CallEnd(ErrorCodes.Overloaded, null, CallSide.Us));
        throw new CallOverException();
    }

    private async Task AnsweredAsync(string sdp, SipHop hop)
    {
        _isReaching = false;
        await NoteAsync(SdpGlance.Fill(Facts!, sdp) with
        {
            State = CallState.Answered,
            Transport = hop.Transport.Name().ToLowerInvariant(),
            AnsweredAt = Tools.RoomClock.Now,
        }).ConfigureAwait(false);
        await TakeAnswerAsync(Bytes(sdp)).ConfigureAwait(false);
    }
}
