namespace Sylk.Conference.Rooms;

/// <summary>Leaving, vanishing and what time alone does to a room.</summary>
internal static class Presence
{
    public static Decision Leave(RoomState state, Leave command) =>
        state.Seats.ContainsKey(command.ParticipantId)
            ? Decision.Of(Depart(state, command.ParticipantId, "left", null))
            : Decision.NotHere();

    public static Decision LoseConnection(RoomState state, LoseConnection command, DateTimeOffset now)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat) || seat.ConnectionId != command.ConnectionId
            || seat.State == ParticipantState.Reconnecting)
            return Decision.Nothing;
        return new SeatChanged(
            seat with { State = ParticipantState.Reconnecting, Deadline = now + RoomsSettings.ResumeWindow }, Visible: true);
    }

    public static Decision Pass(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        var expired = state.Deadlines.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList();
        if (expired.Count > 0)
            return Decision.Of(expired.SelectMany(id => Depart(state, id, ReasonFor(state.Seats[id]), null)));
        if (state.SessionId is null)
            return Decision.Nothing;
        return WatchModerator(state, settings, now) ?? WatchEmptiness(state, settings, now) ?? Decision.Nothing;
    }

    /// <summary>When <see cref="Pass"/> will next have something to do; null when never.</summary>
    public static DateTimeOffset? NextDeadline(RoomState state, RoomsSettings settings)
    {
        DateTimeOffset? next = state.VacantSince + RoomsSettings.ModeratorAbsence;
        next = Earlier(next, state.EmptySince + TimeSpan.FromMilliseconds(settings.DepartureTimeoutMs));
        foreach (var (_, deadline) in state.Deadlines)
            next = Earlier(next, deadline);
        return next;
    }

    /// <summary>Everything that goes when a participant goes; once per participant.</summary>
    public static IEnumerable<RoomEvent> Depart(RoomState state, string id, string reason, string? by, bool quiet = false)
    {
        foreach (var track in state.TracksOf(id))
            yield return new TrackStopped(track.TrackId, quiet);
        yield return new Unseated(id, reason, by, quiet);
    }

    public static bool ElectsModerators(RoomState state, RoomsSettings settings) =>
        settings.FirstJoinerModerates && !settings.Permanent.Contains(state.Name);

    private static Decision? WatchModerator(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        var persons = state.Seats.Values.Where(seat => seat.IsPerson);
        var vacant = ElectsModerators(state, settings) && persons.Any() && persons.All(seat => seat.Role != ParticipantRole.Moderator);
        if (!vacant)
            return state.VacantSince is null ? (Decision?)null : new VacancyChanged(null);
        if (state.VacantSince is not { } since)
            return new VacancyChanged(now);
        if (now - since < RoomsSettings.ModeratorAbsence)
            return null;
        var heir = persons.Where(seat => seat is { State: ParticipantState.Active, Role: ParticipantRole.Member }).MinBy(seat => seat.Order);
        return heir is null ? new VacancyChanged(now) : Decision.Of(ModerationRules.Promote(state, heir, ParticipantRole.Moderator));
    }

    private static Decision? WatchEmptiness(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        if (state.Seats.Count > 0)
            return state.EmptySince is null ? (Decision?)null : new EmptinessChanged(null);
        if (state.EmptySince is not { } since)
            return new EmptinessChanged(now);
        var over = now - since >= TimeSpan.FromMilliseconds(settings.DepartureTimeoutMs);
        return over ? new SessionClosed("Everybody has left.", null) : (Decision?)null;
    }

    private static string ReasonFor(Seat seat) => seat.ConnectionId is null ? "mediaLost" : "timeout";

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
