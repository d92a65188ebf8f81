namespace Sylk.Conference.Rooms;

/// <summary>Leaving, vanishing and what time alone does to a room.</summary>
internal static class Presence
{
    /// <summary>Why a call is gone whose node is dead.</summary>
    public const string NodeLost = "nodeLost";

    /// <summary>Why somebody is gone who did not come back in time.</summary>
    public const string Timeout = "timeout";

    public static Decision Leave(RoomState state, Leave command)
    {
        if (state.Waiting.People.ContainsKey(command.ParticipantId))
            return WaitingRules.Leave(state, command.ParticipantId);
        return state.Seats.ContainsKey(command.ParticipantId)
            ? Decision.Of(Depart(state, command.ParticipantId, "left", null))
            : Decision.NotHere();
    }

    public static Decision LoseConnection(RoomState state, LoseConnection command, DateTimeOffset now)
    {
        if (state.Waiting.People.TryGetValue(command.ParticipantId, out var waiter) && waiter.Seat.ConnectionId == command.ConnectionId)
            return WaitingRules.LoseConnection(waiter, now);
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat) || seat.ConnectionId != command.ConnectionId
            || seat.State == ParticipantState.Reconnecting)
            return Decision.Nothing;
        return new SeatChanged(
            seat with
            {
                State = ParticipantState.Reconnecting,
                Deadline = now + RoomsSettings.ResumeWindow,
                HeardUpTo = state.Chat.LastSequence,
            },
            Visible: true);
    }

    /// <summary>Pages come back by another node; a call that was answered there is over, and so is its sound (reliability F-04).</summary>
    public static Decision LoseNode(RoomState state, LoseNode command, DateTimeOffset now) => Decision.Of(
    [
        .. state.Waiting.People.Values.Where(waiter => waiter.Seat.Node == command.Node && !waiter.Away)
            .SelectMany(waiter => waiter.Seat.IsCall ? WaitingRules.Leave(state, waiter.Seat.Id).Events : WaitingRules.LoseConnection(waiter, now).Events),
        .. state.Seats.Values.Where(seat => seat.Node == command.Node && seat.ConnectionId is not null)
            .SelectMany(seat => seat.IsCall ? Depart(state, seat.Id, NodeLost, null) : LoseConnection(state, new LoseConnection(seat.Id, seat.ConnectionId!), now).Events),
    ]);

    public static Decision Pass(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        var expired = state.Deadlines.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList();
        if (expired.Count > 0)
            return Decision.Of(expired.SelectMany(id => Expire(state, state.Seats[id], now)));
        var impatient = WaitingRules.Expire(state, now).ToList();
        if (impatient.Count > 0)
            return Decision.Of(impatient);
        if (EndOfSession(state) is { } end && end.At <= now)
            return Decision.Of(ModerationRules.End(state, end.Reason, null));
        return FileRules.Expire(state, settings.Files, now) ?? WatchModerator(state, settings, now) ?? WatchEmptiness(state, settings, now) ?? Decision.Nothing;
    }

    /// <summary>When <see cref="Pass"/> will next have something to do; null when never.</summary>
    public static DateTimeOffset? NextDeadline(RoomState state, RoomsSettings settings)
    {
        DateTimeOffset? next = state.VacantSince + RoomsSettings.ModeratorAbsence;
        next = Earlier(next, state.EmptySince + Patience(state, settings));
        next = Earlier(next, EndOfSession(state)?.At);
        next = Earlier(next, state.Files.NextEnd(settings.Files));
        foreach (var waiter in state.Waiting.People.Values)
            next = Earlier(next, waiter.Deadline);
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
        settings.FirstJoinerModerates && !IsPermanent(state, settings);

    public static bool IsPermanent(RoomState state, RoomsSettings settings) => state.Config?.Permanent ?? settings.Permanent.Contains(state.Name);

    public static int DepartureTimeoutMs(RoomState state, RoomsSettings settings) =>
        state.Settings.Limits.DepartureTimeoutMs ?? settings.DepartureTimeoutMs;

    private static Decision? WatchModerator(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        var persons = state.Seats.Values.Where(seat => seat.IsPerson);
        var vacant = ElectsModerators(state, settings) && persons.Any() && persons.All(seat => !seat.Moderates);
        if (!vacant)
            return state.VacantSince is null ? (Decision?)null : new VacancyChanged(null);
        if (state.VacantSince is not { } since)
            return new VacancyChanged(now);
        if (now - since < RoomsSettings.ModeratorAbsence)
            return null;
        var heir = persons.Where(seat => seat is { State: ParticipantState.Active, Role: ParticipantRole.Member }).MinBy(seat => seat.Order);
        return heir is null ? new VacancyChanged(now) : Decision.Of(Rights.Promote(state, heir, ParticipantRole.Moderator));
    }

    private static Decision? WatchEmptiness(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        if (state.Seats.Count > 0 || !MayEnd(state))
            return state.EmptySince is null ? (Decision?)null : new EmptinessChanged(null);
        if (state.EmptySince is not { } since)
            return new EmptinessChanged(now);
        if (now - since < Patience(state, settings))
            return null;
        return state.SessionId is null ? new ConfigChanged(null) : new SessionClosed("Everybody has left.", null);
    }

    /// <summary>True where emptiness leads to something: a session ends, a room that nobody came to is forgotten.</summary>
    private static bool MayEnd(RoomState state) => state.SessionId is not null || state.Config is { Permanent: false };

    private static TimeSpan Patience(RoomState state, RoomsSettings settings) => TimeSpan.FromMilliseconds(
        state.SessionId is null ? state.Settings.Limits.EmptyTimeoutMs ?? settings.EmptyTimeoutMs : DepartureTimeoutMs(state, settings));

    /// <summary>When the session ends whoever is inside.</summary>
    private static (DateTimeOffset At, string Reason)? EndOfSession(RoomState state)
    {
        if (state.SessionId is null)
            return null;
        var closes = state.Settings.Schedule.ClosesAt;
        DateTimeOffset? full = state.Settings.Limits.MaxDurationMs is > 0 and var most ? state.StartedAt + TimeSpan.FromMilliseconds(most) : null;
        if (Earlier(closes, full) is not { } at)
            return null;
        return (at, at == closes ? "The time of this meeting is over." : "The meeting has reached its longest duration.");
    }

    private static IEnumerable<RoomEvent> Expire(RoomState state, Seat seat, DateTimeOffset now)
    {
        if (seat.ExpiresAt > now || seat.ExpiresAt is null)
            return Depart(state, seat.Id, seat.ConnectionId is null ? "mediaLost" : Timeout, null);
        var farewell = new Told(rev => new Dismissed(rev, seat.Id, ErrorCodes.TokenExpired, "Your token has expired.", null));
        return [farewell, .. Depart(state, seat.Id, Timeout, null)];
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
