using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>Calls to and from outside.</summary>
[DbContext(typeof(StorageContext)), Migration("20261124000002_Calls")]
internal sealed class Step0002Calls : Migration
{
    private const string Calls = """
        CREATE TABLE calls (
            id <key> NOT NULL PRIMARY KEY, room <key>, participant_id text, direction text NOT NULL, state text NOT NULL, caller text NOT NULL,
            callee text NOT NULL, started_at bigint NOT NULL, answered_at bigint, ended_at bigint, end_code text, facts text);
        CREATE INDEX "IX_calls_room_id" ON calls (room, id);
        """;

    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.Sql(Dialect.Translate(Calls, migrationBuilder.ActiveProvider));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("calls");
}
