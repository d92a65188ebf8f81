using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>What a commit means in SQL that both databases read.</summary>
internal static class CommitStatements
{
    private const string Create = """
        INSERT INTO rooms (name, version, id, permanent, config, last_message, last_event) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
        """;

    private const string Configure = """
        UPDATE rooms SET version = $3, last_message = CASE WHEN $4 > last_message THEN $4 ELSE last_message END,
            last_event = CASE WHEN $5 > 0 THEN $5 ELSE last_event END, id = $6, permanent = $7, config = $8
        WHERE name = $1 AND version = $2
        """;

    private const string Touch = """
        UPDATE rooms SET version = $3, last_message = CASE WHEN $4 > last_message THEN $4 ELSE last_message END,
            last_event = CASE WHEN $5 > 0 THEN $5 ELSE last_event END
        WHERE name = $1 AND version = $2
        """;

    private const string Empty = """
        UPDATE rooms SET id = NULL, permanent = $2, config = NULL, last_message = 0, last_event = 0 WHERE name = $1
        """;

    private const string PutEntry = """
        INSERT INTO room_entries (room, key, value) VALUES ($1, $2, $3) ON CONFLICT (room, key) DO UPDATE SET value = excluded.value
        """;

    private const string PutMessage = """
        INSERT INTO messages (room, sequence, id, sender_id, sender_identity, sender_name, sender_kind, recipient_id, recipient_identity,
            content, content_type, client_id, reply_to, at, via, deleted, action, edited_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
        ON CONFLICT (room, sequence) DO UPDATE SET content = excluded.content, content_type = excluded.content_type, deleted = excluded.deleted,
            action = excluded.action, edited_at = excluded.edited_at
        WHERE messages.id = excluded.id
        """;

    private const string PutSession = """
        INSERT INTO sessions (id, room, started_at, ended_at, end_reason, participants, most_at_once) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, end_reason = excluded.end_reason,
            participants = excluded.participants, most_at_once = excluded.most_at_once
        """;

    private const string AddEvent = """
        INSERT INTO events (id, type, at, sequence, room, session_id, node, data, spread) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>Touches one row when the writer knows the newest version, none when it does not.</summary>
    public static Statement Fence(RoomCommit commit)
    {
        var (message, happened) = (LastMessage(commit), commit.Events.IsEmpty ? 0 : commit.Events[^1].Sequence);
        if (commit.ExpectedVersion == 0)
        {
            return Statement.Of(
                Create, commit.Room, commit.NextVersion, commit.Config?.Id, commit.Config?.Permanent ?? false,
                ConfigText.Write(commit.Config), message, happened);
        }
        return commit.Config is { } config
            ? Statement.Of(
                Configure, commit.Room, commit.ExpectedVersion, commit.NextVersion, message, happened, config.Id, config.Permanent,
                ConfigText.Write(config))
            : Statement.Of(Touch, commit.Room, commit.ExpectedVersion, commit.NextVersion, message, happened);
    }

    public static IEnumerable<Statement> Rest(RoomCommit commit)
    {
        if (commit.Forget)
        {
            yield return commit.Entries.IsEmpty ? Statement.Of("DELETE FROM rooms WHERE name = $1", commit.Room) : Statement.Of(Empty, commit.Room, false);
            yield return Statement.Of("DELETE FROM room_entries WHERE room = $1", commit.Room);
            yield return Statement.Of("DELETE FROM messages WHERE room = $1", commit.Room);
        }
        foreach (var entry in commit.Entries)
        {
            yield return entry.Value is null
                ? Statement.Of("DELETE FROM room_entries WHERE room = $1 AND key = $2", commit.Room, entry.Key)
                : Statement.Of(PutEntry, commit.Room, entry.Key, entry.Value);
        }
        foreach (var message in commit.Forget ? [] : commit.Messages)
            yield return Put(commit.Room, message);
        if (commit.Session is { } s)
        {
            yield return Statement.Of(
                PutSession, s.Id, s.Room, s.StartedAt.ToUnixTimeMilliseconds(), s.EndedAt?.ToUnixTimeMilliseconds(), s.EndReason,
                s.Participants, s.MostAtOnce);
        }
        foreach (var e in commit.Events)
        {
            yield return Statement.Of(
                AddEvent, e.Id, e.Type, e.Timestamp.ToUnixTimeMilliseconds(), e.Sequence, e.Room, e.SessionId, e.Node, e.Data, false);
        }
    }

    private static Statement Put(string room, ChatMessage m) => Statement.Of(
        PutMessage, room, m.Sequence, m.Id, m.From.ParticipantId, m.From.Identity, m.From.DisplayName, (int)m.From.Kind, m.To, m.ToIdentity,
        m.Content, m.ContentType, m.ClientId, m.ReplyTo, m.Timestamp.ToUnixTimeMilliseconds(), m.Via, m.Deleted, m.Action,
        m.EditedAt?.ToUnixTimeMilliseconds())
        with
    { MustTouch = true };

    private static long LastMessage(RoomCommit commit)
    {
        var last = 0L;
        foreach (var message in commit.Messages)
            last = Math.Max(last, message.Sequence);
        return last;
    }
}
