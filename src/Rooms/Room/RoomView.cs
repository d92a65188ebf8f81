namespace Sylk.Conference.Rooms;

/// <summary>A room as others may see it.</summary>
internal static class RoomView
{
    public static RoomSnapshot Snapshot(RoomState state, RoomsSettings settings)
    {
        var visible = state.Seats.Values.Where(seat => !seat.Hidden).OrderBy(seat => seat.Order).ToArray();
        var config = state.Settings;
        var room = new RoomInfo(
            config.Id, state.Name, config.Permanent, state.SessionId ?? "", RoomRules.Of(config), Access.Capacity(state, settings),
            config.Limits.MaxBitrateBps ?? settings.MaxBitrateBps, config.Media.VideoCodecs ?? settings.VideoCodecs,
            Presence.DepartureTimeoutMs(state, settings), visible.Length);
        return new(
            state.Rev, room, [.. visible.Select(state.Describe)],
            [.. state.Tracks.Values.Where(track => state.Seats.TryGetValue(track.ParticipantId, out var owner) && !owner.Hidden)])
        {
            Spotlight = [.. state.Spotlight.Where(state.Tracks.ContainsKey)],
        };
    }

    /// <summary>A room nobody has made looks the same whether its name is wrong, or free.</summary>
    public static LobbyFacts Lobby(RoomState state, RoomsSettings settings, DateTimeOffset now)
    {
        var exists = state.Config is not null || settings.Permanent.Contains(state.Name);
        var access = state.Settings.Access;
        var opens = state.Settings.Schedule.OpensAt;
        return new(
            exists, state.Settings.Title, access.Locked, state.Seats.Values.Count(seat => !seat.Hidden),
            state.Seats.Count >= Access.Capacity(state, settings), access.Mode == AccessMode.Passcode,
            exists ? access.Mode == AccessMode.Token : settings.AutoCreate == AutoCreate.SignedIn, access.WaitingRoom,
            opens > now ? opens : null)
        {
            Language = state.Settings.Media.Language,
            GuestMessages = state.Settings.Features is { Chat: true, GuestMessages: true },
            ConferenceId = settings.ConferenceNumbers ? state.Config?.ConferenceId : null,
            Permanent = Presence.IsPermanent(state, settings),
        };
    }
}
