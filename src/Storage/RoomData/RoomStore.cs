using System.Collections.Immutable;
using System.Data.Common;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Rooms in SQLite or PostgreSQL.</summary>
internal sealed class RoomStore(Database database, GroupCommit commits, ILogger<RoomStore> log) : IRoomStore
{
    private const string MessageColumns = """
        SELECT room, sequence, id, sender_id, sender_identity, sender_name, sender_kind, recipient_id, recipient_identity,
            content, content_type, client_id, reply_to, at, via, deleted, action, edited_at FROM messages
        """;

    private const string LoadRoom = """
        SELECT version, last_message, last_event, config, (SELECT at FROM messages WHERE room = $1 AND sequence = rooms.last_message)
        FROM rooms WHERE name = $1
        """;

    private const string Unsettled = """
        SELECT name FROM rooms WHERE name > $1 AND ((config IS NOT NULL AND permanent = $2)
            OR EXISTS (SELECT 1 FROM room_entries WHERE room_entries.room = rooms.name AND key = $3))
        ORDER BY name LIMIT $4
        """;

    public Task<CommitOutcome> CommitAsync(RoomCommit commit, CancellationToken cancellation = default) => commits.CommitAsync(commit, cancellation);

    public async Task<RoomLoad> LoadAsync(string room, CancellationToken cancellation = default)
    {
        try
        {
            var rows = await AskAsync(
                Statement.Of(LoadRoom, room),
                row => (
                    Version: row.GetInt64(0), Message: row.GetInt64(1), Event: row.GetInt64(2), Config: TextOf(row, 3),
                    SaidAt: row.IsDBNull(4) ? (DateTimeOffset?)null : TimeOf(row, 4)),
                cancellation)
                .ConfigureAwait(false);
            if (rows.IsEmpty)
                return RoomLoad.Of(RoomLoadStatus.Absent);
            var (version, message, happened, text, saidAt) = rows[0];
            RoomConfig? config = null;
            if (text is not null && !ConfigText.TryRead(text, out config))
            {
                log.RowUnreadable(room);
                return RoomLoad.Of(RoomLoadStatus.Unreadable);
            }
            var entries = await AskAsync(
                Statement.Of("SELECT key, value FROM room_entries WHERE room = $1 ORDER BY key", room),
                row => new RoomEntry(row.GetString(0), row.GetString(1)), cancellation).ConfigureAwait(false);
            return new(RoomLoadStatus.Found, version, config, entries, message, happened) { LastMessageAt = saidAt };
        }
        catch (StoreUnavailableException)
        {
            return RoomLoad.Of(RoomLoadStatus.Unavailable);
        }
    }

    public Task<ImmutableArray<ChatMessage>> MessagesAsync(ChatQuery query, CancellationToken cancellation = default) => AskAsync(
        Statement.Of(
            $"""
            {MessageColumns} WHERE room = $1 AND sequence < $2
                AND (recipient_id IS NULL OR ($3 <> '' AND (recipient_identity = $3 OR sender_identity = $3)))
            ORDER BY sequence DESC LIMIT $4
            """,
            query.Room, query.Before ?? long.MaxValue, query.Reader ?? "", query.Limit),
        MessageOf, cancellation);

    public async Task<ChatMessage?> FindMessageAsync(
        string room, string senderIdentity, string clientId, CancellationToken cancellation = default) =>
        (await AskAsync(
            Statement.Of($"{MessageColumns} WHERE room = $1 AND sender_identity = $2 AND client_id = $3", room, senderIdentity, clientId),
            MessageOf, cancellation).ConfigureAwait(false)).FirstOrDefault();

    public async Task<(string Room, ChatMessage Message)?> FindMessageAsync(string messageId, CancellationToken cancellation = default)
    {
        var found = await AskAsync(
            Statement.Of($"{MessageColumns} WHERE id = $1", messageId), row => (row.GetString(0), MessageOf(row)), cancellation)
            .ConfigureAwait(false);
        return found.IsEmpty ? null : found[0];
    }

    public async Task<StoredPage<RoomConfig>> RoomsAsync(string? prefix, string? cursor, int limit, CancellationToken cancellation = default)
    {
        // DEL comes after every letter a name may have.
        var rows = await AskAsync(
            Statement.Of(
                "SELECT name, config FROM rooms WHERE name > $1 AND name >= $2 AND name < $3 AND config IS NOT NULL ORDER BY name LIMIT $4",
                cursor ?? "", prefix ?? "", (prefix ?? "") + "\u007f", limit + 1),
            row => (Name: row.GetString(0), Config: row.GetString(1)), cancellation).ConfigureAwait(false);
        var items = rows.Take(limit).Select(row => ConfigText.TryRead(row.Config, out var config) ? config : null).OfType<RoomConfig>();
        return new([.. items], rows.Length > limit ? rows[limit - 1].Name : null);
    }

    public async Task<string?> FindRoomAsync(string roomId, CancellationToken cancellation = default) =>
        (await AskAsync(Statement.Of("SELECT name FROM rooms WHERE id = $1", roomId), row => row.GetString(0), cancellation).ConfigureAwait(false))
        .FirstOrDefault();

    public async Task<StoredPage<SessionRecord>> SessionsAsync(string room, string? cursor, int limit, CancellationToken cancellation = default)
    {
        var rows = await AskAsync(
            Statement.Of(
                """
                SELECT id, room, started_at, ended_at, end_reason, participants, most_at_once FROM sessions
                WHERE room = $1 AND ($2 = '' OR id < $2) ORDER BY id DESC LIMIT $3
                """,
                room, cursor ?? "", limit + 1),
            SessionOf, cancellation).ConfigureAwait(false);
        return rows.Length <= limit ? new(rows, null) : new(rows[..limit], rows[limit - 1].Id);
    }

    public async Task<StoredPage<string>> UnsettledAsync(string? cursor, int limit, CancellationToken cancellation = default)
    {
        var rows = await AskAsync(
            Statement.Of(Unsettled, cursor ?? "", false, RoomEntry.Session, limit + 1), row => row.GetString(0), cancellation).ConfigureAwait(false);
        return rows.Length <= limit ? new(rows, null) : new(rows[..limit], rows[limit - 1]);
    }

    public Task<ImmutableArray<string>> FilesAsync(CancellationToken cancellation = default) => AskAsync(
        Statement.Of("SELECT key FROM room_entries WHERE key >= $1 AND key < $2", RoomEntry.File, RoomEntry.File + "\u007f"),
        row => row.GetString(0)[RoomEntry.File.Length..], cancellation);

    private async Task<ImmutableArray<T>> AskAsync<T>(Statement question, Func<DbDataReader, T> read, CancellationToken cancellation)
    {
        if (commits.IsAway)
            throw new StoreUnavailableException();
        try
        {
            return await ReadAsync(question, read, cancellation).WaitAsync(Database.Patience, cancellation).ConfigureAwait(false);
        }
        catch (Exception problem) when (Database.IsOutage(problem) && !cancellation.IsCancellationRequested)
        {
            throw new StoreUnavailableException(problem);
        }
    }

    private async Task<ImmutableArray<T>> ReadAsync<T>(Statement question, Func<DbDataReader, T> read, CancellationToken cancellation)
    {
        var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // only constants of this class come here
        command.CommandText = question.Sql;
#pragma warning restore CA2100
        for (var i = 0; i < question.Values.Length; i++)
            command.Parameters.Add(database.Place(command, i + 1, question.Values[i]));
        using var rows = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<T>();
        while (await rows.ReadAsync(cancellation).ConfigureAwait(false))
            found.Add(read(rows));
        return found.DrainToImmutable();
    }

    private static ChatMessage MessageOf(DbDataReader row) => new()
    {
        Sequence = row.GetInt64(1),
        Id = row.GetString(2),
        From = new ChatSender(row.GetString(3), row.GetString(4), row.GetString(5), (ParticipantKind)row.GetInt32(6)),
        To = TextOf(row, 7),
        ToIdentity = TextOf(row, 8),
        Content = row.GetString(9),
        ContentType = row.GetString(10),
        ClientId = row.GetString(11),
        ReplyTo = TextOf(row, 12),
        Timestamp = TimeOf(row, 13),
        Via = row.GetString(14),
        Deleted = row.GetBoolean(15),
        Action = row.GetBoolean(16),
        EditedAt = row.IsDBNull(17) ? null : TimeOf(row, 17),
    };

    private static SessionRecord SessionOf(DbDataReader row) => new(
        row.GetString(0), row.GetString(1), TimeOf(row, 2), row.IsDBNull(3) ? null : TimeOf(row, 3), TextOf(row, 4), row.GetInt32(5),
        row.GetInt32(6));

    private static string? TextOf(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset TimeOf(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));
}
