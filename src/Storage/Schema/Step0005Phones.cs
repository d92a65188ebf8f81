using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Sylk.Conference.Storage.Schema;

/// <summary>Accounts, trunks and routes of phones.</summary>
[DbContext(typeof(StorageContext)), Migration("20261127000005_Phones")]
internal sealed class Step0005Phones : Migration
{
    private const string Items = """
        CREATE TABLE phone_items (kind integer NOT NULL, id <key> NOT NULL, value text NOT NULL, revision bigint NOT NULL, PRIMARY KEY (kind, id));
        """;

    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(Dialect.Translate(Items, migrationBuilder.ActiveProvider));

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.DropTable("phone_items");
}
