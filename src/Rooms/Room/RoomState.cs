using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>A room between two events. Only <see cref="Apply"/> changes it.</summary>
internal sealed class RoomState(string name)
{
    private readonly RoomConfig _unwritten = new() { Id = Ids.Room + name, Name = name, CreatedAt = default };
    private readonly Dictionary<string, Seat> _seats = [];
    private readonly RoomTracks _tracks = new();
    private readonly Dictionary<string, Invite> _invites = [];
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

    /// <summary>The most people this session has seen at the same time.</summary>
    public int MostAtOnce { get; private set; }
    public DateTimeOffset? VacantSince { get; private set; }
    public DateTimeOffset? EmptySince { get; private set; }

    public ChatLog Chat { get; } = new();
    public RoomFiles Files { get; } = new();
    public Exclusions Exclusions { get; } = new();
    public WaitingLine Waiting { get; } = new();
    public RoomCalls Calls { get; } = new();
    public IReadOnlyDictionary<string, Invite> Invites => _invites;

    /// <summary>What everybody sees large, as far as it is still there.</summary>
    public ImmutableArray<string> Spotlight { get; private set; } = [];
    public IReadOnlyDictionary<string, Seat> Seats => _seats;
    public IReadOnlyDictionary<string, TrackInfo> Tracks => _tracks.All;
    public IEnumerable<KeyValuePair<string, DateTimeOffset>> Deadlines => _deadlines;

    public ImmutableArray<TrackDeclaration> Declared(string participantId) => _tracks.Declared(participantId);

    public IReadOnlyList<TrackInfo> TracksOf(string participantId) => _tracks.Of(participantId);

    public MutedState MutedOf(string participantId) => _tracks.MutedOf(participantId);

    public ParticipantInfo Describe(Seat seat) => seat.Describe(MutedOf(seat.Id));

    /// <summary>A room as it was stored, before anybody comes in or back.</summary>
    public void Restore(StoredRoom stored)
    {
        Config = stored.Config;
        Rev = stored.Rev;
        Chat.Resume(stored.LastMessage, stored.LastMessageAt);
        if (stored.Session is { } session)
            (SessionId, StartedAt, Arrivals, MostAtOnce) = (session.Id, session.StartedAt, session.Arrivals, session.MostAtOnce);
        foreach (var seat in stored.Seats)
            Put(seat);
        foreach (var (id, tracks) in stored.Declared)
            _tracks.Declare(id, tracks);
        foreach (var invite in stored.Invites)
            _invites[invite.Id] = invite;
        Spotlight = stored.Spotlight;
        Exclusions.Restore(stored);
        Waiting.Restore(stored);
        Files.Restore(stored);
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
        SpotlightSet e => Light(e),
        IdentityBanned e => Quietly(() => Exclusions.Ban(e.Identity, e.Until)),
        TokensVoided e => Quietly(() => Exclusions.Void(e.Identity, e.Before)),
        ChatPosted e => Say(e.Message),
        ChatTakenBack e => Amend(e.Message),
        ChatEdited e => Amend(Chat.Charge(e.Message)),
        SenderSilenced e => Quietly(() => Chat.Silence(e.Identity, e.Until)),
        FilesKeyed e => Quietly(() => Files.Key = e.Key),
        FileAnnounced e => Quietly(() => Files.Put(e.File)),
        FileListed e => List(e.File),
        FileDropped e => Drop(e),
        Knocked e => Quietly(() => Waiting.Put(e.Waiter)),
        WaiterGone e => Quietly(() => Waiting.Remove(e.ParticipantId, e.LetIn)),
        InviteSet e => Quietly(() => _invites[e.Invite.Id] = e.Invite),
        InviteRevoked e => Quietly(() => _invites.Remove(e.InviteId)),
        SourceSuspected e => Quietly(() => Exclusions.Suspect(e.Source)),
        VacancyChanged e => Quietly(() => VacantSince = e.Since),
        EmptinessChanged e => Quietly(() => EmptySince = e.Since),
        CallNoted e => Note(e),
        HomeChanged or KeysPressed => null,
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
        {
            Chat.Clear();
            Files.Clear();
            _invites.Clear();
        }
        return config is null || SessionId is null ? null : new(++Rev, RoomRules.Of(config));
    }

    /// <summary>Whole numbers are shown to those only who may dial themselves; those of callers to moderators (product section 13).</summary>
    private CallChanged Note(CallNoted noted)
    {
        Calls.Note(noted.Call, noted.Until);
        var needed = noted.Call.Direction == CallDirection.Out ? Caps.Dial | Caps.Moderate : Caps.Moderate;
        return new(Rev, noted.Call, [.. _seats.Values.Where(seat => seat.Id == noted.Call.By || (seat.Caps & needed) != 0).Select(seat => seat.Id)]);
    }

    private FileAppeared List(RoomFile file)
    {
        Files.Put(file);
        return new(++Rev, file.Describe(), Files.Key, Name);
    }

    private FileVanished? Drop(FileDropped dropped)
    {
        var listed = Files.Find(dropped.FileId) is { Listed: true };
        Files.Remove(dropped.FileId);
        return listed && !dropped.Quiet ? new(++Rev, dropped.FileId, dropped.By) : null;
    }

    private Dismissed Close(SessionClosed closed)
    {
        _seats.Clear();
        _tracks.Clear();
        _deadlines.Clear();
        Exclusions.EndSession();
        Waiting.EndSession();
        Spotlight = [];
        (SessionId, StartedAt, VacantSince, EmptySince, Arrivals, MostAtOnce) = (null, null, null, null, 0, 0);
        if (Config is { Permanent: false })
            Configure(null);
        return new(Rev, null, ErrorCodes.RoomEnded, closed.Reason, null);
    }

    private Joined? Sit(Seat seat)
    {
        Arrivals++;
        Put(seat);
        MostAtOnce = Math.Max(MostAtOnce, _seats.Count);
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

    private SpotlightChanged Light(SpotlightSet set)
    {
        Spotlight = set.TrackIds;
        return new(++Rev, set.TrackIds, set.By);
    }

    private ChatSaid Say(ChatMessage message)
    {
        Chat.Add(message);
        return new(message.To is null ? ++Rev : Rev, message);
    }

    private ChatAmended Amend(ChatMessage message)
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
