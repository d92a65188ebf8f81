using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What a decision leaves behind in the store: one flat list of what each event means there.</summary>
internal sealed class RoomWrites
{
    private readonly RoomState _state;
    private readonly IReadOnlyDictionary<string, string> _kept;
    private readonly DateTimeOffset _now;
    private readonly Dictionary<string, string?> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<TrackDeclaration>> _declared = [];
    private readonly List<ChatMessage> _messages = [];
    private RoomConfig? _current;
    private StoredSession? _session;
    private int _seated;

    private RoomWrites(RoomState state, IReadOnlyDictionary<string, string> kept, DateTimeOffset now)
    {
        (_state, _kept, _now, _current, _seated) = (state, kept, now, state.Config, state.Seats.Count);
        if (state is { SessionId: { } id, StartedAt: { } since })
            _session = new(id, since, state.Arrivals, state.MostAtOnce);
    }

    /// <summary>True: without the store the decision is refused. False: it may be written when the store is back (F-07).</summary>
    public bool Urgent { get; private set; }
    public bool Forget { get; private set; }
    public RoomConfig? Config { get; private set; }
    public SessionRecord? Session { get; private set; }
    public IReadOnlyDictionary<string, string?> Entries => _entries;
    public IReadOnlyList<ChatMessage> Messages => _messages;

    public bool IsEmpty => !Forget && Config is null && Session is null && _entries.Count == 0 && _messages.Count == 0;

    /// <param name="state">As it was before the decision.</param>
    /// <param name="kept">The entries of the room's row as they are.</param>
    public static RoomWrites Of(
        RoomState state, IReadOnlyDictionary<string, string> kept, ImmutableArray<RoomEvent> decision, DateTimeOffset now)
    {
        var writes = new RoomWrites(state, kept, now);
        foreach (var happened in decision)
            writes.Add(happened);
        return writes;
    }

    /// <summary>A fact that is not a decision of the room's; nothing is written for its sake alone.</summary>
    public void Put<T>(string key, T fact)
    {
        var text = EntryText.Write(fact);
        if (_kept.GetValueOrDefault(key) == text)
            _entries.Remove(key);
        else
            _entries[key] = text;
    }

    private void Add(RoomEvent happened)
    {
        Urgent |= CannotWait(happened);
        switch (happened)
        {
            case ConfigChanged { Config: { } config }: (Config, _current) = (config, config); break;
            case ConfigChanged: ForgetRoom(); break;
            case SessionOpened e: Count(new(e.SessionId, e.At, 0, 0)); break;
            case SessionClosed e: Close(e.Reason); break;
            case Seated e: Sit(e.Seat); break;
            case SeatChanged e: Put(EntryKeys.Seat + e.Seat.Id, e.Seat); break;
            case Unseated e: Stand(e.ParticipantId); break;
            case TracksDeclared e: Declare(e.ParticipantId, e.Tracks); break;
            case TrackMuteSet e: Mute(e); break;
            case SpotlightSet e: Put(EntryKeys.Spotlight, e.TrackIds.ToArray()); break;
            case IdentityBanned e: Put(EntryKeys.Of(e.Until is null ? EntryKeys.SessionBan : EntryKeys.Ban, e.Identity), new StoredBan(e.Identity, e.Until)); break;
            case TokensVoided e: Put(EntryKeys.Of(EntryKeys.Void, e.Identity), new StoredVoid(e.Identity, e.Before)); break;
            case SourceSuspected e: Put(EntryKeys.Of(EntryKeys.Suspect, e.Source), e.Source); break;
            case ChatPosted e: _messages.Add(e.Message); break;
            case ChatTakenBack e: _messages.Add(e.Message); break;
            case ChatEdited e: _messages.Add(e.Message); break;
            case FilesKeyed e: Put(EntryKeys.FilesKey, e.Key); break;
            case FileAnnounced e: Put(EntryKeys.File + e.File.Id, e.File); break;
            case FileListed e: Put(EntryKeys.File + e.File.Id, e.File); break;
            case FileDropped e: Drop(EntryKeys.File + e.FileId); break;
            case Knocked e: Put(EntryKeys.Waiter + e.Waiter.Seat.Id, e.Waiter); break;
            case WaiterGone e: Leave(e); break;
            case InviteSet e: Put(EntryKeys.Invite + e.Invite.Id, e.Invite); break;
            case InviteRevoked e: Drop(EntryKeys.Invite + e.InviteId); break;
            // Known from the media engine, counted anew after a restart, or told and forgotten.
            case TrackBegan or TrackStopped or VacancyChanged or EmptinessChanged or HomeChanged or CallNoted or SenderSilenced or KeysPressed or Told: break;
            default: throw new InvalidOperationException($"unknown event {happened.GetType().Name}");
        }
    }

    /// <summary>People come, go and mute themselves while the store is away; what gives or takes a right does not happen then.</summary>
    private bool CannotWait(RoomEvent happened) => happened switch
    {
        Seated or Unseated or TracksDeclared or TrackMuteSet or SpotlightSet or Knocked or WaiterGone => false,
        TrackBegan or TrackStopped or VacancyChanged or EmptinessChanged or HomeChanged or SenderSilenced or KeysPressed or Told => false,
        SeatChanged e => !_state.Seats.TryGetValue(e.Seat.Id, out var seat) || seat.Role != e.Seat.Role || seat.Granted != e.Seat.Granted,
        _ => true,
    };

    private void Drop(string key)
    {
        if (_kept.ContainsKey(key))
            _entries[key] = null;
        else
            _entries.Remove(key);
    }

    private void Sit(Seat seat)
    {
        Put(EntryKeys.Seat + seat.Id, seat);
        _seated++;
        if (_session is { } session)
            Count(session with { Arrivals = session.Arrivals + 1, MostAtOnce = Math.Max(session.MostAtOnce, _seated) });
    }

    private void Stand(string id)
    {
        Drop(EntryKeys.Seat + id);
        Drop(EntryKeys.Tracks + id);
        _seated--;
    }

    private void Count(StoredSession session)
    {
        _session = session;
        Session = new(session.Id, _state.Name, session.StartedAt, null, null, (int)session.Arrivals, session.MostAtOnce);
        Put(EntryKeys.Session, session);
    }

    private void Close(string reason)
    {
        if (_session is { } session)
            Session = new(session.Id, _state.Name, session.StartedAt, _now, reason, (int)session.Arrivals, session.MostAtOnce);
        _session = null;
        if (_current is { Permanent: false })
        {
            ForgetRoom();
            return;
        }
        foreach (var key in _kept.Keys.Concat(_entries.Keys).Where(key => IsOf(EntryKeys.OfSession, key)).ToArray())
            Drop(key);
    }

    /// <summary>All entries go with the row; those that last are written again.</summary>
    private void ForgetRoom()
    {
        (Forget, Config, _current) = (true, null, null);
        foreach (var key in _entries.Keys.Where(key => !IsOf(EntryKeys.Lasting, key)).ToArray())
            _entries.Remove(key);
        foreach (var (key, value) in _kept.Where(entry => IsOf(EntryKeys.Lasting, entry.Key)))
            _entries.TryAdd(key, value);
    }

    private void Declare(string id, ImmutableArray<TrackDeclaration> tracks)
    {
        _declared[id] = tracks;
        Put(EntryKeys.Tracks + id, tracks.ToArray());
    }

    private void Mute(TrackMuteSet set)
    {
        foreach (var id in _state.Seats.Keys.Union(_declared.Keys))
        {
            var tracks = _declared.GetValueOrDefault(id, _state.Declared(id));
            if (tracks.IsDefaultOrEmpty || tracks.FirstOrDefault(track => track.TrackId == set.TrackId) is not { } track)
                continue;
            Declare(id, tracks.Replace(track, track with { Muted = set.Muted }));
            return;
        }
    }

    private void Leave(WaiterGone gone)
    {
        Drop(EntryKeys.Waiter + gone.ParticipantId);
        if (gone.LetIn && _state.Waiting.People.TryGetValue(gone.ParticipantId, out var waiter) && waiter.Seat.Proved)
            Put(EntryKeys.Of(EntryKeys.Known, waiter.Seat.Identity), waiter.Seat.Identity);
    }

    private static bool IsOf(ImmutableArray<string> kinds, string key) =>
        kinds.Any(kind => kind.EndsWith('/') ? key.StartsWith(kind, StringComparison.Ordinal) : key == kind);
}
