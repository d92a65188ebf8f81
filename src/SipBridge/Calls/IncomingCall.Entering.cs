using System.Collections.Immutable;
using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <content>From INVITE to the room: negotiation, refusals that are heard, PIN, waiting room (rules FOC-1, FOC-2).</content>
internal sealed partial class IncomingCall
{
    private const int PinTries = 3;
    private const int MaxPin = 12;

    /// <summary>Prompts before the answer are no longer than this (section 7.9); early media is not for talking.</summary>
    private static readonly TimeSpan LongestPrompt = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan FirstDigit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NextDigit = TimeSpan.FromSeconds(4);

    /// <returns>True when they are inside.</returns>
    private async Task<bool> ComeInAsync()
    {
        await LearnLanguageAsync().ConfigureAwait(false);
        var answer = await _leg.NegotiateAsync(_offer.Length == 0 ? null : _offer).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            await RefuseMediaAsync(error, answer.Warning).ConfigureAwait(false);
            return false;
        }
        var outcome = await JoinAsync(null, null).ConfigureAwait(false);
        if (outcome.Refusal is { Code: ErrorCodes.PasscodeRequired })
        {
            await AnswerAsync(answer.Sdp).ConfigureAwait(false);
            outcome = await AskPinAsync().ConfigureAwait(false);
        }
        if (outcome.Refusal is { } refusal)
        {
            Log.CallRefused(_tools.Log, _call.CallId, Source, _room, refusal.Code);
            await RefuseAsync(refusal, answer.Sdp).ConfigureAwait(false);
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

    private async Task LearnLanguageAsync()
    {
        var report = await Room.Describe().ConfigureAwait(false);
        _language = report.Config?.Media.Language is { Length: > 0 } language ? language : _language;
    }

    private async Task<JoinOutcome> JoinAsync(PinProof? pin, string? invite)
    {
        var asserted = AssertedIdentity();
        var request = new JoinRequest
        {
            ParticipantId = _id,
            Kind = ParticipantKind.Sip,
            DisplayName = DialPlan.NameOf(_call.Invite, asserted),
            Identity = asserted is null || DialPlan.IsAnonymous(_call.Invite, asserted) ? null : $"{asserted.Uri.PlainUser}@{asserted.Uri.Host}",
            ConnectionId = _listener.ConnectionId,
            Publish = CallLeg.Publishes,
            Node = _tools.Nodes.LocalId,
            Feed = _tools.Feeds.Reference,
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
        _tools.Settings.TrustedPeers.Any(network => network.Contains(_call.Flow.Remote.ToIPAddress())) ? _call.Invite.Address("P-Asserted-Identity") : null;

    private async Task AnswerAsync(string sdp)
    {
        if (_isAnswered)
            return;
        _isAnswered = true;
        if (_tools.Settings.AnswerDelay > TimeSpan.Zero)
            await Task.Delay(_tools.Settings.AnswerDelay, _tools.Clock.Time).ConfigureAwait(false);
        await _tools.Endpoint.AskAsync((now, _) => _call.Answer(now, Bytes(sdp))).ConfigureAwait(false);
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
        var (status, title, spoken) = _tools.Refusals(refusal.Code);
        if (!_isAnswered)
            await _tools.Endpoint.AskAsync((now, _) => _call.Ring(now, 183, Bytes(sdp))).ConfigureAwait(false);
        if (spoken is not null)
            await SpeakAsync([spoken]).ConfigureAwait(false);
        if (_isAnswered)
            await HangUpAsync($"SIP;cause={status};text=\"{Quotable(title)}\"").ConfigureAwait(false);
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
        var match = await _tools.Pins.MatchAsync(digits, chance.Candidates).ConfigureAwait(false);
        await Room.TriedPasscode(Source, match is not null).ConfigureAwait(false);
        return match is null
            ? JoinOutcome.Refused(new Refusal(ErrorCodes.PasscodeInvalid, "The PIN is wrong."))
            : await JoinAsync(new PinProof(match.Hash, Unchecked: false), match.Invite).ConfigureAwait(false);
    }

    /// <summary>Speaks and listens: digits up to <c>#</c>, until a pause, or as many as a PIN may have. A digit stops the prompt.</summary>
    private async Task<string> CollectAsync(ImmutableArray<string> prompts)
    {
        var digits = new StringBuilder();
        if (await SpeakAsync(prompts).ConfigureAwait(false) is { } first && !Append(digits, first))
            return digits.ToString();
        while (await NextKeyAsync(digits.Length == 0 ? FirstDigit : NextDigit).ConfigureAwait(false) is { } key && Append(digits, key))
        {
            // The next one, then.
        }
        return digits.ToString();
    }

    /// <returns>False when these are all.</returns>
    private static bool Append(StringBuilder digits, char key)
    {
        if (char.IsAsciiDigit(key))
            digits.Append(key);
        return key != '#' && digits.Length < MaxPin;
    }

    private async Task<char?> NextKeyAsync(TimeSpan patience)
    {
        while (await NextAsync(patience).ConfigureAwait(false) is { } happened)
        {
            if (happened is LegDigit { Digit: var key })
                return key;
        }
        return null;
    }

    /// <summary>Until it has been said.</summary>
    /// <returns>The key that was pressed over it.</returns>
    private async Task<char?> SpeakAsync(ImmutableArray<string> prompts)
    {
        var tag = await _leg.PlayAsync(_language, prompts).ConfigureAwait(false);
        while (await NextAsync(LongestPrompt).ConfigureAwait(false) is { } happened)
        {
            if (happened is LegPromptsEnded ended && ended.Tag == tag)
                return null;
            if (happened is not LegDigit { Digit: var key })
                continue;
            await _leg.StopPromptsAsync().ConfigureAwait(false);
            return key;
        }
        return null;
    }

    /// <summary>Answers; where the room's media is on another node the sound goes there first.</summary>
    /// <returns>False when that node does not take it.</returns>
    private async Task<bool> PlaceLegAsync(JoinOutcome outcome, string sdp)
    {
        if (outcome.Ticket is { } ticket && _leg.MustMove(ticket) && !_isAnswered)
        {
            var old = _leg.GoTo(ticket);
            var answer = await _leg.NegotiateAsync(_offer.Length == 0 ? null : _offer).ConfigureAwait(false);
            await _leg.CloseOldAsync(old).ConfigureAwait(false);
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
        _listener.StandOutside(_id);
        await _leg.SetMusicAsync(true).ConfigureAwait(false);
        await _leg.PlayAsync(_language, "waiting").ConfigureAwait(false);
        var outcome = await Room.Enter(_id).ConfigureAwait(false);
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
            _listener.ComeInside();
            outcome = await Room.Enter(_id).ConfigureAwait(false);
        }
        await _leg.SetMusicAsync(false).ConfigureAwait(false);
        return outcome;
    }

    private static string Quotable(string text) => text.Replace('"', '\'').Replace('\\', '/').ReplaceLineEndings(" ");
}
