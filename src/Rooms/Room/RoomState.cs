using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>A room between two events. Only <see cref="Apply"/> changes it.</summary>
internal sealed class RoomState(string name)
{
    private readonly RoomConfig _unwritten = new() { Id = Ids.Room + name, Name = name, CreatedAt = default };
    private readonly Dictionary<string, Seat> _seats = [];
    private readonly RoomTracks _tracks = new();
    private readonly SortedDictionary<string, DateTimeOffset> _deadlines = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    /// <summary>Null when there is no such room.</summary>
    public RoomConfig? Config { get; private set; }

    /// <summary>The room's settings, or what they would be.</summary>
    public RoomConfig Settings => Config ?? _unwritten;
    public string? SessionId { get; private set; }
    public DateTimeOffset? StartedAt { get; private set; }

    /// <summary>+1 for every change listeners hear of.</summary>
    public long Rev { get; private set; }

    public long Arrivals { get; private set; }
    public DateTimeOffset? VacantSince { get; private set; }
    public DateTimeOffset? EmptySince { get; private set; }

    public ChatLog Chat { get; } = new();
    public Exclusions Exclusions { get; } = new();
    public IReadOnlyDictionary<string, Seat> Seats => _seats;
    public IReadOnlyDictionary<string, TrackInfo> Tracks => _tracks.All;
    public IEnumerable<KeyValuePair<string, DateTimeOffset>> Deadlines => _deadlines;

    public ImmutableArray<TrackDeclaration> Declared(string participantId) => _tracks.Declared(participantId);

    public IReadOnlyList<TrackInfo> TracksOf(string participantId) => _tracks.Of(participantId);

    public MutedState MutedOf(string participantId) => _tracks.MutedOf(participantId);

    public ParticipantInfo Describe(Seat seat) => seat.Describe(MutedOf(seat.Id));

    /// <summary>A room as it was stored, before anybody comes in.</summary>
    public void Restore(RoomConfig? config, long lastMessage)
    {
        Config = config;
        Chat.Resume(lastMessage);
    }

    /// <returns>What listeners are told, or null when this concerns nobody.</returns>
    public FeedItem? Apply(RoomEvent happened) => happened switch
    {
        ConfigChanged e => Configure(e.Config),
        SessionOpened e => Quietly(() => (SessionId, StartedAt, EmptySince) = (e.SessionId, e.At, null)),
        SessionClosed e => Close(e),
        Seated e => Sit(e.Seat),
        SeatChanged e => Change(e),
        Unseated e => Stand(e),
        TracksDeclared e => Quietly(() => _tracks.Declare(e.ParticipantId, e.Tracks)),
        TrackBegan e => Begin(e.Track),
        TrackMuteSet e => SetMuted(e),
        TrackStopped e => Stop(e),
        IdentityBanned e => Quietly(() => Exclusions.Ban(e.Identity, e.Until)),
        TokensVoided e => Quietly(() => Exclusions.Void(e.Identity, e.Before)),
        ChatPosted e => Say(e.Message),
        ChatTakenBack e => TakeBack(e.Message),
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

    private RoomChanged? Configure(RoomConfig? config)
    {
        Config = config;
        if (config is null)
            Chat.Clear();
        return config is null || SessionId is null ? null : new(++Rev, RoomRules.Of(config));
    }

    private Dismissed Close(SessionClosed closed)
    {
        _seats.Clear();
        _tracks.Clear();
        _deadlines.Clear();
        Exclusions.EndSession();
        (SessionId, StartedAt, VacantSince, EmptySince, Arrivals) = (null, null, null, null, 0);
        if (Config is { Permanent: false })
            Configure(null);
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
        _tracks.Undeclare(left.ParticipantId);
        return seat.Hidden || left.Quiet ? null : new(++Rev, left.ParticipantId, left.Reason, left.By);
    }

    private TrackAppeared? Begin(TrackInfo track)
    {
        _tracks.Put(track);
        return IsVisible(track) ? new(++Rev, track) : null;
    }

    private TrackChanged? SetMuted(TrackMuteSet set) =>
        _tracks.SetMuted(set.TrackId, set.Muted) is { } changed && IsVisible(changed) ? new(++Rev, changed) : null;

    private TrackVanished? Stop(TrackStopped stopped) =>
        _tracks.Remove(stopped.TrackId) is { } track && !stopped.Quiet && IsVisible(track)
            ? new(++Rev, track.TrackId, track.ParticipantId)
            : null;

    private ChatSaid Say(ChatMessage message)
    {
        Chat.Add(message);
        return new(message.To is null ? ++Rev : Rev, message);
    }

    private ChatAmended TakeBack(ChatMessage message)
    {
        Chat.Amend(message);
        return new(message.To is null ? ++Rev : Rev, message);
    }

    private bool IsVisible(TrackInfo track) => _seats.TryGetValue(track.ParticipantId, out var owner) && !owner.Hidden;

    private void Put(Seat seat)
    {
        _seats[seat.Id] = seat;
        if (seat.NextDeadline is { } deadline)
            _deadlines[seat.Id] = deadline;
        else
            _deadlines.Remove(seat.Id);
    }
}
