using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>Tracks: announced by their owner, believed when the media engine sees a packet.</summary>
internal static class Publishing
{
    private const int MaxTracksPerParticipant = 16;
    private const int RestartDeadlineMs = 10_000;

    public static Decision Declare(RoomState state, DeclareTracks command) =>
        state.Seats.ContainsKey(command.ParticipantId)
            ? new TracksDeclared(command.ParticipantId, Merge(state.Declared(command.ParticipantId), command.Tracks))
            : Decision.NotHere();

    /// <summary>The declared sources that rights and the number of cameras let through, each with its track id.</summary>
    public static ImmutableArray<TrackDeclaration> Permitted(
        RoomState state, string participantId, Caps caps, ImmutableArray<TrackDeclaration> asked)
    {
        var cameras = asked.Any(IsCamera) && HasRoomForCamera(state, participantId);
        return [.. asked.Where(track => Enforcement.MayPublish(state.Settings.Features, caps, track.Source) && (cameras || !IsCamera(track)))
            .Take(MaxTracksPerParticipant).Select(track => track with { TrackId = Ids.TrackOf(participantId, track.Mid, track.Source.ToString()) })];
    }

    /// <summary>For somebody inside: a new offer does not unmute what its owner may not unmute.</summary>
    public static ImmutableArray<TrackDeclaration> Permitted(RoomState state, Seat seat, ImmutableArray<TrackDeclaration> asked) =>
        [.. Permitted(state, seat.Id, seat.Caps, asked).Select(track =>
            track.Muted || Enforcement.MayUnmute(state.Settings.Features, seat, track.Source) || IsOpen(state, track.TrackId)
                ? track
                : track with { Muted = true })];

    public static bool MayPublish(Caps caps) => (caps & (Caps.PublishAudio | Caps.PublishVideo | Caps.PublishScreen)) != 0;

    public static Decision SetMuted(RoomState state, SetTrackMuted command)
    {
        if (!state.Seats.TryGetValue(command.ParticipantId, out var seat))
            return Decision.NotHere();
        var (owned, muted, source) = Find(state, command);
        if (!owned)
            return Decision.Refuse(ErrorCodes.ValidationFailed, "You publish no such track.");
        if (muted == command.Muted)
            return Decision.Nothing;
        if (!command.Muted && !Enforcement.MayPublish(state.Settings.Features, seat.Caps, source))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "You may not publish this in this room.");
        if (!command.Muted && !Enforcement.MayUnmute(state.Settings.Features, seat, source))
            return Decision.Refuse(ErrorCodes.CapabilityMissing, "Only moderators may unmute at the moment.");
        return new TrackMuteSet(command.TrackId, command.Muted);
    }

    public static Decision Observe(RoomState state, MediaReport report, DateTimeOffset now)
    {
        if (!state.Seats.TryGetValue(report.ParticipantId, out var seat))
            return Decision.Nothing;
        return report switch
        {
            PathUp when IsMediaOnly(seat) && seat.Deadline is not null => new SeatChanged(seat with { Deadline = null }, Visible: false),
            PathDown when IsMediaOnly(seat) => new SeatChanged(seat with { Deadline = now + RoomsSettings.ResumeWindow }, Visible: false),
            PathDown when seat.State == ParticipantState.Active =>
                new Told(rev => new RenegotiationNeeded(rev, seat.Id, "mediaLost", IceRestart: true, RestartDeadlineMs)),
            TrackLive live => Began(state, live),
            TrackGone gone when state.Tracks.TryGetValue(gone.TrackId, out var track) && track.ParticipantId == seat.Id =>
                new TrackStopped(gone.TrackId),
            _ => Decision.Nothing,
        };
    }

    private static Decision Began(RoomState state, TrackLive live)
    {
        if (state.Tracks.TryGetValue(live.TrackId, out var known))
            return known.Muted == live.Muted ? Decision.Nothing : new TrackMuteSet(live.TrackId, live.Muted);
        var declared = state.Declared(live.ParticipantId).FirstOrDefault(track => track.TrackId == live.TrackId);
        return new TrackBegan(new TrackInfo(
            live.TrackId, live.ParticipantId, live.Source, live.Kind, declared?.Muted ?? live.Muted, live.Codec, declared?.Name));
    }

    private static (bool Owned, bool Muted, TrackSource Source) Find(RoomState state, SetTrackMuted command)
    {
        if (state.Tracks.TryGetValue(command.TrackId, out var track) && track.ParticipantId == command.ParticipantId)
            return (true, track.Muted, track.Source);
        var declared = state.Declared(command.ParticipantId).FirstOrDefault(candidate => candidate.TrackId == command.TrackId);
        return declared is null ? default : (true, declared.Muted, declared.Source);
    }

    /// <summary>A participant without signalling connection is there as long as its media is.</summary>
    private static bool IsMediaOnly(Seat seat) => seat.ConnectionId is null;

    private static ImmutableArray<TrackDeclaration> Merge(ImmutableArray<TrackDeclaration> old, ImmutableArray<TrackDeclaration> now)
    {
        var mids = now.Select(track => track.Mid).ToHashSet();
        return [.. old.Where(track => !mids.Contains(track.Mid)).Concat(now).TakeLast(MaxTracksPerParticipant)];
    }

    /// <summary>Limit <c>maxVideo</c>: whoever has a camera keeps it; nobody else gets one when as many have.</summary>
    private static bool HasRoomForCamera(RoomState state, string participantId) => state.Seats.Keys
        .Count(id => id != participantId && (state.Declared(id).Any(IsCamera) || state.TracksOf(id).Any(track => track.Source == TrackSource.Camera)))
        < state.Settings.Limits.MaxVideo;

    private static bool IsCamera(TrackDeclaration track) => track.Source == TrackSource.Camera;

    private static bool IsOpen(RoomState state, string trackId) => state.Tracks.TryGetValue(trackId, out var track) && !track.Muted;
}
