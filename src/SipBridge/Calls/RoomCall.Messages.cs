using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Text beside the sound, or instead of it (rule FOC-14).</content>
internal abstract partial class RoomCall
{
    private CallMessages? _messages;

    /// <summary>The call has text and nothing else.</summary>
    protected bool IsTextOnly { get; private set; }

    /// <summary>It brings or fetches a file and does nothing else.</summary>
    protected bool IsFileOnly => IsTextOnly && _messages is { IsFile: true };

    /// <summary>The status for an offer of nothing but text that is not taken; 0 otherwise.</summary>
    protected int TextRefusal => IsTextOnly && _messages is { } messages ? messages.Refusal : 0;

    /// <summary>Our answer to a description, or our offer where there is none: of the sound, of the text, of both.</summary>
    protected async Task<LegAnswer> NegotiateAsync(string? remote)
    {
        if (remote is null)
            return await OfferAsync().ConfigureAwait(false);
        var parts = Tools.Messages is null ? null : SdpParts.Read(remote);
        if (parts is not { HasMessages: true })
        {
            _messages?.Close();
            return await Leg.NegotiateAsync(remote).ConfigureAwait(false);
        }
        _messages ??= MakeMessages();
        IsTextOnly = !parts.HasSound && !Leg.Exists;
        if (IsTextOnly)
            return TextAnswer(await _messages.AnswerAsync(parts, null).ConfigureAwait(false));
        var answer = await Leg.NegotiateAsync(remote).ConfigureAwait(false);
        return answer.Error is null ? answer with { Sdp = await _messages.AnswerAsync(parts, answer.Sdp).ConfigureAwait(false) } : answer;
    }

    /// <summary>The offer is of files and nothing else: whether they may come in is asked before what becomes of them is said.</summary>
    protected bool ExpectsFiles(string offer)
    {
        if (Tools.Messages is null || !SdpParts.Read(offer).IsOfFiles)
            return false;
        _messages ??= MakeMessages();
        return IsTextOnly = true;
    }

    /// <summary>What the room has may be told them.</summary>
    protected void AdmitMessages()
    {
        if (_messages is { } messages)
            messages.IsAdmitted = true;
    }

    private async Task<LegAnswer> OfferAsync()
    {
        if (IsTextOnly)
            return TextAnswer(_messages!.Offer(null));
        var offer = await Leg.NegotiateAsync(null).ConfigureAwait(false);
        return offer.Error is null && _messages is { } messages ? offer with { Sdp = messages.Offer(offer.Sdp) } : offer;
    }

    private CallMessages MakeMessages()
    {
        var made = new CallMessages(Tools, Call, RoomName, Id) { Ended = end => Take(end), Changed = () => Take(new SectionsUntold(1)) };
        if (IsInside)
            made.Enter(); // text that is added later finds them there
        return made;
    }

    private static LegAnswer TextAnswer(string sdp) => new(null, sdp, IsHeld: false, HasAudio: false);

    /// <summary>The text of a call ends: with nothing else the call does too, else its section does (rule MSRP-S-7).</summary>
    private async Task NoteTextEndAsync(MessageLegEnd end)
    {
        if (_messages?.Forget(end.LegId) == false)
            return;
        if (IsTextOnly && _messages is not { Any: true })
        {
            await HangUpAsync(end.Completed ? "Q.850;cause=16;text=\"done\"" : $"SIP;cause=481;text=\"{Quotable(end.Cause)}\"").ConfigureAwait(false);
            throw new CallOverException();
        }
        await TellSectionsAsync(new SectionsUntold(1)).ConfigureAwait(false);
    }

    /// <summary>By re-INVITE. While another offer is open it is tried again in a second.</summary>
    private async Task TellSectionsAsync(SectionsUntold untold)
    {
        if (!IsInside || IsOver || _messages is null)
            return;
        var offer = await OfferAsync().ConfigureAwait(false);
        var sent = offer.Error is null && await Tools.Endpoint.AskAsync((now, _) => Call.Reoffer(now, Bytes(offer.Sdp))).ConfigureAwait(false);
        if (!sent && untold.Tries < MostTries)
            _ = RemindAsync(untold with { Tries = untold.Tries + 1 });
    }

    private sealed record SectionsUntold(int Tries);
}
