using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <content>From INVITE to the room: negotiation, refusals that are heard, PIN, waiting room (rules FOC-1, FOC-2).</content>
internal sealed partial class IncomingCall
{
    private const int PinTries = 3;

    /// <summary>The call was answered in the room before this one.</summary>
    private static readonly LegAnswer NoAnswer = new(null, "", IsHeld: false, HasAudio: true);

    protected override async Task<bool> ComeInAsync()
    {
        await LearnRoomAsync().ConfigureAwait(false);
        if (_from is not null && !await TakeOverAsync(_from).ConfigureAwait(false))
            return false;
        var early = _from is null && ExpectsFiles(_offer) ? await JoinForFilesAsync().ConfigureAwait(false) : null;
        if (early?.Refusal is not null)
            return false;
        var answer = _from is not null ? NoAnswer : await NegotiateAsync(_offer.Length == 0 ? null : _offer).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            await RefuseMediaAsync(error, answer.Warning).ConfigureAwait(false);
            return false;
        }
        if ((TextRefusal is > 0 ? TextRefusal : early is not null && !IsFileOnly ? 488 : 0) is > 0 and var status)
        {
            await RejectAsync(status, SipReasons.Of(status)).ConfigureAwait(false);
            return false;
        }
        if (!_isAnswered && early is null)
            await PauseAsync(Tools.Settings.AnswerDelay).ConfigureAwait(false); // whoever still rings is not in the room
        var outcome = early ?? await JoinAsync(null, null).ConfigureAwait(false);
        if (outcome.Refusal is { Code: ErrorCodes.PasscodeRequired } && !IsTextOnly)
        {
            await AnswerAsync(answer.Sdp).ConfigureAwait(false);
            outcome = await AskPinAsync().ConfigureAwait(false);
        }
        if (outcome.Refusal is { } refusal)
        {
            await TurnAwayAsync(refusal, answer.Sdp).ConfigureAwait(false);
            return false;
        }
        if (!await PlaceLegAsync(outcome, answer.Sdp).ConfigureAwait(false))
            return false;
        var admitted = outcome.Waiting ? await WaitAsync().ConfigureAwait(false) : outcome;
        if (admitted is null)
            return false;
        await EnterAsync(admitted).ConfigureAwait(false);
        return true;
    }

    /// <summary>Nobody sees who comes for files alone, and they learn of none before they are let in.</summary>
    private async Task<JoinOutcome> JoinForFilesAsync()
    {
        var outcome = await JoinAsync(null, null).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            await TurnAwayAsync(refusal, "").ConfigureAwait(false);
        else if (!outcome.Waiting)
            AdmitMessages();
        return outcome;
    }

    private Task TurnAwayAsync(Refusal refusal, string sdp)
    {
        Log.CallRefused(Tools.Log, Call.CallId, Source, RoomName, refusal.Code);
        return RefuseAsync(refusal, sdp);
    }

    private async Task<JoinOutcome> JoinAsync(PinProof? pin, string? invite)
    {
        var (asserted, account) = (AssertedIdentity(), Tools.Accounts.ProvedBy(Call.Invite));
        Identity ??= account?.Address ?? (asserted is null || DialPlan.IsAnonymous(Call.Invite, asserted) ? null : $"{asserted.Uri.PlainUser}@{asserted.Uri.Host}");
        var request = new JoinRequest
        {
            ParticipantId = Id,
            Kind = IsTextOnly ? ParticipantKind.Msrp : ParticipantKind.Sip,
            DisplayName = _from?.Facts.DisplayName ?? NameOf(account, asserted),
            Identity = Identity,
            Beside = _beside?.ParticipantId,
            TakesPlace = _beside is { TakesPlace: true },
            ConnectionId = Listener.ConnectionId,
            Hidden = IsFileOnly,
            Publish = IsTextOnly ? [] : Leg.Publishes,
            Node = Tools.Nodes.LocalId,
            Feed = Tools.Feeds.Reference,
            WantSnapshot = true,
            Source = Source,
            Pin = pin,
            Invite = invite,
        };
        var outcome = await Room.Join(request).ConfigureAwait(false);
        return outcome.Refusal is { Code: ErrorCodes.IdentityInUse } && request.Identity is not null
            ? await Room.Join(request with { Identity = null }).ConfigureAwait(false) // two phones of one user are two guests
            : outcome;
    }

    /// <summary>Only named peers may say who calls (attack TS-14).</summary>
    private SipNameAddress? AssertedIdentity() =>
        Tools.Settings.Trusts(Call.Flow) ? Call.Invite.Address("P-Asserted-Identity") : null;

    private async Task AnswerAsync(string sdp)
    {
        if (_isAnswered)
            return;
        _isAnswered = true;
        await Tools.Endpoint.AskAsync((now, _) => Call.Answer(now, Bytes(sdp))).ConfigureAwait(false);
        await NoteAnsweredAsync(sdp).ConfigureAwait(false);
    }

    /// <summary>488, or 503 when no node takes phones.</summary>
    private Task RefuseMediaAsync(MediaError error, int warning) => error.Code switch
    {
        MediaErrorCode.MediaIncompatible => RejectAsync(
            488, "Not Acceptable Here", ("Warning", $"{(warning == 0 ? 305 : warning)} sylk \"{Quotable(error.Detail)}\"")),
        MediaErrorCode.SdpInvalid => RejectAsync(400, "Bad SDP"),
        _ => RejectAsync(503, "Service Unavailable", ("Retry-After", "10")),
    };

    /// <summary>The reason is spoken: before the answer as early media, then the code of the table; after it, then BYE (S5).</summary>
    private async Task RefuseAsync(Refusal refusal, string sdp)
    {
        var (status, title, spoken) = Tools.Refusals(refusal.Code);
        if (!_isAnswered && Leg.Exists)
            await Tools.Endpoint.AskAsync((now, _) => Call.Ring(now, 183, Bytes(sdp))).ConfigureAwait(false);
        if (spoken is not null)
            await SpeakAsync([spoken]).ConfigureAwait(false);
        if (_isAnswered)
            await HangUpAsync($"SIP;cause={status};text=\"{Quotable(title)}\"", refusal.Code).ConfigureAwait(false);
        else
            await RejectAsync(status, title, refusal.RetryAfterMs is > 0 and var wait ? [("Retry-After", $"{Math.Max(1, wait / 1000)}")] : []).ConfigureAwait(false);
    }

    private async Task<JoinOutcome> AskPinAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var digits = await CollectAsync([attempt == 1 ? "enter-pin" : "wrong-pin"]).ConfigureAwait(false);
            var outcome = digits.Length == 0
                ? JoinOutcome.Refused(new Refusal(ErrorCodes.PasscodeInvalid, "No PIN was given."))
                : await TryPinAsync(digits).ConfigureAwait(false);
            if (attempt == PinTries || outcome.Refusal is not { Code: ErrorCodes.PasscodeInvalid })
                return outcome;
        }
    }

    private async Task<JoinOutcome> TryPinAsync(string digits)
    {
        var chance = await Room.TryPin(Source).ConfigureAwait(false);
        if (chance.Refusal is { } refusal)
            return JoinOutcome.Refused(refusal);
        if (chance.Candidates.IsEmpty)
            return await JoinAsync(null, null).ConfigureAwait(false);
        if (chance.Unchecked)
            return await JoinAsync(new PinProof("", Unchecked: true), null).ConfigureAwait(false);
        var match = await Tools.Pins.MatchAsync(digits, chance.Candidates).ConfigureAwait(false);
        await Room.TriedPasscode(Source, match is not null).ConfigureAwait(false);
        return match is null
            ? JoinOutcome.Refused(new Refusal(ErrorCodes.PasscodeInvalid, "The PIN is wrong."))
            : await JoinAsync(new PinProof(match.Hash, Unchecked: false), match.Invite).ConfigureAwait(false);
    }

    /// <summary>Answers; where the room's media is on another node the sound goes there first.</summary>
    /// <returns>False when that node does not take it.</returns>
    private async Task<bool> PlaceLegAsync(JoinOutcome outcome, string sdp)
    {
        if (outcome.Ticket is { } ticket && Leg.Exists && Leg.MustMove(ticket) && !_isAnswered)
        {
            var old = Leg.GoTo(ticket);
            var answer = await NegotiateAsync(_offer.Length == 0 ? null : _offer).ConfigureAwait(false);
            await Leg.CloseOldAsync(old).ConfigureAwait(false);
            if (answer.Error is { } error)
            {
                await RefuseMediaAsync(error, answer.Warning).ConfigureAwait(false);
                return false;
            }
            sdp = answer.Sdp;
        }
        await AnswerAsync(sdp).ConfigureAwait(false);
        return true;
    }

    /// <summary>With music, until a moderator decides (B3).</summary>
    private async Task<JoinOutcome?> WaitAsync()
    {
        Listener.StandOutside(Id);
        await Leg.SetMusicAsync(true).ConfigureAwait(false);
        await Leg.PlayAsync(Language, "waiting").ConfigureAwait(false);
        var outcome = await Room.Enter(Id).ConfigureAwait(false);
        while (outcome is null)
        {
            var happened = await NextAsync().ConfigureAwait(false);
            if (happened is TurnedAway or Dismissed)
            {
                await RefuseAsync(new Refusal(ErrorCodes.WaitingDenied, "A moderator declined."), "").ConfigureAwait(false);
                return null;
            }
            if (happened is not LetIn)
                continue;
            Listener.ComeInside();
            outcome = await Room.Enter(Id).ConfigureAwait(false);
        }
        await Leg.SetMusicAsync(false).ConfigureAwait(false);
        return outcome;
    }
}
