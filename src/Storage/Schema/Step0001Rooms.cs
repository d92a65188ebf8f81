using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>Rooms, chat, history, keys, webhooks, files. EF Core finds a step by its fourteen digits.</summary>
[DbContext(typeof(StorageContext)), Migration("20261124000001_Rooms")]
internal sealed class Step0001Rooms : Migration
{
    private const string Rooms = """
        CREATE TABLE rooms (
            name <key> NOT NULL PRIMARY KEY, id <key>, permanent boolean NOT NULL, version bigint NOT NULL,
            last_message bigint NOT NULL, last_event bigint NOT NULL, config text);
        CREATE UNIQUE INDEX "IX_rooms_id" ON rooms (id);
        CREATE TABLE room_entries (room <key> NOT NULL, key <key> NOT NULL, value text NOT NULL, PRIMARY KEY (room, key));
        CREATE TABLE sessions (
            id <key> NOT NULL PRIMARY KEY, room <key> NOT NULL, started_at bigint NOT NULL, ended_at bigint, end_reason text,
            participants integer NOT NULL, most_at_once integer NOT NULL);
        CREATE INDEX "IX_sessions_room_id" ON sessions (room, id);
        CREATE TABLE messages (
            room <key> NOT NULL, sequence bigint NOT NULL, id <key> NOT NULL, sender_id text NOT NULL, sender_identity <key> NOT NULL,
            sender_name text NOT NULL, sender_kind integer NOT NULL, recipient_id text, recipient_identity text, content text NOT NULL,
            content_type text NOT NULL, client_id <key> NOT NULL, reply_to text, at bigint NOT NULL, via text NOT NULL,
            deleted boolean NOT NULL, action boolean NOT NULL, PRIMARY KEY (room, sequence));
        CREATE UNIQUE INDEX "IX_messages_id" ON messages (id);
        CREATE UNIQUE INDEX "IX_messages_room_sender_identity_client_id" ON messages (room, sender_identity, client_id);
        """;

    private const string Events = """
        CREATE TABLE events (
            position <counter>, id <key> NOT NULL, type text NOT NULL, at bigint NOT NULL, sequence bigint NOT NULL, room <key> NOT NULL,
            session_id <key>, node text NOT NULL, data text NOT NULL, spread boolean NOT NULL);
        CREATE UNIQUE INDEX "IX_events_id" ON events (id);
        CREATE INDEX "IX_events_spread_position" ON events (spread, position);
        CREATE TABLE webhooks (
            id <key> NOT NULL PRIMARY KEY, url text NOT NULL, description text NOT NULL, events text NOT NULL, room <key>, secret text NOT NULL,
            former_secret text, former_secret_until bigint, enabled boolean NOT NULL, failing_since bigint, created_at bigint NOT NULL,
            revision bigint NOT NULL, lease_owner text, lease_until bigint);
        CREATE TABLE webhook_deliveries (
            id <key> NOT NULL PRIMARY KEY, webhook_id <key> NOT NULL, event_id <key> NOT NULL, event_type text NOT NULL, room <key> NOT NULL,
            position bigint NOT NULL, body text NOT NULL, state integer NOT NULL, attempts integer NOT NULL, next_at bigint NOT NULL,
            last_status integer, last_error text, last_duration_ms integer, created_at bigint NOT NULL, ended_at bigint);
        CREATE INDEX "IX_webhook_deliveries_webhook_id_state_position" ON webhook_deliveries (webhook_id, state, position);
        CREATE INDEX "IX_webhook_deliveries_webhook_id_created_at" ON webhook_deliveries (webhook_id, created_at);
        CREATE INDEX "IX_webhook_deliveries_event_id" ON webhook_deliveries (event_id);
        """;

    private const string Access = """
        CREATE TABLE api_keys (
            id <key> NOT NULL PRIMARY KEY, name text NOT NULL, prefix text NOT NULL, secret_hash <key> NOT NULL, signing_secret text,
            scopes text NOT NULL, created_at bigint NOT NULL, expires_at bigint, last_used_at bigint);
        CREATE UNIQUE INDEX "IX_api_keys_secret_hash" ON api_keys (secret_hash);
        CREATE TABLE idempotency (
            owner <key> NOT NULL, key <key> NOT NULL, request_hash text NOT NULL, status integer, content_type text, headers text,
            body <bytes>, created_at bigint NOT NULL, PRIMARY KEY (owner, key));
        CREATE INDEX "IX_idempotency_created_at" ON idempotency (created_at);
        CREATE TABLE used_tokens (id <key> NOT NULL PRIMARY KEY, expiry bigint NOT NULL);
        CREATE INDEX "IX_used_tokens_expiry" ON used_tokens (expiry);
        CREATE TABLE revocations (room <key> NOT NULL, identity <key> NOT NULL, since bigint NOT NULL, PRIMARY KEY (room, identity));
        """;

    private const string Files = """
        CREATE TABLE files (
            id <key> NOT NULL PRIMARY KEY, room <key> NOT NULL, name text NOT NULL, size bigint NOT NULL, content_type text NOT NULL,
            sha256 text, owner_id text NOT NULL, owner_identity text NOT NULL, owner_name text NOT NULL, received bigint NOT NULL,
            complete boolean NOT NULL, created_at bigint NOT NULL, expires_at bigint);
        CREATE INDEX "IX_files_room_id" ON files (room, id);
        CREATE TABLE file_chunks (file_id <key> NOT NULL, "offset" bigint NOT NULL, bytes <bytes> NOT NULL, PRIMARY KEY (file_id, "offset"));
        """;

    private static readonly string[] Tables =
    [
        "rooms", "room_entries", "sessions", "messages", "events", "webhooks", "webhook_deliveries", "api_keys", "idempotency", "used_tokens",
        "revocations", "files", "file_chunks",
    ];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var sql in (string[])[Rooms, Events, Access, Files])
            migrationBuilder.Sql(Dialect.Translate(sql, migrationBuilder.ActiveProvider));
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in Tables)
            migrationBuilder.DropTable(table);
    }
}
