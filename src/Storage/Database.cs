using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Sylk.Conference.Storage;

/// <summary>How to reach the database, and what its complaints mean.</summary>
internal sealed class Database
{
    /// <summary>No request of ours may take longer than this (R-36: nothing hangs for 2 s).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1_500);

    // For what no room waits for.
    private const int UnhurriedSeconds = 10;

    // Durable over power loss, not only over the death of this process: an acknowledgement says "kept" (reliability §1.9).
    private const string Pragmas = "PRAGMA synchronous=FULL; PRAGMA busy_timeout=1000;";
    private const string WriteAheadLog = "PRAGMA journal_mode=WAL;";

    private readonly string _connection;

    public Database(StorageSettings settings)
    {
        IsPostgres = settings.Mode == StorageMode.Postgres;
        File = IsPostgres ? null : FileOf(settings);
        _connection = IsPostgres ? Impatient(settings.Connection) : Local(settings, File!);
    }

    public bool IsPostgres { get; }

    /// <summary>Where SQLite keeps everything; null for PostgreSQL.</summary>
    public string? File { get; }

    public async Task<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        DbConnection connection = IsPostgres ? new NpgsqlConnection(_connection) : new SqliteConnection(_connection);
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            if (!IsPostgres)
                Run(connection, Pragmas);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The value of <c>$n</c>: SQLite goes by the name, PostgreSQL by the order.</summary>
    public DbParameter Place(DbCommand command, int number, object? value)
    {
        var place = command.CreateParameter();
        if (!IsPostgres)
            place.ParameterName = $"${number}";
        place.Value = value ?? DBNull.Value;
        return place;
    }

    public void Configure(DbContextOptionsBuilder builder)
    {
        if (IsPostgres)
            builder.UseNpgsql(_connection, npgsql => npgsql.CommandTimeout(UnhurriedSeconds));
        else
            builder.UseSqlite(_connection, sqlite => sqlite.CommandTimeout(UnhurriedSeconds)).AddInterceptors(new PragmasOnOpening());
        // There is no generated snapshot to compare with: SchemaTests compares what the steps make with the model.
        builder.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }

    /// <summary>Readers then never wait for the writer, nor the writer for readers. The file remembers it.</summary>
    public static void LogAhead(DbConnection connection) => Run(connection, WriteAheadLog);

    /// <summary>True when the database is not there or not answering, so that trying again may help.</summary>
    public static bool IsOutage(Exception problem) => problem switch
    {
        TimeoutException or IOException or SocketException or OperationCanceledException => true,
        PostgresException refused => refused.IsTransient || refused.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException => true,
        SqliteException broken => (broken.SqliteErrorCode & 0xff) is 5 or 6 or 10 or 13 or 14,
        InvalidOperationException { InnerException: { } inner } => IsOutage(inner),
        _ => false,
    };

    /// <summary>True when a row of this key is there already.</summary>
    public static bool IsDuplicate(Exception problem) => problem switch
    {
        PostgresException refused => refused.SqlState == PostgresErrorCodes.UniqueViolation,
        SqliteException broken => broken.SqliteErrorCode == 19,
        _ => false,
    };

    private static void Run(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // one of the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string FileOf(StorageSettings settings)
    {
        var named = settings.Connection.Length > 0 ? new SqliteConnectionStringBuilder(settings.Connection).DataSource : "";
        return Path.GetFullPath(named.Length > 0 ? named : Path.Combine(settings.DataDir, "sylk.db"));
    }

    private static string Local(StorageSettings settings, string file) =>
        new SqliteConnectionStringBuilder(settings.Connection) { DataSource = file, DefaultTimeout = 1 }.ToString();

    /// <summary>Short waits unless the operator named others: callers are told "try again" long before Npgsql's own 15 s.</summary>
    private static string Impatient(string connection)
    {
        var asked = new DbConnectionStringBuilder { ConnectionString = connection };
        var full = new NpgsqlConnectionStringBuilder(connection);
        if (!asked.ContainsKey("Timeout"))
            full.Timeout = 1;
        if (!asked.ContainsKey("Command Timeout"))
            full.CommandTimeout = 1;
        if (!asked.ContainsKey("Cancellation Timeout"))
            full.CancellationTimeout = -1;
        return full.ToString();
    }

    private sealed class PragmasOnOpening : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Run(connection, Pragmas);

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            Run(connection, Pragmas);
            return Task.CompletedTask;
        }
    }
}
