using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Speakers;

namespace Sylk.Conference.Sfu.Routing.Assignment;

/// <summary>
/// Which audio goes out at all (not muted, not silent, among the loudest: E.13) and which slot of each listener carries it.
/// A slot keeps its track after it falls silent, so that a conversation back and forth moves nothing.
/// </summary>
internal sealed class AudioSelection(RoomRouter room, SpeakerReports speakers)
{
    private readonly LoudestRanking _ranking = new(room.Policy.LoudestN);

    public DropReason Consider(Instant now, Track track, IngressStream stream, in PacketFacts facts)
    {
        if (track.Muted)
            return RoomRouter.Skip(track, stream, facts.Sequence, DropReason.TrackMuted);
        if (track.Relayed is not null)
        {
            OnVoice(now, track); // the shard it came in at has considered it
            return DropReason.None;
        }

        if (track.Source == TrackSource.Mix)
        {
            OnVoice(now, track); // who is in it speaks for themselves, and it has no packets in silence
            return DropReason.None;
        }

        speakers.OnLevel(now, track, facts.AudioLevel);
        if (stream.Silence!.IsSilent(now, facts.AudioLevel, facts.VoiceActivity, stream.HasAudioLevel))
            return RoomRouter.Skip(track, stream, facts.Sequence, DropReason.Silence);
        if (stream.Silence.TakeResumed())
            MarkTalkspurt(track);
        if (!IsAdmitted(now, track, facts.AudioLevel))
            return RoomRouter.Skip(track, stream, facts.Sequence, DropReason.NotLoudest);
        if (track.SinkCount < room.Receivers - (track.Owner.Voice is null ? 1 : 0))
            Place(now, track);
        return DropReason.None;
    }

    /// <summary>Another shard forwards this track, or would if somebody here heard it.</summary>
    public void OnVoice(Instant now, Track track)
    {
        _ranking.NoteAdmitted(now, track.SpeakerIndex);
        if (track.SinkCount < room.Receivers)
            Place(now, track);
    }

    /// <summary>Decides on a packet that came in at another shard: we are the room's home.</summary>
    public bool Judge(Instant now, Track track, byte level)
    {
        speakers.OnLevel(now, track, level);
        return _ranking.Admit(now, track.SpeakerIndex, level, speakers.Count);
    }

    /// <summary>The ranking's number of the track is given to another one later.</summary>
    public void OnRemoved(Track track)
    {
        _ranking.Remove(track.SpeakerIndex);
        speakers.Remove(track);
    }

    public void OnStarted(Instant now, Track track) => Place(now, track);

    /// <summary>Gives a peer's free audio slots to tracks it does not hear yet.</summary>
    public void Fill(Instant now, Peer peer)
    {
        foreach (var slot in peer.AudioSlots)
            if (slot.Track is not null && !Wants(peer, slot.Track))
                room.Assign(now, slot, null);
        foreach (var track in room.Tracks)
            if (track.Kind == TrackKind.Audio && track.IsStarted)
                PlaceFor(now, track, peer, mayTakeOver: false);
    }

    private bool IsAdmitted(Instant now, Track track, byte level)
    {
        if (room.Relays is not { Follows: true } relays)
            return _ranking.Admit(now, track.SpeakerIndex, level, speakers.Count);
        var admitted = relays.IsAdmitted(track, level);
        if (admitted)
            _ranking.NoteAdmitted(now, track.SpeakerIndex);
        return admitted;
    }

    private static void MarkTalkspurt(Track track)
    {
        foreach (var slot in track.Sinks)
            slot.MarkTalkspurt();
        track.Relay?.MarkTalkspurt();
    }

    private void Place(Instant now, Track track)
    {
        foreach (var peer in room.Peers)
            PlaceFor(now, track, peer, mayTakeOver: true);
    }

    private void PlaceFor(Instant now, Track track, Peer peer, bool mayTakeOver)
    {
        if (peer.AudioSlots.Count == 0 || !Wants(peer, track))
            return;
        Slot? chosen = null;
        foreach (var slot in peer.AudioSlots)
        {
            if (slot.Track == track)
                return;
            if (!slot.Format.Carries(track.Codec!))
                continue;
            if (IsBetter(peer, track, slot, chosen))
                chosen = slot;
        }

        if (chosen is null)
            return;
        if (chosen.Track is null || (mayTakeOver && (!IsHeard(chosen.Track, now) || IsOwed(peer, track))))
            room.Assign(now, chosen, track);
    }

    /// <summary>Prefers the free slot that shares its stream with the video slot showing the same person, then any free one, then the longest quiet.</summary>
    private bool IsBetter(Peer peer, Track track, Slot candidate, Slot? best)
    {
        if (best is null)
            return true;
        if (candidate.Track is null != best.Track is null)
            return candidate.Track is null;
        if (candidate.Track is null)
            return !IsBesideVideo(peer, track, best) && IsBesideVideo(peer, track, candidate);
        return LastHeard(candidate.Track) < LastHeard(best.Track!);
    }

    /// <summary>A mix is many people: it need not wait until one of the others is silent, unless it were alone then.</summary>
    private static bool IsOwed(Peer peer, Track track) => track.Source == TrackSource.Mix && peer.AudioSlots.Count > 1;

    private static bool IsBesideVideo(Peer peer, Track track, Slot slot) =>
        slot.Index < peer.VideoSlots.Count && peer.VideoSlots[slot.Index].Track?.Owner == track.Owner;

    private bool IsHeard(Track track, Instant now) => LastHeard(track).PlusMilliseconds(400) > now;

    private Instant LastHeard(Track track) => _ranking.LastAdmitted(track.SpeakerIndex);

    private static bool Wants(Peer peer, Track track) => track.Owner != peer && track.Owner.Voice is not { IsInMix: true }
        && (peer.View is not { AudioOnly: { IsDefaultOrEmpty: false } only } || only.Contains(track.Id))
        && peer.Transport.State != TransportState.Closed;
}
