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

    public static bool IsKey(char key) => char.IsAsciiDigit(key) || key is '*' or '#' or (>= 'A' and <= 'D');

    private static Refusal? RefuseDialling(RoomState state, DialRequest request)
    {
        var who = state.Settings.Features.DialOut;
        if (who == Grantee.Nobody)
            return new(ErrorCodes.CapabilityMissing, "Nobody dials out of this room.");
        if (request.Call.By == Moderation.Api)
            return null;
        if (request.Call.By is not { } by || !state.Seats.TryGetValue(by, out var seat))
            return Decision.NotHere().Refusal;
        if (!MayDial(seat, who))
            return new(ErrorCodes.CapabilityMissing, "You may not dial out of this room.");
        return request.Role == ParticipantRole.Moderator && !seat.Moderates
            ? new(ErrorCodes.CapabilityMissing, "Only moderators call moderators.")
            : null;
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
