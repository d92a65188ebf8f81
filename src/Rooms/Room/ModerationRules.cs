using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>What moderators may order. Nobody can be unmuted: only asked (product §1.6).</summary>
internal static class ModerationRules
{
    private const int MaxTitle = 200;
    private const int MostLit = 4;

    private static readonly TimeSpan LongBan = TimeSpan.FromHours(24);

    public static Decision Decide(RoomState state, Moderation command, RoomsSettings settings, DateTimeOffset now)
    {
        if (Refuse(state, command.By) is { } refusal)
            return new Decision(refusal, []);
        return command switch
        {
            Mute c => WithTarget(state, c.Target, seat => Decision.Of(Silence(state, seat, c.Source, c.By))),
            AskToUnmute c => WithTarget(state, c.Target, seat => Ask(seat, c)),
            // The same verb for a phone that still rings (FOC-10).
            Remove c when !state.Seats.ContainsKey(c.Target) && state.Calls.Of(c.Target) is { } call => CallRules.Drop(state, call, c.By),
            Remove c => WithTarget(state, c.Target, seat => Decision.Of(Expel(state, seat, c, now))),
            SetRole c => WithTarget(state, c.Target, seat => Rights.ChangeRole(state, seat, c)),
            SetCaps c => WithTarget(state, c.Target, seat => Rights.ChangeCaps(state, seat, c)),
            Rename c => WithTarget(state, c.Target, seat => SelfRules.Rename(seat, c)),
            Announce { Target: null } c => new Told(rev => new Announced(rev, null, c.Text)),
            Announce { Target: { } target } c => WithTarget(state, target, seat => new Told(rev => new Announced(rev, seat.Id, c.Text))),
            MuteAll c => Decision.Of(SilenceAll(state, c)),
            AdmitWaiting c => WaitingRules.LetIn(state, c, settings, now),
            DenyWaiting c => WaitingRules.TurnAway(state, c),
            LowerHands c => Decision.Of(Lower(state, c)),
            Spotlight c => Light(state, c),
            UpdateRoom c => Change(state, c),
            EndRoom c => state.SessionId is null
                ? Decision.Nothing
                : Decision.Of(End(state, c.Reason ?? "A moderator ended the meeting for everyone.", c.By)),
            _ => Decision.Refuse(ErrorCodes.CapabilityMissing, "This room does not know that order."),
        };
    }

    /// <summary>Everybody leaves and the session is over.</summary>
    public static IEnumerable<RoomEvent> End(RoomState state, string reason, string? by)
    {
        foreach (var id in state.Seats.Keys)
        {
            foreach (var happened in Presence.Depart(state, id, "ended", by, quiet: true))
                yield return happened;
        }
        yield return new SessionClosed(reason, by);
    }

    private static Refusal? Refuse(RoomState state, string by)
    {
        if (by == Moderation.Api)
            return state.Config is null ? new(ErrorCodes.RoomNotFound, "There is no room of this name.") : null;
        if (!state.Seats.TryGetValue(by, out var seat))
            return Decision.NotHere().Refusal;
        return seat.Moderates ? null : new(ErrorCodes.CapabilityMissing, "Only moderators may do that.");
    }

    private static Decision WithTarget(RoomState state, string target, Func<Seat, Decision> decide) =>
        state.Seats.TryGetValue(target, out var seat) ? decide(seat) : Decision.NobodyThere();

    private static IEnumerable<RoomEvent> Silence(RoomState state, Seat seat, TrackSource? source, string by)
    {
        if (seat.AskedToSpeak)
            yield return new SeatChanged(seat with { AskedToSpeak = false }, Visible: false);
        foreach (var (id, sent) in Enforcement.Sending(state, seat.Id).Where(track => source is null || source == track.Source))
            yield return new TrackMuteSet(id, Muted: true);
        yield return new Told(rev => new MutedByModerator(rev, seat.Id, source, by));
    }

    private static IEnumerable<RoomEvent> SilenceAll(RoomState state, MuteAll command)
    {
        foreach (var seat in state.Seats.Values.Where(seat => seat.Id != command.By && !command.Except.Contains(seat.Id)))
        {
            foreach (var happened in Silence(state, seat, command.Source, command.By))
                yield return happened;
        }
        var settings = state.Settings;
        if (!command.LockUnmute || settings.Features.Unmute == Grantee.Moderators)
            yield break;
        foreach (var happened in ConfigRules.Replacing(state, settings with { Features = settings.Features with { Unmute = Grantee.Moderators } }))
            yield return happened;
    }

    /// <summary>The question opens the way for the answer, where only moderators may unmute.</summary>
    private static Decision Ask(Seat seat, AskToUnmute command)
    {
        var asked = new Told(rev => new UnmuteAsked(rev, seat.Id, command.Source, command.By));
        return command.Source == TrackSource.Microphone && !seat.AskedToSpeak
            ? Decision.Of([new SeatChanged(seat with { AskedToSpeak = true }, Visible: false), asked])
            : asked;
    }

    private static IEnumerable<RoomEvent> Expel(RoomState state, Seat seat, Remove command, DateTimeOffset now)
    {
        if (command.Ban != BanLength.None)
            yield return new IdentityBanned(seat.Identity, command.Ban == BanLength.Day ? now + LongBan : null);
        if (seat.Proved)
            yield return new TokensVoided(seat.Identity, now);
        else if (command.Ban != BanLength.None && seat.Source is { } source)
            yield return new SourceSuspected(source);
        var detail = command.Reason ?? "A moderator removed you from this room.";
        yield return new Told(rev => new Dismissed(rev, seat.Id, ErrorCodes.Banned, detail, null));
        foreach (var happened in Presence.Depart(state, seat.Id, "removed", command.By))
            yield return happened;
    }

    private static IEnumerable<RoomEvent> Lower(RoomState state, LowerHands command) =>
        state.Seats.Values.Where(seat => seat.HandRaisedAt is not null && (command.Targets.IsEmpty || command.Targets.Contains(seat.Id)))
            .Select(seat => new SeatChanged(seat with { HandRaisedAt = null }, Visible: true));

    private static Decision Light(RoomState state, Spotlight command)
    {
        var chosen = command.TrackIds.IsDefault ? [] : command.TrackIds;
        if (chosen.Length > MostLit || chosen.Any(id => !state.Tracks.ContainsKey(id)))
            return Decision.Refuse(ErrorCodes.ValidationFailed, $"trackIds: at most {MostLit} tracks of this room.");
        return chosen.SequenceEqual(state.Spotlight) ? Decision.Nothing : new SpotlightSet(chosen, command.By);
    }

    private static Decision Change(RoomState state, UpdateRoom command)
    {
        if (command.Title is { Length: > MaxTitle })
            return Decision.Refuse(ErrorCodes.ValidationFailed, $"A title has at most {MaxTitle} characters.");
        var old = state.Settings;
        return ConfigRules.Replace(state, old with
        {
            Title = command.Title ?? old.Title,
            Access = WithPasscode(old.Access, command.PasscodeHash) with
            {
                Locked = command.Locked ?? old.Access.Locked,
                WaitingRoom = command.WaitingRoom ?? old.Access.WaitingRoom,
            },
            Features = command.Features.ApplyTo(old.Features),
        });
    }

    /// <summary>A passcode closes an open room; taking it away opens it again.</summary>
    private static RoomAccess WithPasscode(RoomAccess old, string? hash) => hash switch
    {
        null => old,
        "" => old with { PasscodeHash = null, Mode = old.Mode == AccessMode.Passcode ? AccessMode.Open : old.Mode },
        _ => old with { PasscodeHash = hash, Mode = old.Mode == AccessMode.Open ? AccessMode.Passcode : old.Mode },
    };
}
