namespace Sylk.Conference.Rooms;

/// <summary>Who may call somebody into a room, and who may end that (product §4 <c>features.dialOut</c>, limit L21).</summary>
internal static class CallRules
{
    private const int MostDigits = 64;
    private const int Pause = 30_000;

    public static Decision Begin(RoomState state, BeginCall command, DateTimeOffset now)
    {
        var request = command.Request;
        if (state.Config is null)
            return Decision.Refuse(ErrorCodes.RoomNotFound, "There is no room of this name.");
        if (RefuseDialling(state, request) is { } refusal)
            return new Decision(refusal, []);
        return state.Calls.Outgoing(now) >= request.PerRoom
            ? new Decision(new Refusal(ErrorCodes.RateLimited, $"The room has {request.PerRoom} calls out already.", Pause), [])
            : new CallNoted(request.Call, now + request.Lasts);
    }

    public static Decision HangUp(RoomState state, HangUpCall command)
    {
        if (Refuse(state, command.By, command.CallId, out var call) is { } refusal)
            return new Decision(refusal, []);
        return Drop(state, call, command.By);
    }

    /// <summary>The call ends; a seat it has is empty then.</summary>
    public static Decision Drop(RoomState state, CallInfo call, string by)
    {
        var word = new Told(rev => new CallDropped(rev, call.ParticipantId));
        return state.Seats.ContainsKey(call.ParticipantId)
            ? Decision.Of([word, .. Presence.Depart(state, call.ParticipantId, "removed", by)])
            : word;
    }

    public static Decision Press(RoomState state, PressKeys command)
    {
        if (Refuse(state, command.By, command.CallId, out var call) is { } refusal)
            return new Decision(refusal, []);
        if (command.Digits is not { Length: > 0 and <= MostDigits } digits || digits.Any(key => !IsKey(key)))
            return Decision.Refuse(ErrorCodes.ValidationFailed, $"digits: 1 to {MostDigits} of 0-9, *, #, A-D.");
        return call.State == CallState.Answered
            ? new Told(rev => new KeysWanted(rev, call.ParticipantId, digits))
            : Decision.Refuse(ErrorCodes.ValidationFailed, "Nobody has answered yet.");
    }

    public static Decision Keys(RoomState state, NoteKeys command) =>
        state.Calls.Find(command.CallId) is { } call && command.Digits is { Length: > 0 and <= MostDigits } digits && digits.All(IsKey)
            ? new KeysPressed(call, digits)
            : Decision.Nothing;

    public static Decision Hold(RoomState state, HoldCall command)
    {
        if (Refuse(state, command.By, command.CallId, out var call) is { } refusal)
            return new Decision(refusal, []);
        return call.State == CallState.Answered
            ? new Told(rev => new HoldWanted(rev, call.ParticipantId, command.Held))
            : Decision.Refuse(ErrorCodes.ValidationFailed, "Nobody has answered yet.");
    }

    public static Decision Transfer(RoomState state, TransferCall command)
    {
        if (Refuse(state, command.By, command.CallId, out var call) is { } refusal)
            return new Decision(refusal, []);
        if (call.State != CallState.Answered)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "Nobody has answered yet.");
        if (command.Target.Room == state.Name)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "The call is in that room already.");
        return command.Target.Address is not null && RefuseDialling(state, command.By) is { } missing
            ? new Decision(missing, [])
            : new Told(rev => new TransferWanted(rev, call.ParticipantId, command.Target));
    }

    /// <summary>Who asks to come in was proved to be the one at the other end of a call that is inside.</summary>
    public static bool Vouches(RoomState state, JoinRequest request) => StandsBeside(state, request) is not null;

    /// <summary>The seat of that call; null when there is none.</summary>
    public static Seat? StandsBeside(RoomState state, JoinRequest request) =>
        request is { Beside: { } other, Kind: ParticipantKind.Sip } && state.Seats.TryGetValue(other, out var seat) && seat.Kind == ParticipantKind.Sip ? seat : null;

    /// <summary>The call whose place is taken ends.</summary>
    public static IEnumerable<RoomEvent> GiveWay(RoomState state, JoinRequest request) =>
        request.TakesPlace && StandsBeside(state, request) is { } seat && state.Calls.Of(seat.Id) is { } call ? Drop(state, call, request.ParticipantId).Events : [];

    public static bool IsKey(char key) => char.IsAsciiDigit(key) || key is '*' or '#' or (>= 'A' and <= 'D');

    private static Refusal? RefuseDialling(RoomState state, DialRequest request)
    {
        if (RefuseDialling(state, request.Call.By) is { } refusal)
            return refusal;
        return request.Role == ParticipantRole.Moderator && request.Call.By is { } by && state.Seats.TryGetValue(by, out var seat) && !seat.Moderates
            ? new(ErrorCodes.CapabilityMissing, "Only moderators call moderators.")
            : null;
    }

    private static Refusal? RefuseDialling(RoomState state, string? by)
    {
        var who = state.Settings.Features.DialOut;
        if (who == Grantee.Nobody)
            return new(ErrorCodes.CapabilityMissing, "Nobody dials out of this room.");
        if (by == Moderation.Api)
            return null;
        if (by is null || !state.Seats.TryGetValue(by, out var seat))
            return Decision.NotHere().Refusal;
        return MayDial(seat, who) ? null : new(ErrorCodes.CapabilityMissing, "You may not dial out of this room.");
    }

    /// <summary>Who was given capabilities one by one has no others.</summary>
    private static bool MayDial(Seat seat, Grantee who) =>
        seat.Caps.HasFlag(Caps.Dial) || (who == Grantee.Everyone && seat is { Granted: null, Role: not ParticipantRole.Listener });

    private static Refusal? Refuse(RoomState state, string by, string id, out CallInfo call)
    {
        call = state.Calls.Find(id)!;
        if (call is null)
            return new(ErrorCodes.RoomNotFound, "There is no such call.");
        if (by == Moderation.Api)
            return null;
        if (!state.Seats.TryGetValue(by, out var seat))
            return Decision.NotHere().Refusal;
        return seat.Moderates || call.By == by ? null : new(ErrorCodes.CapabilityMissing, "Only moderators and whoever placed the call may do that.");
    }
}

/// <summary>A room is asked for leave to call somebody.</summary>
internal sealed record BeginCall(DialRequest Request) : RoomCommand;
