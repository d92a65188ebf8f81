using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>Who gets in.</summary>
internal static class Admission
{
    public static Decision Admit(RoomState state, Admit command, RoomsSettings settings, DateTimeOffset now)
    {
        var request = command.Request;
        if (Refuse(state, request, settings) is { } refusal)
            return new Decision(refusal, []);
        var events = new List<RoomEvent>(4);
        if (state.SessionId is null)
            events.Add(new SessionOpened(command.SessionId));
        events.Add(new Seated(SeatFor(state, request, settings, now)));
        if (request.Publish.Length > 0)
            events.Add(new TracksDeclared(request.ParticipantId, request.Publish));
        return Decision.Of(events);
    }

    /// <summary>A used key is refused (somebody sits there already); an unknown one decides nothing, so the caller joins as new.</summary>
    public static Decision Readmit(RoomState state, Readmit command)
    {
        var request = command.Request;
        if (state.SessionId != request.SessionId)
            return Decision.Nothing;
        var shown = Ids.Fingerprint(request.ResumeKey);
        if (state.Seats.Values.FirstOrDefault(s => Same(s.SpentKeyFingerprint, shown)) is not null)
            return Decision.Refuse(ErrorCodes.IdentityInUse, "This presence has moved to another connection.");
        if (FindByKey(state, shown) is not { } seat)
            return Decision.Nothing;
        var events = new List<RoomEvent>(2);
        if (seat.ConnectionId is { } old && seat.State == ParticipantState.Active)
            events.Add(new Told(rev => new Dismissed(rev, seat.Id, ErrorCodes.IdentityInUse, "Continued on another connection.", old)));
        events.Add(new SeatChanged(
            seat with
            {
                State = ParticipantState.Active,
                Deadline = null,
                ConnectionId = request.ConnectionId,
                KeyFingerprint = Ids.Fingerprint(request.NextResumeKey),
                SpentKeyFingerprint = shown,
            },
            Visible: seat.State != ParticipantState.Active));
        return Decision.Of(events);
    }

    public static Seat? FindByKey(RoomState state, string fingerprint) =>
        state.Seats.Values.FirstOrDefault(seat => Same(seat.KeyFingerprint, fingerprint));

    private static Refusal? Refuse(RoomState state, JoinRequest request, RoomsSettings settings)
    {
        if (state.SessionId is null && MayNotOpen(state.Name, request, settings) is { } closed)
            return closed;
        if (request.Identity is { } identity)
        {
            if (state.IsBanned(identity))
                return new(ErrorCodes.Banned, "You were removed from this room.");
            if (state.Seats.Values.Any(seat => seat.Proved && seat.Identity == identity))
                return new(ErrorCodes.IdentityInUse, "You are in this room already, on another device or page.");
        }
        if (state.Seats.ContainsKey(request.ParticipantId))
            return new(ErrorCodes.IdentityInUse, "This presence exists already.");
        if (state.Rules.Locked)
            return new(ErrorCodes.RoomLocked, "The room is locked.");
        return state.Seats.Count >= settings.MaxParticipants
            ? new(ErrorCodes.RoomFull, $"The room holds {settings.MaxParticipants} people.", 10_000)
            : null;
    }

    private static Refusal? MayNotOpen(string room, JoinRequest request, RoomsSettings settings) => settings.AutoCreate switch
    {
        _ when settings.Permanent.Contains(room) => null,
        AutoCreate.Anyone => null,
        AutoCreate.SignedIn when request.Identity is not null => null,
        AutoCreate.SignedIn => new(ErrorCodes.TokenRequired, "Only signed-in people may open a room here."),
        _ => new(ErrorCodes.RoomNotFound, "There is no room of this name."),
    };

    private static Seat SeatFor(RoomState state, JoinRequest request, RoomsSettings settings, DateTimeOffset now)
    {
        var seat = new Seat
        {
            Id = request.ParticipantId,
            Order = state.Arrivals,
            Identity = request.Identity ?? $"anonymous:{request.ParticipantId}",
            Proved = request.Identity is not null,
            DisplayName = request.DisplayName,
            Kind = request.Kind,
            Role = request.Role ?? ParticipantRole.Member,
            Hidden = request.Hidden,
            JoinedAt = now,
            Attributes = request.Attributes,
            ConnectionId = request.ConnectionId,
            KeyFingerprint = request.ResumeKey is { } key ? Ids.Fingerprint(key) : null,
            Deadline = request.ConnectionId is null ? now + RoomsSettings.ResumeWindow : null,
        };
        var opens = request.Role is null && seat.IsPerson && Presence.ElectsModerators(state, settings)
            && !state.Seats.Values.Any(other => other.IsPerson);
        return opens ? seat with { Role = ParticipantRole.Moderator } : seat;
    }

    private static bool Same(string? stored, string shown) =>
        stored is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(stored), Encoding.ASCII.GetBytes(shown));
}
