using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>What people said they would publish, and what the media engine has seen of it.</summary>
internal sealed class RoomTracks
{
    private readonly Dictionary<string, TrackInfo> _all = [];
    private readonly Dictionary<string, List<TrackInfo>> _byOwner = [];
    private readonly Dictionary<string, ImmutableArray<TrackDeclaration>> _declared = [];

    public IReadOnlyDictionary<string, TrackInfo> All => _all;

    public ImmutableArray<TrackDeclaration> Declared(string participantId) =>
        _declared.TryGetValue(participantId, out var tracks) ? tracks : [];

    public IReadOnlyList<TrackInfo> Of(string participantId) => _byOwner.TryGetValue(participantId, out var tracks) ? tracks : [];

    /// <summary>Muted is whoever sends nothing that can be heard, or seen.</summary>
    public MutedState MutedOf(string participantId)
    {
        var (audio, video) = (true, true);
        foreach (var track in Of(participantId))
        {
            if (track.Muted)
                continue;
            audio &= track.Source != TrackSource.Microphone;
            video &= track.Source != TrackSource.Camera;
        }
        return new(audio, video);
    }

    public void Declare(string participantId, ImmutableArray<TrackDeclaration> tracks) => _declared[participantId] = tracks;

    public void Undeclare(string participantId) => _declared.Remove(participantId);

    /// <returns>The track as it is now; null when it was only declared, or is not known.</returns>
    public TrackInfo? SetMuted(string trackId, bool muted)
    {
        foreach (var (owner, declared) in _declared)
        {
            var at = IndexOf(declared, trackId);
            if (at < 0)
                continue;
            _declared[owner] = declared.SetItem(at, declared[at] with { Muted = muted });
            break;
        }
        if (!_all.TryGetValue(trackId, out var track))
            return null;
        var changed = track with { Muted = muted };
        Put(changed);
        return changed;
    }

    public void Put(TrackInfo track)
    {
        if (_all.TryGetValue(track.TrackId, out var former))
            Forget(former);
        _all[track.TrackId] = track;
        if (!_byOwner.TryGetValue(track.ParticipantId, out var tracks))
            _byOwner[track.ParticipantId] = tracks = [];
        tracks.Add(track);
    }

    public TrackInfo? Remove(string trackId)
    {
        if (_all.Remove(trackId, out var track))
            Forget(track);
        return track;
    }

    public void Clear()
    {
        _all.Clear();
        _byOwner.Clear();
        _declared.Clear();
    }

    private void Forget(TrackInfo track)
    {
        if (_byOwner.TryGetValue(track.ParticipantId, out var tracks) && tracks.Remove(track) && tracks.Count == 0)
            _byOwner.Remove(track.ParticipantId);
    }

    private static int IndexOf(ImmutableArray<TrackDeclaration> declared, string trackId)
    {
        for (var i = 0; i < declared.Length; i++)
        {
            if (declared[i].TrackId == trackId)
                return i;
        }
        return -1;
    }
}
