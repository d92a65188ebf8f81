using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Local;

namespace Sylk.Conference.Sfu.Routing.Assignment;

/// <content>Viewers with one picture for everything: phones (VID-1).</content>
internal sealed partial class VideoAssignment
{
    /// <summary>Whoever interrupts for a moment is heard, not shown.</summary>
    private const int HoldMs = 2_000;

    private Instant _heldUntil = Instant.Never;

    /// <summary>A picture has been shown for its time while somebody else spoke.</summary>
    public void CheckHeld(Instant now)
    {
        if (now < _heldUntil)
            return;
        _heldUntil = Instant.Never;
        foreach (var peer in room.Peers)
            if (peer.Voice is { Video: not null })
                Assign(now, peer);
    }

    /// <summary>What is named, else a screen, else whoever spoke last, else what is there; of those only what they decode and is not muted.</summary>
    private Track? OnlyPicture(Instant now, Peer peer, VideoEndpoint video)
    {
        var slot = peer.VideoSlots[0];
        foreach (var id in video.First)
            if (room.FindTrack(id) is { } named && IsLive(peer, slot, named))
                return named;
        for (var i = room.Tracks.Count - 1; i >= 0; i--)
            if (room.Tracks[i].Source == TrackSource.Screen && IsLive(peer, slot, room.Tracks[i]))
                return room.Tracks[i];

        var present = slot.Track is { Source: not TrackSource.Screen } shown && IsLive(peer, slot, shown) ? shown : null;
        var speaker = LatestSpeaker(peer, slot);
        if (present is null || speaker is null || speaker == present)
            return speaker ?? present ?? room.Tracks.Find(track => IsLive(peer, slot, track));
        if (now >= slot.AssignedAt.PlusMilliseconds(HoldMs))
            return speaker;
        _heldUntil = Instant.Earlier(_heldUntil, slot.AssignedAt.PlusMilliseconds(HoldMs));
        return present;
    }

    private Track? LatestSpeaker(Peer peer, Slot slot)
    {
        foreach (var owner in speakers.Recent)
            if (owner != peer && VideoOf(owner) is { } track && IsLive(peer, slot, track))
                return track;
        return null;
    }

    private static bool IsLive(Peer peer, Slot slot, Track track) => !track.Muted && IsShowable(peer, slot, track);
}
