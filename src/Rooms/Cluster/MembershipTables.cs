using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Makes the tables of the cluster membership in PostgreSQL before the silo starts, so that nobody has to run SQL by hand.
/// The provider reads the text of its queries from a table; here each is one atomic statement. Safe to run on every start and
/// from several nodes at once.
/// </summary>
internal sealed class MembershipTables(ClusterSettings cluster) : IHostedService
{
    /// <summary>Of the advisory lock that lets one node at a time make tables: "sylk" in ASCII.</summary>
    private const long Lock = 0x73796C6B;

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS OrleansQuery (
            QueryKey varchar(64) PRIMARY KEY,
            QueryText varchar(8000) NOT NULL);
        CREATE TABLE IF NOT EXISTS OrleansMembershipVersionTable (
            DeploymentId varchar(150) PRIMARY KEY,
            Timestamp timestamptz(3) NOT NULL DEFAULT now(),
            Version integer NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS OrleansMembershipTable (
            DeploymentId varchar(150) NOT NULL REFERENCES OrleansMembershipVersionTable (DeploymentId),
            Address varchar(45) NOT NULL,
            Port integer NOT NULL,
            Generation integer NOT NULL,
            SiloName varchar(150) NOT NULL,
            HostName varchar(150) NOT NULL,
            Status integer NOT NULL,
            ProxyPort integer NULL,
            SuspectTimes varchar(8000) NULL,
            StartTime timestamptz(3) NOT NULL,
            IAmAliveTime timestamptz(3) NOT NULL,
            PRIMARY KEY (DeploymentId, Address, Port, Generation));
        """;

    private const string Row = "DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation";

    private const string Advance = """
        UPDATE OrleansMembershipVersionTable SET Timestamp = now(), Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND
        """;

    private const string Columns = """
        v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime,
        m.IAmAliveTime, v.Version
        """;

    private static readonly (string Key, string Text)[] Queries =
    [
        ("InsertMembershipVersionKey", """
            WITH made AS (INSERT INTO OrleansMembershipVersionTable (DeploymentId) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
            SELECT count(*)::int FROM made
            """),
        ("InsertMembershipKey", $"""
            WITH turn AS ({Advance} NOT EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {Row}) RETURNING 1),
            made AS (INSERT INTO OrleansMembershipTable
                (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
                SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
                FROM turn RETURNING 1)
            SELECT count(*)::int FROM made
            """),
        ("UpdateMembershipKey", $"""
            WITH turn AS ({Advance} EXISTS (SELECT 1 FROM OrleansMembershipTable WHERE {Row}) RETURNING 1),
            made AS (UPDATE OrleansMembershipTable SET Status = @Status, SuspectTimes = @SuspectTimes,
                IAmAliveTime = GREATEST(IAmAliveTime, @IAmAliveTime)
                WHERE {Row} AND EXISTS (SELECT 1 FROM turn) RETURNING 1)
            SELECT count(*)::int FROM made
            """),
        ("UpdateIAmAlivetimeKey", $"UPDATE OrleansMembershipTable SET IAmAliveTime = GREATEST(IAmAliveTime, @IAmAliveTime) WHERE {Row}"),
        ("MembershipReadRowKey", $"""
            SELECT {Columns} FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m
            ON m.DeploymentId = v.DeploymentId AND m.Address = @Address AND m.Port = @Port AND m.Generation = @Generation
            WHERE v.DeploymentId = @DeploymentId
            """),
        ("MembershipReadAllKey", $"""
            SELECT {Columns} FROM OrleansMembershipVersionTable v LEFT JOIN OrleansMembershipTable m ON m.DeploymentId = v.DeploymentId
            WHERE v.DeploymentId = @DeploymentId
            """),
        ("DeleteMembershipTableEntriesKey", """
            DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId;
            DELETE FROM OrleansMembershipVersionTable WHERE DeploymentId = @DeploymentId
            """),
        ("GatewaysQueryKey", """
            SELECT Address, ProxyPort, Generation FROM OrleansMembershipTable
            WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
            """),
        ("CleanupDefunctSiloEntriesKey", """
            DELETE FROM OrleansMembershipTable WHERE DeploymentId = @DeploymentId AND Status = 6
            AND IAmAliveTime < @IAmAliveTime AND StartTime < @IAmAliveTime
            """),
        ("CleanupDefunctSiloEntryKey", $"""
            DELETE FROM OrleansMembershipTable WHERE {Row} AND Status = 6 AND IAmAliveTime = @IAmAliveTime AND StartTime = @StartTime
            AND COALESCE(SuspectTimes, '') = COALESCE(@SuspectTimes, '')
            """),
    ];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(cluster.Connection);
        await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", [], cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, Tables, [], cancellationToken).ConfigureAwait(false);
        foreach (var (key, text) in Queries)
        {
            await RunAsync(
                connection,
                "INSERT INTO OrleansQuery VALUES (@key, @text) ON CONFLICT (QueryKey) DO UPDATE SET QueryText = @text",
                [new("key", key), new("text", text)],
                cancellationToken).ConfigureAwait(false);
        }
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task RunAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] values, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // every text is a constant of this file
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.AddRange(values);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }
}
