using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>A room between two events. Only <see cref="Apply"/> changes it.</summary>
internal sealed class RoomState(string name)
{
    private readonly Dictionary<string, Seat> _seats = [];
    private readonly Dictionary<string, TrackInfo> _tracks = [];
    private readonly Dictionary<string, List<TrackInfo>> _tracksByOwner = [];
    private readonly Dictionary<string, ImmutableArray<TrackDeclaration>> _declared = [];
    private readonly HashSet<string> _banned = [];
    private readonly SortedDictionary<string, DateTimeOffset> _deadlines = new(StringComparer.Ordinal);

    public string Name { get; } = name;
    public string? SessionId { get; private set; }

    /// <summary>+1 for every change listeners hear of.</summary>
    public long Rev { get; private set; }

    public long Arrivals { get; private set; }
    public RoomRules Rules { get; private set; } = new("", Locked: false);
    public DateTimeOffset? VacantSince { get; private set; }
    public DateTimeOffset? EmptySince { get; private set; }

    public IReadOnlyDictionary<string, Seat> Seats => _seats;
    public IReadOnlyDictionary<string, TrackInfo> Tracks => _tracks;
    public IEnumerable<KeyValuePair<string, DateTimeOffset>> Deadlines => _deadlines;

    public bool IsBanned(string identity) => _banned.Contains(identity);

    public ImmutableArray<TrackDeclaration> Declared(string participantId) =>
        _declared.TryGetValue(participantId, out var tracks) ? tracks : [];

    public IReadOnlyList<TrackInfo> TracksOf(string participantId) => _tracksByOwner.TryGetValue(participantId, out var tracks) ? tracks : [];

    public ParticipantInfo Describe(Seat seat) => seat.Describe(MutedOf(seat.Id));

    /// <summary>Muted is whoever sends nothing that can be heard, or seen.</summary>
    public MutedState MutedOf(string participantId)
    {
        var (audio, video) = (true, true);
        foreach (var track in TracksOf(participantId))
        {
            if (track.Muted)
                continue;
            audio &= track.Source != TrackSource.Microphone;
            video &= track.Source != TrackSource.Camera;
        }
        return new(audio, video);
    }

    /// <returns>What listeners are told, or null when this concerns nobody.</returns>
    public FeedItem? Apply(RoomEvent happened) => happened switch
    {
        SessionOpened e => Quietly(() => SessionId = e.SessionId),
        SessionClosed e => Close(e),
        Seated e => Sit(e.Seat),
        SeatChanged e => Change(e),
        Unseated e => Stand(e),
        TracksDeclared e => Quietly(() => _declared[e.ParticipantId] = e.Tracks),
        TrackBegan e => Begin(e.Track),
        TrackMuteSet e => SetMuted(e),
        TrackStopped e => Stop(e),
        RulesChanged e => ChangeRules(e.Rules),
        IdentityBanned e => Quietly(() => _banned.Add(e.Identity)),
        VacancyChanged e => Quietly(() => VacantSince = e.Since),
        EmptinessChanged e => Quietly(() => EmptySince = e.Since),
        Told e => e.Say(Rev),
        _ => throw new InvalidOperationException($"unknown event {happened.GetType().Name}"),
    };

    private static FeedItem? Quietly(Action change)
    {
        change();
        return null;
    }

    private Dismissed Close(SessionClosed closed)
    {
        _seats.Clear();
        _tracks.Clear();
        _tracksByOwner.Clear();
        _declared.Clear();
        _banned.Clear();
        _deadlines.Clear();
        (SessionId, VacantSince, EmptySince, Rules, Arrivals) = (null, null, null, new("", Locked: false), 0);
        return new(Rev, null, ErrorCodes.RoomEnded, closed.Reason, null);
    }

    private Joined? Sit(Seat seat)
    {
        Arrivals++;
        Put(seat);
        return seat.Hidden ? null : new(++Rev, Describe(seat));
    }

    private Updated? Change(SeatChanged changed)
    {
        Put(changed.Seat);
        return changed.Visible && !changed.Seat.Hidden ? new(++Rev, Describe(changed.Seat)) : null;
    }

    private Departed? Stand(Unseated left)
    {
        if (!_seats.Remove(left.ParticipantId, out var seat))
            return null;
        _deadlines.Remove(left.ParticipantId);
        _declared.Remove(left.ParticipantId);
        return seat.Hidden || left.Quiet ? null : new(++Rev, left.ParticipantId, left.Reason, left.By);
    }

    private TrackAppeared? Begin(TrackInfo track)
    {
        Put(track);
        return IsVisible(track) ? new(++Rev, track) : null;
    }

    private TrackChanged? SetMuted(TrackMuteSet set)
    {
        foreach (var (owner, declared) in _declared)
        {
            var at = IndexOf(declared, set.TrackId);
            if (at < 0)
                continue;
            _declared[owner] = declared.SetItem(at, declared[at] with { Muted = set.Muted });
            break;
        }
        if (!_tracks.TryGetValue(set.TrackId, out var track))
            return null;
        var changed = track with { Muted = set.Muted };
        Put(changed);
        return IsVisible(track) ? new(++Rev, changed) : null;
    }

    private TrackVanished? Stop(TrackStopped stopped)
    {
        if (!_tracks.Remove(stopped.TrackId, out var track))
            return null;
        Forget(track);
        return stopped.Quiet || !IsVisible(track) ? null : new(++Rev, track.TrackId, track.ParticipantId);
    }

    private RoomChanged ChangeRules(RoomRules rules)
    {
        Rules = rules;
        return new(++Rev, rules);
    }

    private bool IsVisible(TrackInfo track) => _seats.TryGetValue(track.ParticipantId, out var owner) && !owner.Hidden;

    private void Put(Seat seat)
    {
        _seats[seat.Id] = seat;
        if (seat.Deadline is { } deadline)
            _deadlines[seat.Id] = deadline;
        else
            _deadlines.Remove(seat.Id);
    }

    private void Put(TrackInfo track)
    {
        if (_tracks.TryGetValue(track.TrackId, out var former))
            Forget(former);
        _tracks[track.TrackId] = track;
        if (!_tracksByOwner.TryGetValue(track.ParticipantId, out var tracks))
            _tracksByOwner[track.ParticipantId] = tracks = [];
        tracks.Add(track);
    }

    private void Forget(TrackInfo track)
    {
        if (_tracksByOwner.TryGetValue(track.ParticipantId, out var tracks) && tracks.Remove(track) && tracks.Count == 0)
            _tracksByOwner.Remove(track.ParticipantId);
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
