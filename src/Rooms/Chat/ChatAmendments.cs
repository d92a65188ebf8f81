namespace Sylk.Conference.Rooms;

/// <summary>What may become of a line after it was said.</summary>
internal static class ChatAmendments
{
    public static Decision Delete(RoomState state, DeleteChat command)
    {
        if (ReaderOf(state, command.ParticipantId) is not { } reader)
            return Decision.NotHere();
        if (Find(state, command.MessageId, command.Stored, reader) is not { } line)
            return NoSuchLine();
        var moderates = command.ParticipantId == PostChat.Api || state.Seats[command.ParticipantId].Moderates;
        if (line.From.Identity != reader && !moderates)
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "Only its author or a moderator may delete a message.");
        return line.Deleted ? Decision.Nothing : new ChatTakenBack(line with { Content = "", Deleted = true });
    }

    /// <summary>Nobody changes another's words, moderators neither.</summary>
    public static Decision Edit(RoomState state, EditChat command, DateTimeOffset now)
    {
        if (ReaderOf(state, command.ParticipantId) is not { } author)
            return Decision.NotHere();
        if (ChatRules.MayNot(state, command.ParticipantId) is { } refusal)
            return new Decision(refusal, []);
        if (Find(state, command.MessageId, command.Stored, author) is not { } line)
            return NoSuchLine();
        if (line.From.Identity != author)
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "Only its author may change a message.");
        if (line.Deleted)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "This message was taken back.");
        var (words, acts) = ChatRules.Read(command.Content);
        if (line.Content == words && line.Action == acts)
            return Decision.Nothing;
        var moment = now > line.Timestamp ? now : line.Timestamp;
        return ChatRules.IsTooMuch(state, author, moment) is { } tooMuch
            ? new Decision(tooMuch, [])
            : new ChatEdited(line with { Content = words, Action = acts, EditedAt = moment });
    }

    /// <summary>
    /// Its sender hears it, wherever they sit now. What is not a private line to whoever says so is passed over: a refusal would tell
    /// strangers which lines there are.
    /// </summary>
    public static Decision Acknowledge(RoomState state, AcknowledgeChat command)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var reader))
            return Decision.NotHere();
        var line = state.Chat.Find(command.MessageId) ?? command.Stored;
        if (line is not { To: not null, Deleted: false } || line.ToIdentity != reader.Identity || SeatOf(state, line.From) is not { } sender)
            return Decision.Nothing;
        return new Told(rev => new ChatReceipt(rev, sender, line.Id, reader.Id, command.Kind));
    }

    private static string? SeatOf(RoomState state, ChatSender sender) => state.Seats.ContainsKey(sender.ParticipantId)
        ? sender.ParticipantId
        : state.Seats.Values.FirstOrDefault(seat => seat.Identity == sender.Identity)?.Id;

    /// <returns>Null for somebody who is not inside.</returns>
    private static string? ReaderOf(RoomState state, string participantId) =>
        participantId == PostChat.Api ? ChatRules.ApiIdentity : state.Seats.GetValueOrDefault(participantId)?.Identity;

    /// <returns>Null for a line there is not, or that is not for this reader's eyes.</returns>
    private static ChatMessage? Find(RoomState state, string id, ChatMessage? stored, string reader) =>
        (state.Chat.Find(id) ?? stored) is { } line && (reader == ChatRules.ApiIdentity || ChatRules.MayRead(line, reader)) ? line : null;

    private static Decision NoSuchLine() => Decision.Refuse(ErrorCodes.ValidationFailed, "There is no such message.");
}
