using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Speakers;

namespace Sylk.Conference.Sfu.Routing.Assignment;

/// <summary>Follows who speaks in the room and says so every 300 ms while it changes (product §7.4 <c>Speakers</c>).</summary>
internal sealed class SpeakerReports(RoomRouter room)
{
    public const int IntervalMs = 300;

    /// <summary>Levels told at once, the loudest first: more nobody sees, and everybody is told each time.</summary>
    public const int MostLevels = 25;

    /// <summary>Who spoke longer ago counts as silent: every viewer's order of importance looks at all of them.</summary>
    private const int MostRecent = 50;

    private readonly DominantSpeaker _dominant = new();
    private readonly LevelReport _levels = new();
    private readonly List<Track?> _tracks = [];
    private readonly List<Peer> _recent = [];

    public Instant NextDeadline { get; private set; }

    /// <summary>Audio tracks in the room.</summary>
    public int Count { get; private set; }

    public Peer? Dominant => _recent.Count > 0 ? _recent[0] : null;

    /// <summary>Who spoke, latest first.</summary>
    public IReadOnlyList<Peer> Recent => _recent;

    public void Add(Track track)
    {
        var index = _tracks.IndexOf(null);
        if (index < 0)
        {
            index = _tracks.Count;
            _tracks.Add(track);
        }

        _tracks[index] = track;
        track.SpeakerIndex = index;
        Count++;
    }

    public void Remove(Track track)
    {
        _dominant.Remove(track.SpeakerIndex);
        _levels.Clear(track.SpeakerIndex);
        _tracks[track.SpeakerIndex] = null;
        track.SpeakerIndex = -1;
        Count--;
        if (!track.Owner.Tracks.Exists(other => other.Kind == TrackKind.Audio))
            _recent.Remove(track.Owner);
    }

    public void Clear(Track track)
    {
        _dominant.Clear(track.SpeakerIndex);
        _levels.Clear(track.SpeakerIndex);
    }

    public void OnLevel(Instant now, Track track, byte level)
    {
        if (level == byte.MaxValue || room.Relays is { Follows: true })
            return;
        _dominant.OnLevel(now, track.SpeakerIndex, level);
        _levels.OnLevel(now, track.SpeakerIndex, level);
    }

    /// <summary>True when the dominant speaker is another than before.</summary>
    public bool Run(Instant now)
    {
        NextDeadline = now.PlusMilliseconds(IntervalMs);
        var changed = _dominant.Evaluate(now) && Promote();
        if (_levels.Evaluate(now) || changed)
            Report();
        return changed;
    }

    private bool Promote()
    {
        if (_dominant.Current < 0 || _tracks[_dominant.Current] is not { } track)
            return false;
        Promote(track.Owner);
        room.Relays?.OnSpeaker(track.Owner);
        return true;
    }

    /// <summary>The latest to speak, by our own finding or that of the room's home.</summary>
    public void Promote(Peer speaker)
    {
        _recent.Remove(speaker);
        _recent.Insert(0, speaker);
        if (_recent.Count > MostRecent)
            _recent.RemoveAt(MostRecent);
    }

    private void Report()
    {
        var levels = ImmutableArray.CreateBuilder<SpeakerLevel>();
        for (var i = 0; i < _tracks.Count; i++)
            if (_tracks[i] is { } track && _levels.LevelOf(i) is > 0 and var level)
                levels.Add(new SpeakerLevel(track.Owner.Id, level));
        if (levels.Count > MostLevels)
        {
            levels.Sort(static (a, b) => b.Level.CompareTo(a.Level));
            levels.Count = MostLevels;
        }

        room.Listener.OnSignal(new SpeakersChanged(room.Name, Dominant?.Id, levels.ToImmutable()) { Epoch = room.Epoch });
    }
}
