namespace Sylk.Conference.Rooms;

/// <summary>A room's settings: made by a join or by their owner, changed with a look at the revision.</summary>
internal static class ConfigRules
{
    private const int MostInvites = 1_000;

    public static Decision Decide(RoomState state, Configuration command) => command switch
    {
        CreateRoom c => state.Config is null ? new ConfigChanged(c.Config with { Name = state.Name }) : Decision.Nothing,
        ChangeRoom c => Change(state, c),
        DeleteRoom c => Delete(state, c),
        CreateInvite c => Invite(state, c),
        RevokeInvite c => state.Invites.ContainsKey(c.InviteId)
            ? new InviteRevoked(c.InviteId)
            : Decision.Refuse(ErrorCodes.ValidationFailed, "There is no such invitation."),
        _ => Decision.Refuse(ErrorCodes.CapabilityMissing, "This room does not know that order."),
    };

    /// <summary>A room the operator declared: there before anybody has come, always under the same id. Null when this is none.</summary>
    public static RoomConfig? Declared(string name, RoomsSettings settings, DateTimeOffset now) =>
        settings.Permanent.Contains(name) ? new() { Id = Ids.Room + name, Name = name, Permanent = true, CreatedAt = now } : null;

    /// <summary>The event of a change, its revision one higher; nothing when nothing has changed.</summary>
    public static Decision Replace(RoomState state, RoomConfig changed) =>
        changed == state.Settings ? Decision.Nothing : Decision.Of(Replacing(state, changed));

    public static IEnumerable<RoomEvent> Replacing(RoomState state, RoomConfig changed) =>
        [new ConfigChanged(changed with { Revision = state.Settings.Revision + 1 }), .. Enforcement.After(state, changed)];

    private static Decision Change(RoomState state, ChangeRoom command)
    {
        if (Stale(state, command.IfRevision) is { } refusal)
            return new Decision(refusal, []);
        var old = state.Settings;
        return Replace(state, command.Config with
        {
            Id = old.Id,
            Name = old.Name,
            CreatedAt = old.CreatedAt,
            ConferenceId = old.ConferenceId,
            Revision = old.Revision,
        });
    }

    private static Decision Invite(RoomState state, CreateInvite command)
    {
        if (state.Config is null)
            return Decision.Refuse(ErrorCodes.RoomNotFound, "There is no room of this name.");
        return state.Invites.Count >= MostInvites
            ? Decision.Refuse(ErrorCodes.ValidationFailed, $"A room has at most {MostInvites} invitations.")
            : new InviteSet(command.Invite);
    }

    private static Decision Delete(RoomState state, DeleteRoom command)
    {
        if (Stale(state, command.IfRevision) is { } refusal)
            return new Decision(refusal, []);
        var ending = state.SessionId is null ? [] : ModerationRules.End(state, "The room was closed.", Moderation.Api);
        return Decision.Of([.. ending, new ConfigChanged(null)]);
    }

    private static Refusal? Stale(RoomState state, long? revision)
    {
        if (state.Config is null)
            return new(ErrorCodes.RoomNotFound, "There is no room of this name.");
        return revision is { } expected && expected != state.Config.Revision
            ? new(ErrorCodes.EtagMismatch, $"The room has revision {state.Config.Revision} now.")
            : null;
    }
}
