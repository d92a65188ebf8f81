using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>
/// A room read back from its row. Whoever was inside has lost their connection with the process that held it: they keep
/// their seats for as long as after any other loss.
/// </summary>
internal sealed class StoredRoom
{
    // A client's numbers hold 53 bits: of a version's 20 random ones the upper half is kept.
    private const int RevShift = 10;

    private readonly List<Seat> _seats = [];
    private readonly List<Waiter> _waiters = [];
    private readonly Dictionary<string, ImmutableArray<TrackDeclaration>> _declared = [];
    private readonly List<Invite> _invites = [];
    private readonly List<RoomFile> _files = [];
    private readonly List<StoredBan> _bans = [];
    private readonly List<StoredVoid> _voided = [];
    private readonly List<string> _known = [];
    private readonly List<string> _suspects = [];

    public RoomConfig? Config { get; private init; }

    /// <summary>Above every revision this room has told anybody.</summary>
    public long Rev { get; private init; }
    public long LastMessage { get; private init; }
    public DateTimeOffset? LastMessageAt { get; private init; }
    public StoredSession? Session { get; private set; }
    public StoredHome? Home { get; private set; }
    public ImmutableArray<string> Spotlight { get; private set; } = [];
    public string FilesKey { get; private set; } = "";
    public IReadOnlyList<Seat> Seats => _seats;
    public IReadOnlyList<Waiter> Waiters => _waiters;
    public IReadOnlyDictionary<string, ImmutableArray<TrackDeclaration>> Declared => _declared;
    public IReadOnlyList<Invite> Invites => _invites;
    public IReadOnlyList<RoomFile> Files => _files;
    public IReadOnlyList<StoredBan> Bans => _bans;
    public IReadOnlyList<StoredVoid> Voided => _voided;
    public IReadOnlyList<string> Known => _known;
    public IReadOnlyList<string> Suspects => _suspects;

    /// <param name="declared">Settings of a room the operator declared; null for others.</param>
    public static StoredRoom New(RoomConfig? declared) => new() { Config = declared };

    /// <returns>Null when an entry is damaged or from a later version (F-25).</returns>
    public static StoredRoom? Read(RoomLoad load, RoomConfig? declared, DateTimeOffset now)
    {
        var room = new StoredRoom
        {
            Config = load.Config is { } config && declared is not null ? config with { Permanent = true } : load.Config ?? declared,
            Rev = RoomVersion.After(load.Version, now) >> RevShift,
            LastMessage = load.LastMessage,
            LastMessageAt = load.LastMessageAt,
        };
        return load.Entries.All(entry => room.Take(entry, now)) ? room : null;
    }

    /// <summary>Kinds this version does not know are left where they are: the next version's, after a step back.</summary>
    private bool Take(RoomEntry entry, DateTimeOffset now)
    {
        var slash = entry.Key.IndexOf('/', StringComparison.Ordinal);
        return (slash < 0 ? entry.Key : entry.Key[..(slash + 1)]) switch
        {
            EntryKeys.Session => Take<StoredSession>(entry, one => Session = one),
            EntryKeys.Media => Take<StoredHome>(entry, one => Home = one),
            EntryKeys.Spotlight => Take<string[]>(entry, ids => Spotlight = [.. ids]),
            EntryKeys.FilesKey => Take<string>(entry, key => FilesKey = key),
            EntryKeys.Seat => Take<Seat>(entry, seat => _seats.Add(Lost(seat, now))),
            EntryKeys.Tracks => Take<TrackDeclaration[]>(entry, tracks => _declared[entry.Key[(slash + 1)..]] = [.. tracks]),
            EntryKeys.Waiter => Take<Waiter>(entry, waiter => _waiters.Add(Lost(waiter, now))),
            EntryKeys.Known => Take<string>(entry, _known.Add),
            EntryKeys.Suspect => Take<string>(entry, _suspects.Add),
            EntryKeys.SessionBan or EntryKeys.Ban => Take<StoredBan>(entry, _bans.Add),
            EntryKeys.Void => Take<StoredVoid>(entry, _voided.Add),
            EntryKeys.Invite => Take<Invite>(entry, _invites.Add),
            EntryKeys.File => Take<RoomFile>(entry, _files.Add),
            _ => true,
        };
    }

    private static bool Take<T>(RoomEntry entry, Action<T> take)
        where T : notnull
    {
        if (!EntryText.TryRead<T>(entry.Value, out var fact))
            return false;
        take(fact);
        return true;
    }

    private Seat Lost(Seat seat, DateTimeOffset now) => seat with
    {
        State = seat.ConnectionId is null ? seat.State : ParticipantState.Reconnecting,
        Deadline = now + RoomsSettings.ResumeWindow,
        HeardUpTo = seat.HeardUpTo ?? LastMessage,
    };

    private static Waiter Lost(Waiter waiter, DateTimeOffset now)
    {
        var end = now + RoomsSettings.ResumeWindow;
        return waiter with { Away = true, Deadline = end < waiter.Deadline ? end : waiter.Deadline };
    }
}
