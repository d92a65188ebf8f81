using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>Coming in and coming back.</summary>
internal static class Admission
{
    public static Decision Admit(RoomState state, Admit command, RoomsSettings settings, DateTimeOffset now)
    {
        var request = command.Request;
        if (Access.Refuse(state, request, settings, now) is { } refusal)
            return new Decision(refusal, []);
        var events = new List<RoomEvent>(6);
        if (state.Config is null)
            events.Add(new ConfigChanged(ConfigFor(state, command, settings, now)));
        if (request.Invite is { } invite)
            events.Add(new InviteSet(state.Invites[invite] with { Uses = state.Invites[invite].Uses + 1 }));
        var old = LeftBehind(state, request);
        if (old is not null)
            events.AddRange(Presence.Depart(state, old.Id, Presence.Timeout, null));
        var seat = SeatFor(state, request, settings, now);
        if (old is not null && request.Grant is null)
            seat = seat with { Role = old.Role, Granted = old.Granted, HandRaisedAt = old.HandRaisedAt };
        if (request.UniqueName && SelfRules.IsTaken(state, seat.DisplayName, seat) is { } taken)
            return new Decision(taken, []);
        if (!WaitingRules.MustAsk(state, request, seat))
            return Decision.Of([.. events, .. Sit(state, command, seat, now), .. CallRules.GiveWay(state, request)]);
        var knock = WaitingRules.Knock(state, request, seat, now);
        return knock.Refusal is null ? Decision.Of([.. events, .. knock.Events]) : knock;
    }

    /// <summary>A used key is refused (somebody sits there already); an unknown one decides nothing, so the caller joins as new.</summary>
    public static Decision Readmit(RoomState state, Readmit command)
    {
        var request = command.Request;
        var shown = Ids.Fingerprint(request.ResumeKey);
        if (state.Waiting.People.Values.FirstOrDefault(one => Same(one.Seat.KeyFingerprint, shown)) is { } waiter)
            return WaitingRules.Resume(state, waiter, request);
        if (state.SessionId != request.SessionId && request.SessionId.Length > 0)
            return Decision.Nothing;
        if (state.Seats.Values.FirstOrDefault(s => Same(s.SpentKeyFingerprint, shown)) is not null)
            return Decision.Refuse(ErrorCodes.IdentityInUse, "This presence has moved to another connection.");
        if (FindByKey(state, shown) is not { ConnectionId: not null } seat)
            return Decision.Nothing; // the key of somebody who is here by media only opens their resource over HTTP
        var events = new List<RoomEvent>(2);
        if (seat.ConnectionId is { } old && seat.State == ParticipantState.Active)
            events.Add(new Told(rev => new Dismissed(rev, seat.Id, ErrorCodes.IdentityInUse, "Continued on another connection.", old)));
        events.Add(new SeatChanged(
            seat with
            {
                State = ParticipantState.Active,
                Deadline = null,
                HeardUpTo = null,
                ConnectionId = request.ConnectionId,
                Node = request.Node,
                KeyFingerprint = Ids.Fingerprint(request.NextResumeKey),
                SpentKeyFingerprint = shown,
            },
            Visible: seat.State != ParticipantState.Active));
        return Decision.Of(events);
    }

    public static Seat? FindByKey(RoomState state, string fingerprint) =>
        state.Seats.Values.FirstOrDefault(seat => Same(seat.KeyFingerprint, fingerprint));

    /// <summary>The rights somebody would have on coming in.</summary>
    public static Caps CapsOf(RoomState state, JoinRequest request) =>
        request.Grant?.Caps ?? RoleCaps.Of(RoleOf(state, request) ?? ParticipantRole.Member);

    /// <summary>The role they bring along; null when nothing names one.</summary>
    public static ParticipantRole? RoleOf(RoomState state, JoinRequest request) =>
        request.Grant?.Role ?? (request.TakesPlace ? CallRules.StandsBeside(state, request)?.Role : null) ?? (request.Invite is { } id && state.Invites.TryGetValue(id, out var invite) ? invite.Role : Pins.RoleOf(state, request) ?? request.Role);

    private static IEnumerable<RoomEvent> Sit(RoomState state, Admit command, Seat seat, DateTimeOffset now)
    {
        if (state.SessionId is null)
            yield return new SessionOpened(command.SessionId, now);
        yield return new Seated(seat);
        if (command.Request.Publish.Length > 0)
            yield return new TracksDeclared(seat.Id, command.Request.Publish);
    }

    /// <summary>A token may bring the settings of the room its holder calls into being; what it is called is not the token's to say.</summary>
    private static RoomConfig ConfigFor(RoomState state, Admit command, RoomsSettings settings, DateTimeOffset now)
    {
        if (ConfigRules.Declared(state.Name, settings, now) is { } declared)
            return declared;
        var id = Ids.Room + command.SessionId[Ids.Session.Length..];
        return command.Request.Grant?.RoomConfig is { } wished
            ? wished with { Id = id, Name = state.Name, Permanent = false, CreatedAt = now, Revision = 1 }
            : new() { Id = id, Name = state.Name, CreatedAt = now };
    }

    /// <summary>The place that the same person lost on a wire without resume: it is theirs to take, also where nobody else may come in.</summary>
    public static Seat? LeftBehind(RoomState state, JoinRequest request) => request.Identity is not { } identity
        ? null
        : state.Seats.Values.FirstOrDefault(seat => seat.IsLeftBehind && seat.Identity == identity);

    private static Seat SeatFor(RoomState state, JoinRequest request, RoomsSettings settings, DateTimeOffset now)
    {
        var role = RoleOf(state, request);
        var seat = new Seat
        {
            Id = request.ParticipantId,
            Order = state.Arrivals,
            Identity = request.Identity ?? Seat.Anonymous + request.ParticipantId,
            Proved = request.Identity is not null,
            DisplayName = request.Grant?.DisplayName ?? Pins.NameOf(state, request) ?? request.DisplayName,
            Kind = request.Kind,
            Role = role ?? ParticipantRole.Member,
            Granted = request.Grant?.Caps,
            Hidden = request.Hidden || request.Grant?.Caps?.HasFlag(Caps.Hidden) == true,
            JoinedAt = now,
            Attributes = request.Grant is { Attributes: { Count: > 0 } proved } ? request.Attributes.SetItems(proved) : request.Attributes,
            Source = request.Source,
            ConnectionId = request.ConnectionId,
            Node = request.Node,
            KeyFingerprint = request.ResumeKey is { } key ? Ids.Fingerprint(key) : null,
            Deadline = request.ConnectionId is null ? now + RoomsSettings.ResumeWindow : null,
            ExpiresAt = request.Grant?.Expiry,
        };
        var opens = role is null && seat.IsPerson && request is not ({ Passcode.Unchecked: true } or { Pin.Unchecked: true }) && Presence.ElectsModerators(state, settings)
            && !state.Seats.Values.Any(other => other.IsPerson);
        return opens ? seat with { Role = ParticipantRole.Moderator } : seat;
    }

    private static bool Same(string? stored, string shown) =>
        stored is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored), Encoding.ASCII.GetBytes(shown));
}
