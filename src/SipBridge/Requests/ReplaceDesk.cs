using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// INVITEs that name a call of ours, to take its place (RFC 3891) or to come in beside it (RFC 3911, rule SIP-REP-1). Only who can be
/// taken for the same end may: tags are no secret to those on the way.
/// </summary>
internal sealed class ReplaceDesk(SipBridgeSettings settings, AccountDesk accounts)
{
    public const string JoinHeader = "Join";

    /// <param name="agent">Whose calls may be named.</param>
    /// <param name="call">The new one.</param>
    /// <param name="named">The call it names; null when it names none, or may not.</param>
    /// <returns>What to refuse it with; 0: nothing.</returns>
    public int Look(SipUserAgent agent, SipCall call, out NamedCall? named)
    {
        named = null;
        var (replaces, joins) = (call.Invite.All(SipHeader.Replaces), call.Invite.All(JoinHeader));
        if (replaces.Count + joins.Count == 0)
            return 0;
        if (replaces.Count + joins.Count > 1)
            return 400; // both, or one twice (RFC 3891 section 3)
        var takesPlace = replaces.Count == 1;
        var header = takesPlace ? replaces[0] : joins[0];
        var status = Judge(agent, header, other => IsSame(call, other), out var phone);
        if (phone is not null)
            named = new NamedCall(phone, new SeatBeside(((IRoomPhone)phone).ParticipantId, takesPlace));
        return status;
    }

    /// <summary>The same for what a phone asks about two calls of its own (Refer-To with Replaces).</summary>
    public int Look(SipUserAgent agent, SipCall own, string replaces, out NamedCall? named)
    {
        var status = Judge(agent, replaces, other => IsSame(own, other), out var phone);
        named = phone is null ? null : new NamedCall(phone, new SeatBeside(((IRoomPhone)phone).ParticipantId, TakesPlace: true));
        return status;
    }

    private static int Judge(SipUserAgent agent, string header, Predicate<SipCall> isSame, out RoomCall? phone)
    {
        phone = null;
        if (agent.Named(header) is not { Owner: RoomCall owner } other)
            return 481;
        if (!isSame(other))
            return 403;
        if (other.State == SipCallState.Ended)
            return 603;
        if (header.Split(';').Any(part => part.Trim().Equals("early-only", StringComparison.OrdinalIgnoreCase)) && other.State == SipCallState.Confirmed)
            return 486;
        if (!owner.IsSeated)
            return 481; // what is still in the lobby has no place to give
        phone = owner;
        return 0;
    }

    /// <summary>The same account; or the same named peer, which vouches for its own calls.</summary>
    private bool IsSame(SipCall call, SipCall other) =>
        (accounts.ProvedBy(call.Invite) is { } account && accounts.ProvedBy(other.Invite)?.Address == account.Address)
        || (settings.Trusts(call.Flow) && settings.Trusts(other.Flow) && call.Flow.IsSameHost(other.Flow));
}

/// <param name="Phone">The call that was named.</param>
/// <param name="Seat">What the new one has to do with it.</param>
internal sealed record NamedCall(IRoomPhone Phone, SeatBeside Seat);
