namespace Sylk.Conference.Rooms;

/// <summary>Roles and caps of those inside.</summary>
internal static class Rights
{
    /// <summary>What no order gives: being unseen is decided at the door.</summary>
    private const Caps NeverGranted = Caps.Hidden;

    public static IEnumerable<RoomEvent> Promote(RoomState state, Seat seat, ParticipantRole role) =>
        Change(state, seat with { Role = role, Granted = null });

    public static Decision ChangeRole(RoomState state, Seat seat, SetRole command)
    {
        if (seat.Role == command.Role && seat.Granted is null)
            return Decision.Nothing;
        if (command.Role == ParticipantRole.Moderator && !seat.IsPerson)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "Only people can moderate.");
        var changed = seat with { Role = command.Role, Granted = null };
        return Orphans(state, seat, changed, command.By) ? HeirFirst() : Decision.Of(Change(state, changed));
    }

    public static Decision ChangeCaps(RoomState state, Seat seat, SetCaps command)
    {
        var caps = command.Caps & ~NeverGranted;
        if (caps.HasFlag(Caps.Moderate) && !seat.IsPerson)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "Only people can moderate.");
        if (caps == (seat.Caps & ~NeverGranted))
            return Decision.Nothing;
        var changed = seat with { Granted = caps };
        return Orphans(state, seat, changed, command.By) ? HeirFirst() : Decision.Of(Change(state, changed));
    }

    /// <summary>The new line in the roster, silence for what may not be sent any more, and a word to the one concerned.</summary>
    private static IEnumerable<RoomEvent> Change(RoomState state, Seat changed)
    {
        foreach (var muted in Enforcement.Withdraw(state, changed, state.Settings.Features))
            yield return muted;
        yield return new SeatChanged(changed, Visible: true);
        yield return new Told(rev => new SelfChanged(rev, changed.Id, state.Describe(changed)));
    }

    private static bool Orphans(RoomState state, Seat seat, Seat changed, string by) =>
        by != Moderation.Api && seat.Moderates && !changed.Moderates && state.Seats.Values.Count(other => other.Moderates) == 1;

    private static Decision HeirFirst() => Decision.Refuse(ErrorCodes.ValidationFailed, "Make somebody else a moderator first.");
}
