namespace Sylk.Conference.Rooms;

/// <summary>Messages of applications to each other. They are no chat, yet reach people's pages: the cap <c>chat</c> governs both.</summary>
internal static class DataRules
{
    public static Decision Send(RoomState state, SendData command)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat))
            return Decision.NotHere();
        if (!Allows(seat.Caps))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "You may not send data in this room.");
        if (!command.To.IsEmpty && !command.To.Any(state.Seats.ContainsKey))
            return Decision.NobodyThere();
        return new Told(rev => new DataSent(rev, seat.Id, command.To, command.Topic, command.Payload, command.Reliable));
    }

    public static bool Allows(Caps caps) => caps.HasFlag(Caps.Chat);
}
