using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>Keys that were taken back, and the secret before the last rotation.</summary>
[DbContext(typeof(StorageContext)), Migration("20261126000003_Keys")]
internal sealed class Step0003Keys : Migration
{
    private static readonly (string Name, string Type)[] Columns =
        [("revoked_at", "bigint"), ("former_hash", "text"), ("former_signing_secret", "text"), ("former_until", "bigint")];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var (name, type) in Columns)
            migrationBuilder.Sql($"ALTER TABLE api_keys ADD COLUMN {name} {type}");
    }

    /// <summary>A key that was taken back must not come alive because the schema goes a step back.</summary>
    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("DELETE FROM api_keys WHERE revoked_at IS NOT NULL");
        foreach (var (name, _) in Columns)
            migrationBuilder.Sql($"ALTER TABLE api_keys DROP COLUMN {name}");
    }
}
