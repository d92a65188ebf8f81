namespace Sylk.Conference.Rooms;

/// <summary>The waiting room: who must ask, who is told, who decides (B3).</summary>
internal static class WaitingRules
{
    private const string NobodyCame = "Nobody let you in.";

    public static bool MustAsk(RoomState state, JoinRequest request, Seat seat)
    {
        if (state.Calls.Awaits(request) || CallRules.Vouches(state, request))
            return false;
        if (request.Pin is { Unchecked: true })
            return true;
        if (request.Passcode is { Unchecked: true } && state.Settings.Access.Mode == AccessMode.Passcode && request.Grant is null && request.Invite is null)
            return true;
        if (seat.Moderates || (seat.Proved && state.Waiting.IsKnown(seat.Identity)))
            return false;
        if (!seat.Proved && state.Exclusions.IsSuspect(request.Source))
            return true;
        return state.Settings.Access.WaitingRoom && (seat.ConnectionId is not null || !seat.Proved);
    }

    /// <summary>Nobody can wait without a connection on which to be told.</summary>
    public static Decision Knock(RoomState state, JoinRequest request, Seat seat, DateTimeOffset now)
    {
        if (seat.ConnectionId is null)
            return Decision.Refuse(ErrorCodes.WaitingDenied, "A moderator would have to let this in, and it cannot wait.");
        if (!state.Waiting.HasPlace(request.Source, request is { Passcode.Unchecked: true } or { Pin.Unchecked: true } ? WaitingLine.MostUnchecked : WaitingLine.MostOfOneSource))
            return new Decision(new Refusal(ErrorCodes.RoomFull, "Too many people wait already.", 10_000), []);
        var waiter = new Waiter(
            seat with { State = ParticipantState.Waiting }, request.Publish, now, Earliest(now + WaitingLine.Patience, seat.ExpiresAt), request.Source);
        return Decision.Of([new Knocked(waiter), Tell(state)]);
    }

    public static Decision LetIn(RoomState state, AdmitWaiting command, RoomsSettings settings, DateTimeOffset now)
    {
        var chosen = command.Target is { } target
            ? state.Waiting.People.TryGetValue(target, out var one) ? [one] : []
            : state.Waiting.People.Values.OrderBy(waiter => waiter.Since).ToList();
        if (chosen.Count == 0)
            return command.Target is null ? Decision.Nothing : Decision.NobodyThere();
        var places = Access.Capacity(state, settings) - state.Seats.Count;
        if (places <= 0)
            return Decision.Refuse(ErrorCodes.RoomFull, "The room is full.");
        var events = new List<RoomEvent>();
        if (state.SessionId is null)
            events.Add(new SessionOpened(command.SessionId, now));
        foreach (var (i, waiter) in chosen.Take(places).Index())
            events.AddRange(Seat(waiter, state.Arrivals + i, now));
        events.Add(Tell(state));
        return Decision.Of(events);
    }

    public static Decision TurnAway(RoomState state, DenyWaiting command) => state.Waiting.People.ContainsKey(command.Target)
        ? Decision.Of(Dismiss(state, command.Target, command.Message))
        : Decision.NobodyThere();

    public static Decision Leave(RoomState state, string id) => Decision.Of([new WaiterGone(id), Tell(state)]);

    public static Decision LoseConnection(Waiter waiter, DateTimeOffset now) =>
        new Knocked(waiter with { Away = true, Deadline = Earliest(now + RoomsSettings.ResumeWindow, waiter.Deadline) });

    /// <summary>They were taken for gone because the room came up elsewhere, and were not.</summary>
    public static Knocked StillThere(Waiter waiter) => new(waiter with { Away = false, Deadline = EndOfPatience(waiter) });

    public static Decision Resume(RoomState state, Waiter waiter, ResumeRequest request)
    {
        var seat = waiter.Seat;
        var back = waiter with
        {
            Away = false,
            Deadline = EndOfPatience(waiter),
            Publish = Publishing.Permitted(state, seat.Id, seat.Caps, request.Publish),
            Seat = seat with
            {
                ConnectionId = request.ConnectionId,
                Node = request.Node,
                KeyFingerprint = Ids.Fingerprint(request.NextResumeKey),
                SpentKeyFingerprint = Ids.Fingerprint(request.ResumeKey),
            },
        };
        var farewell = new Told(rev => new Dismissed(rev, seat.Id, ErrorCodes.IdentityInUse, "Continued on another connection.", seat.ConnectionId));
        return waiter.Away ? new Knocked(back) : Decision.Of([farewell, new Knocked(back)]);
    }

    public static IEnumerable<RoomEvent> Expire(RoomState state, DateTimeOffset now) => state.Waiting.People.Values
        .Where(waiter => waiter.Deadline <= now).SelectMany(waiter => Dismiss(state, waiter.Seat.Id, NobodyCame));

    /// <summary>The whole line, to everybody who may let people in; read when it is told, after what came before.</summary>
    public static RoomEvent Tell(RoomState state) => new Told(rev => new WaitingChanged(
        rev, [.. state.Seats.Values.Where(seat => seat.Moderates).Select(seat => seat.Id)], state.Waiting.Describe()));

    private static IEnumerable<RoomEvent> Dismiss(RoomState state, string id, string? message) =>
        [new WaiterGone(id), new Told(rev => new TurnedAway(rev, id, message)), Tell(state)];

    private static IEnumerable<RoomEvent> Seat(Waiter waiter, long order, DateTimeOffset now)
    {
        yield return new WaiterGone(waiter.Seat.Id, LetIn: true);
        yield return new Seated(waiter.Seat with
        {
            State = waiter.Away ? ParticipantState.Reconnecting : ParticipantState.Active,
            Deadline = waiter.Away ? waiter.Deadline : null,
            Order = order,
            JoinedAt = now,
        });
        if (waiter.Publish.Length > 0)
            yield return new TracksDeclared(waiter.Seat.Id, waiter.Publish);
        yield return new Told(rev => new LetIn(rev, waiter.Seat.Id));
    }

    private static DateTimeOffset EndOfPatience(Waiter waiter) => Earliest(waiter.Since + WaitingLine.Patience, waiter.Seat.ExpiresAt);

    private static DateTimeOffset Earliest(DateTimeOffset a, DateTimeOffset? b) => b < a ? b.Value : a;
}
