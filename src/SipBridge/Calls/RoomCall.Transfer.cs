using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Held by us, sent on to another room or to somebody else (rules SIP-REF-3, SIP-REF-4, RFC 5589).</content>
internal abstract partial class RoomCall
{
    /// <summary>Sent on: somewhere else it goes on without us, or in another room.</summary>
    private const string Transferred = "transferred";
    private const int MostTries = 5;
    private static readonly TimeSpan Glare = TimeSpan.FromSeconds(1);

    /// <summary>Whom the phone was asked to call instead of us; null when it was not.</summary>
    private TransferTarget? _referredTo;

    /// <summary>Who they proved to be; null where nobody knows.</summary>
    protected string? Identity { get; set; }

    /// <summary>The story waits for the answer to its own offer.</summary>
    protected bool AwaitsAnswer { get; set; }

    private Instant _ceilingAt = Instant.Never;

    private async Task HoldAsync(bool held)
    {
        if (!IsInside || Leg.Holds == held)
            return;
        await Leg.HoldAsync(held).ConfigureAwait(false);
        await MindMusicAsync().ConfigureAwait(false);
        await ShowAwayAsync().ConfigureAwait(false);
        if (Facts is { } facts)
            await NoteAsync(facts with { Held = held }).ConfigureAwait(false);
        await TellHoldAsync(new HoldUntold(held, 1)).ConfigureAwait(false);
    }

    /// <summary>By re-INVITE. While another offer is open it is tried again in a second; what they hear is right already.</summary>
    private async Task TellHoldAsync(HoldUntold untold)
    {
        if (Leg.Holds != untold.Held || IsOver)
            return;
        var offer = await OfferAsync().ConfigureAwait(false);
        var sent = offer.Error is null && await Tools.Endpoint.AskAsync((now, _) => Call.Reoffer(now, Bytes(offer.Sdp))).ConfigureAwait(false);
        if (!sent && untold.Tries < MostTries)
            _ = RemindAsync(untold with { Tries = untold.Tries + 1 });
    }

    private async Task RemindAsync(object untold)
    {
        await Task.Delay(Glare, Tools.Clock.Time).ConfigureAwait(false);
        Take(untold);
    }

    /// <summary>Held by either end shows as away.</summary>
    private Task ShowAwayAsync() => Room.Do(new UpdateSelf(Id, null, null, null, Away: Leg.IsHeld || Leg.Holds));

    private async Task SendOnAsync(TransferTarget target)
    {
        if (!IsInside || _referredTo is not null)
            return;
        if (target.Room is not null)
            await GoToRoomAsync(target).ConfigureAwait(false);
        else
            await ReferAsync(target).ConfigureAwait(false);
    }

    /// <summary>The call lives on in another room: its dialog has a new owner, who brings it there; for this room it is over.</summary>
    protected async Task GoToRoomAsync(TransferTarget target)
    {
        var facts = Facts!;
        var left = _ceilingAt == Instant.Never ? (TimeSpan?)null : Left(_ceilingAt);
        await Leg.StopPromptsAsync().ConfigureAwait(false);
        (IsOver, IsInside, Facts) = (true, false, null);
        await TellRoomAsync(facts with
        {
            TransferredTo = target.Shown,
            State = CallState.Ended,
            EndedAt = Tools.RoomClock.Now,
            End = new CallEnd(Transferred, null, CallSide.Us),
        }).ConfigureAwait(false);
        Tools.Continue(new IncomingCall(Tools, Call, target, new Handover(facts, Identity, Leg, left)));
        throw new CallOverException();
    }

    /// <summary>They are asked to call somebody else instead of us, and to say what became of it (RFC 3515).</summary>
    private async Task ReferAsync(TransferTarget target)
    {
        _referredTo = target;
        var sent = await Tools.Endpoint.AskAsync((now, _) => Call.Send(
            now, SipMethod.Refer, null, default, (SipHeader.ReferTo, $"<{target.Address}>"), (SipHeader.ReferredBy, ReferrerOf(Call)))).ConfigureAwait(false);
        if (sent is null)
            _referredTo = null;
    }

    private static string ReferrerOf(SipCall call) => call.Dialog is { } dialog ? $"<{dialog.Local.Uri}>" : call.Contact;

    /// <summary>The answer to our REFER; 200 and 202 are only a promise.</summary>
    private async Task TakeAnswerAsync(SipAnswerArrived answered)
    {
        if (answered.Transaction.Request.Method == SipMethod.Refer && answered.Status >= 300)
            await TransferFailsAsync().ConfigureAwait(false);
    }

    private async Task TransferFailsAsync()
    {
        _referredTo = null;
        if (IsInside)
            await SayAsync("cannot-be-reached").ConfigureAwait(false);
    }

    /// <summary>What became of our REFER: a status line (RFC 3515 section 2.4.5).</summary>
    /// <returns>The answer to the NOTIFY.</returns>
    private int TakeNotice(SipMessage notice)
    {
        if (_referredTo is null || notice.First(SipHeader.Event)?.Split(';')[0].Trim() is not "refer")
            return 489;
        if (SipReferral.StatusIn(notice) is { } status and >= 200)
            Take(new ReferralEnded(status));
        return 200;
    }

    private async Task NoteReferralAsync(int status)
    {
        if (_referredTo is not { } target)
            return;
        if (status >= 300)
        {
            await TransferFailsAsync().ConfigureAwait(false);
            return;
        }
        if (Facts is { } facts)
            await NoteAsync(facts with { TransferredTo = target.Shown }).ConfigureAwait(false);
        await HangUpAsync("Q.850;cause=16;text=\"transferred\"", Transferred).ConfigureAwait(false);
        throw new CallOverException();
    }

    /// <summary>The re-INVITE that tells them has not gone out yet.</summary>
    private sealed record HoldUntold(bool Held, int Tries);

    private sealed record ReferralEnded(int Status);
}

/// <summary>A call on its way from one room to another.</summary>
/// <param name="Facts">As the old room knew it.</param>
/// <param name="Identity">Who they proved to be.</param>
/// <param name="Left">Their sound before; it is told by the old call when it ends.</param>
/// <param name="Remaining">How long it may still last; null: for ever.</param>
internal sealed record Handover(CallInfo Facts, string? Identity, CallLeg Left, TimeSpan? Remaining);
