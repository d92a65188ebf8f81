using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>One-time links to the first API key.</summary>
[DbContext(typeof(StorageContext)), Migration("20261127000007_FirstKey")]
internal sealed class Step0007FirstKey : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(
        Dialect.Translate("CREATE TABLE first_key_codes (id <key> NOT NULL PRIMARY KEY, expiry bigint NOT NULL)", migrationBuilder.ActiveProvider));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("first_key_codes");
}
