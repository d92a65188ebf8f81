using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>When a line of chat was changed by its author.</summary>
[DbContext(typeof(StorageContext)), Migration("20261127000004_Edits")]
internal sealed class Step0004Edits : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE messages ADD COLUMN edited_at bigint");

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("ALTER TABLE messages DROP COLUMN edited_at");
}
