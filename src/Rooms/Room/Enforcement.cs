using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>What a right is needed for, and what happens to media when a right goes: it is dropped at the server from then on.</summary>
internal static class Enforcement
{
    public static bool MayPublish(RoomFeatures features, Caps caps, TrackSource source) =>
        caps.HasFlag(Needed(source)) && source switch
        {
            TrackSource.Camera or TrackSource.File => features.Video,
            TrackSource.Screen or TrackSource.ScreenAudio => features.Screen,
            TrackSource.Mix => false, // the server's own, of many phones
            _ => true,
        };

    public static bool MayUnmute(RoomFeatures features, Seat seat, TrackSource source) =>
        source != TrackSource.Microphone || features.Unmute == Grantee.Everyone || seat.Moderates || seat.AskedToSpeak;

    /// <summary>Mutes what somebody sends and may not send any more.</summary>
    /// <param name="seat">As it will be.</param>
    public static IEnumerable<RoomEvent> Withdraw(RoomState state, Seat seat, RoomFeatures features)
    {
        foreach (var (id, source) in Sending(state, seat.Id))
        {
            if (!MayPublish(features, seat.Caps, source))
                yield return new TrackMuteSet(id, Muted: true);
        }
    }

    /// <summary>What changed settings do to those inside.</summary>
    public static IEnumerable<RoomEvent> After(RoomState state, RoomConfig changed) =>
        state.Settings.Features == changed.Features ? [] : state.Seats.Values.SelectMany(seat => Withdraw(state, seat, changed.Features));

    /// <summary>Unmuted tracks of a participant, those included that nothing has come of yet.</summary>
    public static IEnumerable<(string Id, TrackSource Source)> Sending(RoomState state, string participantId)
    {
        foreach (var track in state.TracksOf(participantId).Where(track => !track.Muted))
            yield return (track.TrackId, track.Source);
        foreach (var track in state.Declared(participantId).Where(track => !track.Muted && !state.Tracks.ContainsKey(track.TrackId)))
            yield return (track.TrackId, track.Source);
    }

    private static Caps Needed(TrackSource source) => source switch
    {
        TrackSource.Camera or TrackSource.File => Caps.PublishVideo,
        TrackSource.Screen or TrackSource.ScreenAudio => Caps.PublishScreen,
        _ => Caps.PublishAudio,
    };
}
