using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>Messages between addresses.</summary>
[DbContext(typeof(StorageContext)), Migration("20261127000006_Addresses")]
internal sealed class Step0006Addresses : Migration
{
    private const string Books = """
        CREATE TABLE addresses (address <key> NOT NULL PRIMARY KEY, last bigint NOT NULL);
        CREATE TABLE address_messages (
            owner <key> NOT NULL, position bigint NOT NULL, peer <key> NOT NULL, outgoing boolean NOT NULL, id <key> NOT NULL,
            from_name text NOT NULL, content text NOT NULL, content_type text NOT NULL, client_id <key> NOT NULL, at bigint NOT NULL,
            via text NOT NULL, wanted bigint NOT NULL, state integer NOT NULL, PRIMARY KEY (owner, position));
        CREATE UNIQUE INDEX "IX_address_messages_owner_peer_outgoing_client_id" ON address_messages (owner, peer, outgoing, client_id);
        CREATE INDEX "IX_address_messages_owner_id" ON address_messages (owner, id);
        CREATE INDEX "IX_address_messages_at" ON address_messages (at);
        """;

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Dialect.Translate(Books, migrationBuilder.ActiveProvider));

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("address_messages");
        migrationBuilder.DropTable("addresses");
    }
}
