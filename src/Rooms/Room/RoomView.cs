namespace Sylk.Conference.Rooms;

/// <summary>A room as others may see it.</summary>
internal static class RoomView
{
    public static RoomSnapshot Snapshot(RoomState state, RoomsSettings settings)
    {
        var visible = state.Seats.Values.Where(seat => !seat.Hidden).OrderBy(seat => seat.Order).ToArray();
        var room = new RoomInfo(
            IdOf(state), state.Name, settings.Permanent.Contains(state.Name), state.SessionId ?? "", state.Rules,
            settings.MaxParticipants, settings.MaxBitrateBps, settings.VideoCodecs,
            settings.DepartureTimeoutMs, visible.Length);
        return new(
            state.Rev, room, [.. visible.Select(seat => seat.Describe(Muted(state, seat)))],
            [.. state.Tracks.Values.Where(track => state.Seats.TryGetValue(track.ParticipantId, out var owner) && !owner.Hidden)]);
    }

    public static LobbyFacts Lobby(RoomState state, RoomsSettings settings)
    {
        var exists = state.SessionId is not null || settings.Permanent.Contains(state.Name);
        var full = state.Seats.Count >= settings.MaxParticipants;
        return new(exists, state.Rules.Title, state.Rules.Locked, state.Seats.Values.Count(seat => !seat.Hidden), full);
    }

    private static MutedState Muted(RoomState state, Seat seat) => state.MutedOf(seat.Id);

    /// <summary>An ad-hoc room is its session: the same sortable part under the other prefix.</summary>
    private static string IdOf(RoomState state) => Ids.Room + (state.SessionId?[Ids.Session.Length..] ?? state.Name);
}
