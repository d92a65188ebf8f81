using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Who may come in: the first reason against it, or none.</summary>
internal static class Access
{
    private const int LongestWait = 24 * 3600 * 1000;
    private const int LongestPause = 3600 * 1000;

    public static Refusal? Refuse(RoomState state, JoinRequest request, RoomsSettings settings, DateTimeOffset now) =>
        state.Config is not null && (state.Calls.Awaits(request) || CallRules.Vouches(state, request))
            ? Excluded(state, request, now) ?? (request.TakesPlace ? null : NoSeat(state, request, settings))
            : RefuseUncalled(state, request, settings, now);

    private static Refusal? RefuseUncalled(RoomState state, JoinRequest request, RoomsSettings settings, DateTimeOffset now) =>
        MayNotOpen(state, request, settings)
        ?? OutOfHours(state.Settings.Schedule, now)
        ?? Excluded(state, request, now)
        ?? Uninvited(state, request, now)
        ?? Unproved(state, request, now)
        ?? Unlisted(state.Settings.Access, request)
        ?? NoPlace(state, request, settings);

    public static int Capacity(RoomState state, RoomsSettings settings) =>
        Math.Min(state.Settings.Limits.MaxParticipants ?? settings.MaxParticipants, RoomsSettings.ParticipantsLimit);

    /// <summary>False keeps out; anonymous people match nothing.</summary>
    public static bool Lists(RoomAccess access, string? identity)
    {
        var (allowed, denied) = (Matches(access.Allow, identity), Matches(access.Deny, identity));
        return access.Order == AccessOrder.DenyAllow ? allowed || !denied : allowed && !denied;
    }

    private static Refusal? MayNotOpen(RoomState state, JoinRequest request, RoomsSettings settings) => settings.AutoCreate switch
    {
        _ when state.Config is not null || settings.Permanent.Contains(state.Name) => null,
        _ when request.MayOpenNoRoom => new(ErrorCodes.RateLimited, "You have opened many rooms in the last hour.", LongestPause),
        AutoCreate.Anyone => null,
        AutoCreate.SignedIn when request.Identity is not null => null,
        AutoCreate.SignedIn => new(ErrorCodes.TokenRequired, "Only signed-in people may open a room here."),
        _ => new(ErrorCodes.RoomNotFound, "There is no room of this name."),
    };

    private static Refusal? OutOfHours(RoomSchedule schedule, DateTimeOffset now)
    {
        if (schedule.OpensAt is { } opens && now < opens)
        {
            return new(
                ErrorCodes.RoomNotOpen, $"The room opens at {opens.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
                (int)Math.Min((opens - now).TotalMilliseconds, LongestWait));
        }
        return schedule.ClosesAt is { } closes && now >= closes
            ? new(ErrorCodes.RoomEnded, $"The room closed at {closes.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.")
            : null;
    }

    private static Refusal? Excluded(RoomState state, JoinRequest request, DateTimeOffset now)
    {
        if (request.Identity is { } identity)
        {
            if (identity == ChatRules.ApiIdentity || identity.StartsWith(Seat.Anonymous, StringComparison.Ordinal))
                return new(ErrorCodes.TokenInvalid, "Nobody can be called this.");
            if (state.Exclusions.IsBanned(identity, now))
                return new(ErrorCodes.Banned, "You were removed from this room.");
            if (request.Grant is { } grant && state.Exclusions.IsVoid(identity, grant.IssuedAt))
                return new(ErrorCodes.TokenInvalid, "This token is from before you were removed.");
            if (IsHere(state, identity, request.Beside))
                return new(ErrorCodes.IdentityInUse, "You are in this room already, on another device or page.");
        }
        return state.Seats.ContainsKey(request.ParticipantId) || state.Waiting.People.ContainsKey(request.ParticipantId) ? new(ErrorCodes.IdentityInUse, "This presence exists already.") : null;
    }

    private static bool IsHere(RoomState state, string identity, string? beside) =>
        state.Seats.Values.Concat(state.Waiting.People.Values.Select(waiter => waiter.Seat)).Any(seat => seat.Proved && seat.Identity == identity && seat.Id != beside && !seat.IsLeftBehind);

    private static Refusal? Uninvited(RoomState state, JoinRequest request, DateTimeOffset now)
    {
        if (request.Invite is null)
            return null;
        if (!state.Invites.TryGetValue(request.Invite, out var invite) || invite.Uses >= invite.MaxUses)
            return new(ErrorCodes.TokenInvalid, "This invitation is not valid any more.");
        return invite.ExpiresAt <= now ? new(ErrorCodes.TokenExpired, "This invitation has expired.") : null;
    }

    /// <summary>A token or an invitation is more than a passcode.</summary>
    private static Refusal? Unproved(RoomState state, JoinRequest request, DateTimeOffset now) => state.Settings.Access.Mode switch
    {
        _ when request.Grant is not null => null,
        _ when Pins.MustShow(state, request) => Pins.Unproved(state, request, now),
        AccessMode.Token => new(ErrorCodes.TokenRequired, "This room needs a token."),
        _ when request.Invite is not null => null,
        AccessMode.Invited => new(ErrorCodes.TokenRequired, "This room needs an invitation."),
        AccessMode.Passcode => WithoutPasscode(state.Settings.Access, request.Passcode),
        _ => null,
    };

    private static Refusal? WithoutPasscode(RoomAccess access, PasscodeProof? proof)
    {
        if (proof is null || access.PasscodeHash is null)
            return new(ErrorCodes.PasscodeRequired, "This room needs a passcode.");
        return (proof.Right && proof.Hash == access.PasscodeHash) || proof.Unchecked
            ? null
            : new(ErrorCodes.PasscodeInvalid, "The passcode is wrong.");
    }

    private static Refusal? Unlisted(RoomAccess access, JoinRequest request)
    {
        if (!access.Guests && request.Identity is null && request.Invite is null)
            return new(ErrorCodes.GuestForbidden, "Only people who are known may come in.");
        if (Lists(access, request.Identity))
            return null;
        return request.Identity is null
            ? new(ErrorCodes.GuestForbidden, "Only people who are known may come in.")
            : new(ErrorCodes.CapabilityMissing, "You are not among those this room lets in.");
    }

    private static Refusal? NoPlace(RoomState state, JoinRequest request, RoomsSettings settings)
    {
        if (Admission.LeftBehind(state, request) is not null)
            return null; // the place they lost becomes theirs again
        if (state.Settings.Access.Locked && Admission.RoleOf(state, request) != ParticipantRole.Moderator)
            return new(ErrorCodes.RoomLocked, "The room is locked.");
        return NoSeat(state, request, settings);
    }

    private static Refusal? NoSeat(RoomState state, JoinRequest request, RoomsSettings settings)
    {
        if (request.Kind == ParticipantKind.Sip && state.Seats.Values.Count(seat => seat.Kind == ParticipantKind.Sip) >= RoomsSettings.LegsLimit)
            return new(ErrorCodes.RoomFull, $"The room takes {RoomsSettings.LegsLimit} phones.", 10_000);
        var capacity = Capacity(state, settings);
        return state.Seats.Count >= capacity ? new(ErrorCodes.RoomFull, $"The room holds {capacity} people.", 10_000) : null;
    }

    /// <summary><c>user@domain</c> as a whole, or <c>*@domain</c>; letters of either case are the same.</summary>
    private static bool Matches(ImmutableArray<string> patterns, string? identity) => identity is not null && !patterns.IsDefaultOrEmpty
        && patterns.Any(pattern => pattern.StartsWith("*@", StringComparison.Ordinal)
            ? identity.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : identity.Equals(pattern, StringComparison.OrdinalIgnoreCase));
}
