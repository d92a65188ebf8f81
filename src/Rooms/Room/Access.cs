using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Who may come in: the first reason against it, or none.</summary>
internal static class Access
{
    private const int LongestWait = 24 * 3600 * 1000;

    public static Refusal? Refuse(RoomState state, JoinRequest request, RoomsSettings settings, DateTimeOffset now) =>
        MayNotOpen(state, request, settings)
        ?? OutOfHours(state.Settings.Schedule, now)
        ?? Excluded(state, request, now)
        ?? Unknown(state.Settings.Access, request)
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
            if (state.Seats.Values.Any(seat => seat.Proved && seat.Identity == identity))
                return new(ErrorCodes.IdentityInUse, "You are in this room already, on another device or page.");
        }
        return state.Seats.ContainsKey(request.ParticipantId) ? new(ErrorCodes.IdentityInUse, "This presence exists already.") : null;
    }

    private static Refusal? Unknown(RoomAccess access, JoinRequest request)
    {
        if (access.Mode == AccessMode.Token && request.Grant is null)
            return new(ErrorCodes.TokenRequired, "This room needs a token.");
        if (!access.Guests && request.Identity is null)
            return new(ErrorCodes.GuestForbidden, "Only people who are known may come in.");
        if (Lists(access, request.Identity))
            return null;
        return request.Identity is null
            ? new(ErrorCodes.GuestForbidden, "Only people who are known may come in.")
            : new(ErrorCodes.CapabilityMissing, "You are not among those this room lets in.");
    }

    private static Refusal? NoPlace(RoomState state, JoinRequest request, RoomsSettings settings)
    {
        if (state.Settings.Access.Locked && request.Grant?.Role != ParticipantRole.Moderator)
            return new(ErrorCodes.RoomLocked, "The room is locked.");
        var capacity = Capacity(state, settings);
        return state.Seats.Count >= capacity ? new(ErrorCodes.RoomFull, $"The room holds {capacity} people.", 10_000) : null;
    }

    /// <summary><c>user@domain</c> as a whole, or <c>*@domain</c>; letters of either case are the same.</summary>
    private static bool Matches(ImmutableArray<string> patterns, string? identity) => identity is not null && !patterns.IsDefaultOrEmpty
        && patterns.Any(pattern => pattern.StartsWith("*@", StringComparison.Ordinal)
            ? identity.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase)
            : identity.Equals(pattern, StringComparison.OrdinalIgnoreCase));
}
