using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge;

/// <summary>Who is in a room and what they send, from a snapshot and the facts after it.</summary>
internal sealed class RoomRoster
{
    /// <summary>So many recent speakers are remembered.</summary>
    public const int MostSpeakers = 40;

    private readonly List<ParticipantInfo> _people = [];
    private readonly List<TrackInfo> _tracks = [];
    private readonly List<string> _speakers = [];

    public IReadOnlyList<ParticipantInfo> People => _people;

    /// <summary>Null while nobody is inside and nobody ever was.</summary>
    public RoomInfo? Room { get; private set; }

    public RoomRules? Rules { get; private set; }

    public long Rev { get; private set; }

    /// <summary>A session goes on.</summary>
    public bool IsActive { get; private set; }

    /// <summary>Newest first, by participant.</summary>
    public IReadOnlyList<string> Speakers => _speakers;

    public ImmutableArray<TrackInfo> TracksOf(string participantId) => [.. _tracks.Where(track => track.ParticipantId == participantId)];

    public ParticipantInfo? Find(string participantId) => _people.Find(one => one.Id == participantId);

    /// <summary>Begins anew. Null: nobody is inside.</summary>
    public void Load(RoomSnapshot? snapshot)
    {
        _people.Clear();
        _tracks.Clear();
        IsActive = snapshot is not null;
        if (snapshot is null)
            return;
        (Room, Rules, Rev) = (snapshot.Room, snapshot.Room.Rules, snapshot.Rev);
        _people.AddRange(snapshot.Participants);
        _tracks.AddRange(snapshot.Tracks);
    }

    /// <returns>True when it is to be loaded again.</returns>
    public bool Take(FeedItem item)
    {
        if (item is ResyncNeeded || (item is Dismissed { Recipient: null or "" }))
            return true;
        if (!item.IsFact || item.Rev <= Rev)
            return false;
        if (!IsActive)
            return true;
        Rev = item.Rev;
        Note(item);
        return false;
    }

    public void Take(SpeakersChanged heard)
    {
        foreach (var level in heard.Levels.Where(level => level.Level > 0).OrderBy(level => level.Level))
        {
            _speakers.Remove(level.PeerId);
            _speakers.Insert(0, level.PeerId);
        }
        if (_speakers.Count > MostSpeakers)
            _speakers.RemoveRange(MostSpeakers, _speakers.Count - MostSpeakers);
    }

    private void Note(FeedItem item)
    {
        switch (item)
        {
            case RoomChanged { Rules: var rules }:
                Rules = rules;
                break;
            case Joined { Participant: var newcomer }:
                Put(newcomer);
                break;
            case Updated { Participant: var changed }:
                Put(changed);
                break;
            case Departed { ParticipantId: var id }:
                _people.RemoveAll(one => one.Id == id);
                _tracks.RemoveAll(track => track.ParticipantId == id);
                _speakers.Remove(id);
                break;
            case TrackAppeared { Track: var track }:
                Put(track);
                break;
            case TrackChanged { Track: var track }:
                Put(track);
                break;
            case TrackVanished { TrackId: var id }:
                _tracks.RemoveAll(track => track.TrackId == id);
                break;
        }
    }

    private void Put(ParticipantInfo one)
    {
        var at = _people.FindIndex(other => other.Id == one.Id);
        if (one.Caps.HasFlag(Caps.Hidden))
            return;
        if (at < 0)
            _people.Add(one);
        else
            _people[at] = one;
    }

    private void Put(TrackInfo track)
    {
        var at = _tracks.FindIndex(other => other.TrackId == track.TrackId);
        if (at < 0)
            _tracks.Add(track);
        else
            _tracks[at] = track;
    }
}
