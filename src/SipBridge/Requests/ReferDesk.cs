using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// REFER to a room from named peers (RFC 4579 sections 5.5 and 5.11, rules SIP-REF-0 to 2): they have somebody called, or removed. What
/// may be called is judged as for everybody.
/// </summary>
internal sealed class ReferDesk(SipBridgeSettings settings, OwnNames names, DialDesk desk, FocusTools tools, IPhoneDialer dialer)
{
    private static readonly SipEventRules Rules = new() { DefaultExpires = 180 };

    public required ReplaceDesk Replaces { get; init; }

    /// <summary>The call of an account in a room, on this node; null when it has none.</summary>
    public required Func<string, string, IRoomPhone?> PhoneOf { get; init; }

    /// <summary>Called on the SIP loop.</summary>
    public void Take(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        var request = asked.Request;
        if (!settings.Trusts(asked.Flow))
            TakeFromAccount(now, agent, asked);
        else if (!DialPlan.TryFindRoom(request.RequestUri, host => names.IsOurs(host, asked.Flow), out var room))
            agent.Respond(now, asked, 404);
        else if (!SipReferral.TryParse(request, out var referral))
            agent.Respond(now, asked, 400);
        else if (referral.Method == SipMethod.Bye)
            Accept(now, agent, asked, referral, notices => RemoveAsync(room, referral, notices));
        else if (referral.Method != SipMethod.Invite || desk.Judge(AddressIn(request)).Target is null)
            agent.Respond(now, asked, 403);
        else
            Accept(now, agent, asked, referral, notices => DialAsync(room, request, (Moderation.Api, $"peer:{asked.Flow.Remote.ToIPAddress()}"), notices));
    }

    /// <summary>Who has proved to be somebody inside may call others in as from inside (rule SIP-REF-0); nobody else may, and nobody is removed so.</summary>
    private void TakeFromAccount(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        var request = asked.Request;
        if (tools.Accounts.ProvedBy(request) is not { } account
            || !DialPlan.TryFindRoom(request.RequestUri, host => names.IsOurs(host, asked.Flow), out var room) || PhoneOf(room, account.Address) is not { } phone)
            agent.Respond(now, asked, 403);
        else if (!SipReferral.TryParse(request, out var referral))
            agent.Respond(now, asked, 400);
        else if (referral.Method != SipMethod.Invite || desk.Judge(AddressIn(request)).Target is null)
            agent.Respond(now, asked, 403);
        else
            Accept(now, agent, asked, referral, notices => DialAsync(room, request, (phone.ParticipantId, ""), notices));
    }

    /// <summary>
    /// Inside a call, from who is in the room: they have somebody called into it, and usually hang up once that one is there, which is a blind
    /// transfer. They need the right to dial, and what may be called is judged as for everybody; else 603 (rule SIP-REF-3).
    /// </summary>
    public void TakeInCall(Instant now, SipUserAgent agent, SipServerTransaction asked, IRoomPhone phone)
    {
        if (!SipReferral.TryParse(asked.Request, out var referral))
            agent.Respond(now, asked, 400);
        else if (FindMove(agent, asked, phone, referral, out var refusal) is { } target)
            Accept(now, agent, asked, referral, notices => MoveAsync(phone, target, notices), phone.Call);
        else if (refusal > 0)
            agent.Respond(now, asked, refusal);
        else if (referral.Method != SipMethod.Invite || desk.Judge(AddressIn(asked.Request)).Target is null)
            agent.Respond(now, asked, 603);
        else
            Accept(now, agent, asked, referral, notices => DialAsync(phone.RoomName, asked.Request, (phone.ParticipantId, ""), notices), phone.Call);
    }

    /// <summary>To a room of this server the caller goes itself; with Replaces it takes the place of another call of its own there (SIP-REF-3).</summary>
    private TransferTarget? FindMove(SipUserAgent agent, SipServerTransaction asked, IRoomPhone phone, SipReferral referral, out int refusal)
    {
        refusal = 0;
        if (referral.Method != SipMethod.Invite || !names.IsOurPort(referral.Target.Port)
            || !DialPlan.TryFindRoom(referral.Target.ToString(), host => names.IsOurs(host, asked.Flow), out var room))
            return null;
        var replaces = referral.Headers.FirstOrDefault(header => header.Name == SipHeader.Replaces).Value;
        if (replaces is null)
        {
            refusal = room == phone.RoomName ? 603 : 0;
            return refusal == 0 ? new TransferTarget(room, room, null) : null;
        }
        refusal = phone.Call is { } own ? Replaces.Look(agent, own, replaces, out var named) : Missing(out named);
        if (refusal == 0 && named!.Phone.RoomName == phone.RoomName)
            refusal = 603;
        return refusal == 0 ? new TransferTarget(named!.Phone.RoomName, named.Phone.RoomName, null) { InPlaceOf = named.Seat.ParticipantId } : null;
    }

    private static int Missing(out NamedCall? named)
    {
        named = null;
        return 481;
    }

    private async Task MoveAsync(IRoomPhone phone, TransferTarget target, Notices notices)
    {
        await EndAsync(notices, 200).ConfigureAwait(false);
        phone.Take(new TransferWanted(0, phone.ParticipantId, target));
    }

    /// <summary>The URI as it came, headers and all: what hides in it is refused, not cut off.</summary>
    private static string AddressIn(SipMessage refer)
    {
        var text = SipNameAddress.TryParse(refer.First(SipHeader.ReferTo)!, out var address) ? address.Uri.ToString() : "";
        return text.Replace(";method=INVITE", "", StringComparison.OrdinalIgnoreCase);
    }

    private static void Accept(Instant now, SipUserAgent agent, SipServerTransaction asked, SipReferral referral, Func<Notices, Task> act, SipCall? call = null)
    {
        if (!referral.WantsNotices)
        {
            agent.Respond(now, asked, asked.Answer(200).Add(SipHeader.ReferSub, "false"));
            _ = act(new Notices(null));
            return;
        }
        var accepted = call is null ? SipSubscription.Accept(agent, now, asked, Rules) : SipSubscription.Accept(agent, now, asked, Rules, call);
        if (accepted is not { } subscription)
            return;
        subscription.Notify(now, SipReferral.FragmentType, SipReferral.Fragment(100));
        _ = act(new Notices(subscription));
    }

    private async Task DialAsync(string room, SipMessage refer, (string Who, string Payer) by, Notices notices)
    {
        var outcome = await dialer.DialAsync(new DialOrder(room, AddressIn(refer), by.Who, by.Payer)
        {
            ReferredBy = refer.First(SipHeader.ReferredBy) ?? refer.Address(SipHeader.From)?.WithTag(null).ToString(),
            Watch = call => _ = TellAsync(notices, call),
        }).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            await EndAsync(notices, tools.Refusals(refusal.Code).Status).ConfigureAwait(false);
    }

    /// <summary>Whoever is here by phone from or to that address.</summary>
    private async Task RemoveAsync(string room, SipReferral referral, Notices notices)
    {
        var wanted = DialNumber.TryNormalize(referral.Target.PlainUser ?? "", out var number) ? number : $"{referral.Target.PlainUser}@{referral.Target.Host}";
        var calls = tools.Book.All.Where(call => call.Room == room && call.State != CallState.Ended && Is(call, wanted)).ToArray();
        foreach (var call in calls)
            await tools.Room(room).Do(new HangUpCall(Moderation.Api, call.Id)).ConfigureAwait(false);
        await EndAsync(notices, calls.Length > 0 ? 200 : 404).ConfigureAwait(false);
    }

    private static bool Is(CallInfo call, string wanted)
    {
        var other = call.Direction == CallDirection.Out ? call.To : call.From;
        return other.Equals(wanted, StringComparison.OrdinalIgnoreCase)
            || (DialNumber.TryNormalize(other.Split('@')[0], out var number) && number == wanted);
    }

    private Task TellAsync(Notices notices, CallInfo call) => call.State switch
    {
        CallState.Ringing => NotifyAsync(notices, 180),
        CallState.Answered => EndAsync(notices, 200),
        CallState.Ended => EndAsync(notices, call.End?.Sip?.Status ?? tools.Refusals(call.End?.Code ?? "").Status),
        _ => Task.CompletedTask,
    };

    private Task NotifyAsync(Notices notices, int status) => tools.Endpoint.AskAsync((now, _) =>
        notices.Subscription?.Notify(now, SipReferral.FragmentType, SipReferral.Fragment(status)) ?? false);

    /// <summary>The last notice; what comes after it is not told.</summary>
    private Task EndAsync(Notices notices, int status) => tools.Endpoint.AskAsync((now, _) =>
    {
        var subscription = notices.Subscription;
        notices.Subscription = null;
        return subscription?.Terminate(now, "noresource", SipReferral.FragmentType, SipReferral.Fragment(status)) ?? false;
    });

    /// <summary>Where the sender hears what becomes of it; null when it does not want to, or has heard the end.</summary>
    private sealed class Notices(SipSubscription? subscription)
    {
        public SipSubscription? Subscription { get; set; } = subscription;
    }
}
