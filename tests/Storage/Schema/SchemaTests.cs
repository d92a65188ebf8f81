using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;

namespace Sylk.Conference.Storage.Tests;

/// <summary>The hand-written steps and the model say the same, and every step can be gone back.</summary>
public sealed class SchemaTests(SharedPostgres postgres)
{
    private const string SqliteColumns = """
        SELECT m.name || '.' || c.name || CASE WHEN c."notnull" = 1 OR c.pk > 0 THEN '' ELSE '?' END
        FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\_\_EF%' ESCAPE '\'
        """;

    private const string PostgresColumns = """
        SELECT table_name || '.' || column_name || CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END || ' ' || data_type
        FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\_\_EF%'
        """;

    private const string SqliteIndexes = "SELECT name FROM sqlite_master WHERE type = 'index' AND name NOT LIKE 'sqlite%'";

    private const string PostgresIndexes = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname LIKE 'IX%'";

    [Fact(DisplayName = "Storage: the steps make exactly the model's tables in SQLite")]
    public async Task Sqlite_is_as_the_model_says()
    {
        await using var open = await OpenStore.OpenAsync(StorageMode.Sqlite);
        await using var context = await ContextAsync(open);
        Assert.Equal(Columns(context.Model, property => ""), await AskAsync(context, SqliteColumns));
        Assert.Equal(Indexes(context.Model), await AskAsync(context, SqliteIndexes));
    }

    [Fact(DisplayName = "Storage: the steps make exactly the model's tables and types in PostgreSQL")]
    public async Task Postgres_is_as_the_model_says()
    {
        await using var open = await OpenStore.OpenAsync(StorageMode.Postgres, await postgres.Cluster.CreateAsync());
        await using var context = await ContextAsync(open);
        Assert.Equal(Columns(context.Model, property => " " + property.GetColumnType()), await AskAsync(context, PostgresColumns));
        Assert.Equal(Indexes(context.Model), await AskAsync(context, PostgresIndexes));
    }

    [Theory(DisplayName = "O5 A step back and forward keeps rooms, settings, lines and keys")]
    [InlineData(StorageMode.Sqlite)]
    [InlineData(StorageMode.Postgres)]
    public async Task A_step_back_keeps_what_it_knows(StorageMode mode)
    {
        await using var open = await OpenStore.OpenAsync(mode, mode == StorageMode.Postgres ? await postgres.Cluster.CreateAsync() : "");
        await open.Rooms.CommitAsync(Given.Commit("a", 0, 1) with { Config = Given.Config("a"), Messages = [Given.Line(1, "c")] });
        var start = open.Services.GetRequiredService<StorageStart>();
        await start.MoveAsync("20261124000002_Calls", CancellationToken.None);
        await using (var context = await ContextAsync(open))
        {
            // As the program of that version would: it knows nothing of the newer columns.
            await context.Database.ExecuteSqlRawAsync(
                "INSERT INTO api_keys (id, name, prefix, secret_hash, scopes, created_at) VALUES ('key_1', 'n', 'p', 'h', 'rooms:read', 1)");
        }
        Assert.Equal("Täglich ☕", (await open.Rooms.LoadAsync("a")).Config!.Title);
        await start.MoveAsync(null, CancellationToken.None);
        await using var after = await ContextAsync(open);
        Assert.Equal(("key_1", null), await after.ApiKeys.Select(row => new ValueTuple<string, DateTimeOffset?>(row.Id, row.RevokedAt)).SingleAsync());
        Assert.Equal(1, (await open.Rooms.LoadAsync("a")).LastMessage);
    }

    [Theory(DisplayName = "O5 The program of one version back works with the newer schema")]
    [InlineData(StorageMode.Sqlite)]
    [InlineData(StorageMode.Postgres)]
    public async Task The_older_program_works_with_the_newer_schema(StorageMode mode)
    {
        await using var open = await OpenStore.OpenAsync(mode, mode == StorageMode.Postgres ? await postgres.Cluster.CreateAsync() : "");
        await using var context = await ContextAsync(open);
        Assert.Equal(1, await context.Database.ExecuteSqlRawAsync(
            "INSERT INTO api_keys (id, name, prefix, secret_hash, scopes, created_at) VALUES ('key_1', 'n', 'p', 'h', 'rooms:read', 1)"));
        Assert.Null((await context.ApiKeys.SingleAsync()).FormerHash);
    }

    private static Task<StorageContext> ContextAsync(OpenStore open) =>
        open.Services.GetRequiredService<IDbContextFactory<StorageContext>>().CreateDbContextAsync();

    private static IEnumerable<string> Columns(IModel model, Func<IProperty, string> typeOf) => model.GetEntityTypes()
        .SelectMany(table => table.GetProperties().Select(property =>
            $"{table.GetTableName()}.{property.GetColumnName()}{(property.IsNullable ? "?" : "")}{typeOf(property)}"))
        .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Indexes(IModel model) =>
        model.GetEntityTypes().SelectMany(table => table.GetIndexes()).Select(index => index.GetDatabaseName()!).Order(StringComparer.Ordinal);

    private static async Task<IEnumerable<string>> AskAsync(StorageContext context, string sql)
    {
        await context.Database.OpenConnectionAsync();
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
            found.Add(rows.GetString(0));
        return found.Order(StringComparer.Ordinal);
    }
}
