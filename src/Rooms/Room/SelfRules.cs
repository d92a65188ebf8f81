using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>What people may change about themselves, and the words they may choose.</summary>
internal static class SelfRules
{
    private const int MaxAttributes = 20;
    private const int MaxAttributeKey = 64;
    private const int MaxAttributeValue = 256;
    private const int MaxEmojiRunes = 8;
    private const int MaxTopicRunes = 64;

    public static Decision Update(RoomState state, UpdateSelf command, DateTimeOffset now)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat))
            return Decision.NotHere();
        if (command.DisplayName is not null && !MayRename(state, seat))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "Only moderators may change names here.");
        var changed = seat with
        {
            DisplayName = command.DisplayName ?? seat.DisplayName,
            Attributes = command.Attributes ?? seat.Attributes,
            Away = command.Away ?? seat.Away,
            HandRaisedAt = command.HandRaised switch { null => seat.HandRaisedAt, true => seat.HandRaisedAt ?? now, false => null },
        };
        return changed == seat ? Decision.Nothing : new SeatChanged(changed, Visible: true);
    }

    /// <summary>A name is refused while another here reads the same.</summary>
    public static Decision Claim(RoomState state, ClaimNick command)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat))
            return Decision.NotHere();
        if (!MayRename(state, seat))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "Only moderators may change names here.");
        if (PersonName.Clean(command.Nick) is not { Length: > 0 } nick)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "A name has 1 to 64 characters and no control characters.");
        if (IsTaken(state, nick, seat) is { } taken)
            return new Decision(taken, []);
        return nick == seat.DisplayName ? Decision.Nothing : new SeatChanged(seat with { DisplayName = nick }, Visible: true);
    }

    /// <summary>One and the same person may be called the same on two devices (RFC 7701 section 7.1).</summary>
    public static Refusal? IsTaken(RoomState state, string name, Seat seat)
    {
        var wanted = Nickname.Of(name);
        return state.Seats.Values.Any(other => other.Identity != seat.Identity && !other.Hidden && Nickname.Of(other.DisplayName).Matches(wanted))
            ? new(ErrorCodes.NicknameInUse, "Somebody here has this name already.")
            : null;
    }

    public static Decision Rename(Seat seat, Rename command)
    {
        var changed = seat with { DisplayName = command.DisplayName ?? seat.DisplayName, Attributes = command.Attributes ?? seat.Attributes };
        return changed == seat ? Decision.Nothing : new SeatChanged(changed, Visible: true);
    }

    public static Decision React(RoomState state, React command)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat))
            return Decision.NotHere();
        if (!seat.Caps.HasFlag(Caps.React))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "You may not react in this room.");
        return new Told(rev => new Reacted(rev, seat.Id, command.Emoji));
    }

    public static bool IsEmoji(string? text) => text is { Length: > 0 } && RunesUpTo(text, MaxEmojiRunes);

    public static bool IsTopic(string? text) => text is { Length: > 0 } && RunesUpTo(text, MaxTopicRunes);

    public static bool AreAttributes(IReadOnlyDictionary<string, string> attributes) =>
        attributes.Count <= MaxAttributes && attributes.All(pair =>
            pair.Key.Length is > 0 and <= MaxAttributeKey && pair.Value is { Length: <= MaxAttributeValue });

    private static bool MayRename(RoomState state, Seat seat) =>
        seat.Caps.HasFlag(Caps.Moderate) || (seat.Caps.HasFlag(Caps.Rename) && state.Settings.Features.Rename);

    private static bool RunesUpTo(string text, int most)
    {
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || ++count > most)
                return false;
        }
        return true;
    }
}
