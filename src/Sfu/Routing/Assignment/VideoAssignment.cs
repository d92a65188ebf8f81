using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Routing.Assignment;

/// <summary>
/// Which video each viewer's slots carry: first what was asked for by name, then "whoever speaks", then the rest in order of
/// publication. A slot keeps what it has while that is still a right answer, so that nothing moves without need (B4.1).
/// </summary>
internal sealed partial class VideoAssignment(RoomRouter room, SpeakerReports speakers)
{
    private readonly HashSet<Track> _taken = [];
    private readonly List<(Slot Slot, Track? Track)> _plan = [];

    public void AssignAll(Instant now)
    {
        foreach (var peer in room.Peers)
            Assign(now, peer);
    }

    /// <summary>Only views that follow the speaker, or cannot show everyone, care who speaks.</summary>
    public void OnSpeakerChanged(Instant now)
    {
        var videos = room.Tracks.Count(track => track.Kind == TrackKind.Video && track.IsStarted);
        foreach (var peer in room.Peers)
            if (peer.VideoSlots.Count > 0 && (peer.VideoSlots.Count < videos || peer.VideoSlots.Exists(FollowsSpeaker)))
                Assign(now, peer);
    }

    public void Assign(Instant now, Peer peer)
    {
        if (peer.VideoSlots.Count == 0)
            return;
        if (peer.Voice is { Video: { } video })
        {
            room.Assign(now, peer.VideoSlots[0], peer.VideoPaused ? null : OnlyPicture(now, peer, video));
            return;
        }

        _taken.Clear();
        _plan.Clear();
        foreach (var slot in peer.VideoSlots)
            if (!FollowsSpeaker(slot) && !IsAutomatic(slot))
                Take(slot, peer.VideoPaused ? null : Named(peer, slot));
        foreach (var slot in peer.VideoSlots)
            if (FollowsSpeaker(slot))
                Take(slot, peer.VideoPaused ? null : BySpeaker(peer, slot, slot.Wish!.SpeakerRank));
        AssignAutomatic(peer);
        foreach (var (slot, track) in _plan)
            room.Assign(now, slot, track);
    }

    /// <summary>Moves slots off layers that stopped and onto better ones that started.</summary>
    public void CheckLayers(Instant now)
    {
        foreach (var track in room.Tracks)
        {
            if (track.Kind != TrackKind.Video || track.SpatialLayers < 2)
                continue;
            foreach (var slot in track.Sinks)
                slot.AwaitLayer(now);
        }
    }

    private void AssignAutomatic(Peer peer)
    {
        foreach (var slot in peer.VideoSlots)
        {
            // Keeping comes before filling: a slot's present track is not given to another.
            if (IsAutomatic(slot) && slot.Track is { } present && !peer.VideoPaused && IsShowable(peer, slot, present) && MayKeep(peer, present))
                _taken.Add(present);
        }

        var dominant = Dominant(peer);
        foreach (var slot in peer.VideoSlots)
        {
            if (!IsAutomatic(slot))
                continue;
            var keeps = slot.Track is { } present && _taken.Contains(present) && !peer.VideoPaused;
            Take(slot, peer.VideoPaused ? null : keeps ? slot.Track : Next(peer, slot, dominant));
        }
    }

    /// <summary>With fewer slots than tracks the dominant speaker must be among those shown; its place is the least recent one.</summary>
    private bool MayKeep(Peer peer, Track present)
    {
        var dominant = Dominant(peer);
        if (dominant is null || dominant == present || peer.VideoSlots.Exists(slot => slot.Track == dominant))
            return true;
        var oldest = peer.VideoSlots.Where(IsAutomatic).MinBy(slot => slot.Track is null ? default : slot.AssignedAt);
        return oldest?.Track != present;
    }

    private Track? Dominant(Peer peer) => speakers.Dominant is { } owner && owner != peer ? VideoOf(owner) : null;

    private void Take(Slot slot, Track? track)
    {
        if (track is not null)
            _taken.Add(track);
        _plan.Add((slot, track));
    }

    private Track? Named(Peer peer, Slot slot) => slot.Wish!.Kind switch
    {
        WishKind.Track => room.FindTrack(slot.Wish.TrackId ?? "") is { } track && IsShowable(peer, slot, track) ? track : null,
        WishKind.Participant => room.FindOwner(slot.Wish.TrackId ?? "")?.Tracks.Find(
            track => IsShowable(peer, slot, track) && !_taken.Contains(track)),
        _ => null,
    };

    private Track? BySpeaker(Peer peer, Slot slot, int rank)
    {
        foreach (var owner in speakers.Recent)
        {
            if (owner == peer || VideoOf(owner) is not { } track || _taken.Contains(track) || !IsShowable(peer, slot, track))
                continue;
            if (rank-- == 0)
                return track;
        }

        return slot.Track is { } present && !_taken.Contains(present) && IsShowable(peer, slot, present) ? present : Next(peer, slot, null);
    }

    private Track? Next(Peer peer, Slot slot, Track? first)
    {
        if (first is not null && !_taken.Contains(first) && IsShowable(peer, slot, first))
            return first;
        foreach (var track in room.Tracks)
            if (!_taken.Contains(track) && IsShowable(peer, slot, track))
                return track;
        return null;
    }

    private static bool IsShowable(Peer peer, Slot slot, Track track)
    {
        peer.Room.Counters.AssignmentSteps++;
        return track.Kind == TrackKind.Video && track.Owner != peer && track.Owner.IsPresent
            && track.Codec is { } codec && slot.Format.Carries(codec) && track.IsPublished;
    }

    private static Track? VideoOf(Peer peer) => peer.Tracks.Find(track => track.Kind == TrackKind.Video && track.Source == TrackSource.Camera)
        ?? peer.Tracks.Find(track => track.Kind == TrackKind.Video);

    private static bool IsAutomatic(Slot slot) => slot.Wish is null or { Kind: WishKind.Auto };

    private static bool FollowsSpeaker(Slot slot) => slot.Wish is { Kind: WishKind.Speaker };
}
