using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>A caller: which room, may they come in, what they hear on the way.</summary>
internal sealed partial class IncomingCall : RoomCall
{
    private const int MostOffers = 5;
    private static readonly TimeSpan OfferPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(35); // a little more than a transaction lasts

    private readonly string _offer;
    private readonly Handover? _from;
    private readonly SeatBeside? _beside;
    private bool _isAnswered;

    /// <param name="beside">The call inside that it replaces or joins; null for all others.</param>
    public IncomingCall(FocusTools tools, SipCall call, string room, ReadOnlyMemory<byte> offer, SeatBeside? beside = null)
        : base(tools, room)
    {
        (Call, _beside) = (call, beside);
        _offer = Encoding.UTF8.GetString(offer.Span);
        Leg = new CallLeg(tools, room, Id)
        {
            SignallingSource = call.Flow.Remote.ToIPAddress().ToString(),
            IsSecureHop = call.Flow.Transport is SipTransport.Tls or SipTransport.Wss,
        };
    }

    /// <summary>One that is up already and was in another room before.</summary>
    public IncomingCall(FocusTools tools, SipCall call, TransferTarget target, Handover from)
        : this(tools, call, target.Room!, default, target.InPlaceOf is { } seat ? new SeatBeside(seat, TakesPlace: true) : null)
    {
        (_from, _isAnswered, Identity) = (from, true, from.Identity);
        Leg = new CallLeg(tools, RoomName, Id)
        {
            SignallingSource = from.Left.SignallingSource,
            IsSecureHop = from.Left.IsSecureHop,
            Encryption = from.Left.Encryption,
        };
        if (from.Remaining is { } remaining)
            LimitTo(remaining);
    }

    /// <summary>The call's dialog is ours from now on; they are asked to send their sound to the room's.</summary>
    /// <returns>True when they do.</returns>
    private async Task<bool> TakeOverAsync(Handover from)
    {
        await Tools.Endpoint.AskAsync((_, _) => Call.Owner = this).ConfigureAwait(false);
        for (var tries = 0; tries < MostOffers; tries++)
        {
            var offer = await Leg.NegotiateAsync(null).ConfigureAwait(false);
            if (offer.Error is not null)
                break;
            AwaitsAnswer = await Tools.Endpoint.AskAsync((now, _) => Call.Reoffer(now, Bytes(offer.Sdp))).ConfigureAwait(false);
            if (AwaitsAnswer)
                return await TheyFollowAsync(from).ConfigureAwait(false);
            await Task.Delay(OfferPause, Tools.Clock.Time).ConfigureAwait(false);
        }
        await HangUpAsync("SIP;cause=503;text=\"no media\"", ErrorCodes.Overloaded).ConfigureAwait(false);
        return false;
    }

    private async Task<bool> TheyFollowAsync(Handover from)
    {
        var happened = await NextAsync(AnswerPatience).ConfigureAwait(false);
        while (happened is not (null or SipAnswerReceived or SipOfferRefused))
            happened = await NextAsync(AnswerPatience).ConfigureAwait(false);
        AwaitsAnswer = false;
        if (happened is not SipAnswerReceived { Answer: var answer })
        {
            await HangUpAsync("SIP;cause=488;text=\"does not follow\"", ErrorCodes.MediaIncompatible).ConfigureAwait(false);
            return false;
        }
        await TakeAnswerAsync(answer).ConfigureAwait(false);
        await NoteAsync(from.Facts with { Room = RoomName, ParticipantId = Id, Held = false }).ConfigureAwait(false);
        return true;
    }

    /// <summary>An account is called as the operator says, or else by what its phone shows.</summary>
    private string NameOf(PhoneAccount? account, SipNameAddress? asserted) =>
        account is { DisplayName.Length: > 0 } known ? known.DisplayName : DialPlan.NameOf(Call.Invite, asserted);

    /// <summary>As it is listed and told outside, once it has been answered: what was refused before is nobody's call.</summary>
    private async Task NoteAnsweredAsync(string sdp)
    {
        var (asserted, account) = (AssertedIdentity(), Tools.Accounts.ProvedBy(Call.Invite));
        var caller = asserted ?? Call.Invite.From;
        var begun = new CallInfo
        {
            Id = Ids.New(Ids.Call, Tools.RoomClock.Now),
            Direction = CallDirection.In,
            State = CallState.Dialing,
            From = account is not null ? account.Address : caller is null || DialPlan.IsAnonymous(Call.Invite, caller) ? "anonymous" : $"{caller.Uri.PlainUser}@{caller.Uri.Host}",
            To = Call.Invite.RequestUri,
            Room = RoomName,
            ParticipantId = Id,
            DisplayName = NameOf(account, asserted),
            StartedAt = Tools.RoomClock.Now,
        };
        await NoteAsync(begun).ConfigureAwait(false);
        await NoteAsync(SdpGlance.Fill(begun, sdp) with
        {
            State = CallState.Answered,
            Transport = Call.Flow.Transport.Name().ToLowerInvariant(),
            AnsweredAt = Tools.RoomClock.Now,
        }).ConfigureAwait(false);
    }
}

/// <summary>A call inside that another one replaces (RFC 3891) or joins (RFC 3911).</summary>
internal sealed record SeatBeside(string ParticipantId, bool TakesPlace);
