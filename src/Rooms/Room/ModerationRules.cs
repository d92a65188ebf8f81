using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>What moderators may order. Nobody can be unmuted: only asked (product §1.6).</summary>
internal static class ModerationRules
{
    private const int MaxTitle = 200;

    public static Decision Decide(RoomState state, Moderation command)
    {
        if (!state.Seats.TryGetValue(command.By, out var by))
            return Decision.NotHere();
        if (!by.Caps.HasFlag(Caps.Moderate))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "Only moderators may do that.");
        return command switch
        {
            Mute c => WithTarget(state, c.Target, seat => Decision.Of(Silence(state, seat, c.Source, c.By))),
            AskToUnmute c => WithTarget(state, c.Target, seat => new Told(rev => new UnmuteAsked(rev, seat.Id, c.Source, c.By))),
            Remove c => WithTarget(state, c.Target, seat => Decision.Of(Expel(state, seat, c))),
            SetRole c => WithTarget(state, c.Target, seat => ChangeRole(state, seat, c.Role)),
            MuteAll c => Decision.Of(SilenceAll(state, c)),
            LowerHands c => Decision.Of(Lower(state, c)),
            UpdateRoom c => Change(state, c),
            EndRoom c => Decision.Of(End(state, c)),
            _ => Decision.Refuse(ErrorCodes.CapabilityMissing, "This room does not know that order."),
        };
    }

    public static IEnumerable<RoomEvent> Promote(RoomState state, Seat seat, ParticipantRole role)
    {
        var changed = seat with { Role = role };
        yield return new SeatChanged(changed, Visible: true);
        yield return new Told(rev => new SelfChanged(rev, seat.Id, state.Describe(changed)));
    }

    private static Decision WithTarget(RoomState state, string target, Func<Seat, Decision> decide) =>
        state.Seats.TryGetValue(target, out var seat) ? decide(seat) : Decision.NobodyThere();

    private static IEnumerable<RoomEvent> Silence(RoomState state, Seat seat, TrackSource? source, string by)
    {
        foreach (var track in state.TracksOf(seat.Id).Where(track => !track.Muted && Covers(source, track.Source)))
            yield return new TrackMuteSet(track.TrackId, Muted: true);
        foreach (var track in state.Declared(seat.Id).Where(track => !track.Muted && Covers(source, track.Source)))
        {
            if (!state.Tracks.ContainsKey(track.TrackId))
                yield return new TrackMuteSet(track.TrackId, Muted: true);
        }
        yield return new Told(rev => new MutedByModerator(rev, seat.Id, source, by));
    }

    private static IEnumerable<RoomEvent> SilenceAll(RoomState state, MuteAll command)
    {
        foreach (var seat in state.Seats.Values.Where(seat => seat.Id != command.By && !command.Except.Contains(seat.Id)))
        {
            foreach (var happened in Silence(state, seat, command.Source, command.By))
                yield return happened;
        }
        if (command.LockUnmute && state.Rules.MembersMayUnmute)
            yield return new RulesChanged(state.Rules with { MembersMayUnmute = false });
    }

    private static IEnumerable<RoomEvent> Expel(RoomState state, Seat seat, Remove command)
    {
        if (command.Ban)
            yield return new IdentityBanned(seat.Identity);
        var detail = command.Reason ?? "A moderator removed you from this room.";
        yield return new Told(rev => new Dismissed(rev, seat.Id, ErrorCodes.Banned, detail, null));
        foreach (var happened in Presence.Depart(state, seat.Id, "removed", command.By))
            yield return happened;
    }

    private static Decision ChangeRole(RoomState state, Seat seat, ParticipantRole role)
    {
        if (seat.Role == role)
            return Decision.Nothing;
        if (role == ParticipantRole.Moderator && !seat.IsPerson)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "Only people can moderate.");
        var last = state.Seats.Values.Count(other => other.Role == ParticipantRole.Moderator) == 1;
        if (seat.Role == ParticipantRole.Moderator && last)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "Make somebody else a moderator first.");
        return Decision.Of(Demote(state, seat, role).Concat(Promote(state, seat, role)));
    }

    /// <summary>A listener publishes nothing: what they were sending is muted for good.</summary>
    private static IEnumerable<RoomEvent> Demote(RoomState state, Seat seat, ParticipantRole role) =>
        role == ParticipantRole.Listener
            ? state.TracksOf(seat.Id).Where(track => !track.Muted).Select(track => new TrackMuteSet(track.TrackId, Muted: true))
            : [];

    private static IEnumerable<RoomEvent> Lower(RoomState state, LowerHands command) =>
        state.Seats.Values.Where(seat => seat.HandRaisedAt is not null && (command.Targets.IsEmpty || command.Targets.Contains(seat.Id)))
            .Select(seat => new SeatChanged(seat with { HandRaisedAt = null }, Visible: true));

    private static Decision Change(RoomState state, UpdateRoom command)
    {
        if (command.Title is { Length: > MaxTitle })
            return Decision.Refuse(ErrorCodes.ValidationFailed, $"A title has at most {MaxTitle} characters.");
        var rules = state.Rules with
        {
            Title = command.Title ?? state.Rules.Title,
            Locked = command.Locked ?? state.Rules.Locked,
            MembersMayUnmute = command.MembersMayUnmute ?? state.Rules.MembersMayUnmute,
            MembersMayRename = command.MembersMayRename ?? state.Rules.MembersMayRename,
        };
        return rules == state.Rules ? Decision.Nothing : new RulesChanged(rules);
    }

    private static IEnumerable<RoomEvent> End(RoomState state, EndRoom command)
    {
        foreach (var id in state.Seats.Keys)
        {
            foreach (var happened in Presence.Depart(state, id, "ended", command.By, quiet: true))
                yield return happened;
        }
        yield return new SessionClosed(command.Reason ?? "A moderator ended the meeting for everyone.", command.By);
    }

    private static bool Covers(TrackSource? wanted, TrackSource source) => wanted is null || wanted == source;
}
