using System.Data.Common;
using Microsoft.Data.Sqlite;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Writes commits of any number of rooms in one transaction over one connection. Not for use by two at once.</summary>
internal sealed class CommitWriter(Database database) : IDisposable
{
    private readonly Dictionary<string, DbCommand> _prepared = new(StringComparer.Ordinal);
    private DbConnection? _connection;

    /// <returns>For each commit whether it was written; those that were not have lost to another writer.</returns>
    /// <exception cref="DbException">Nothing was written, or (an outage) nobody can say.</exception>
    /// <exception cref="StatementMissedException">One of them contradicts what is there: nothing was written.</exception>
    public bool[] Write(IReadOnlyList<RoomCommit> commits)
    {
        _connection ??= database.OpenAsync(CancellationToken.None).GetAwaiter().GetResult();
        using var transaction = _connection.BeginTransaction();
        var known = Run(transaction, [.. commits.Select(CommitStatements.Fence)]).Select(rows => rows == 1).ToArray();
        var rest = commits.Where((_, i) => known[i]).SelectMany(CommitStatements.Rest).ToArray();
        var touched = Run(transaction, rest);
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i].MustTouch && touched[i] == 0)
                throw new StatementMissedException();
        }
        transaction.Commit();
        return known;
    }

    /// <summary>Forgets the connection: the next write opens another.</summary>
    public void Reset()
    {
        foreach (var command in _prepared.Values)
            command.Dispose();
        _prepared.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    public void Dispose() => Reset();

    private int[] Run(DbTransaction transaction, Statement[] statements)
    {
        if (statements.Length == 0)
            return [];
        return _connection!.CanCreateBatch
            ? RunTogether(transaction, statements)
            : Array.ConvertAll(statements, statement => RunPrepared(transaction, statement));
    }

    /// <summary>One way to the server and back for all of them.</summary>
    private int[] RunTogether(DbTransaction transaction, Statement[] statements)
    {
        using var batch = _connection!.CreateBatch();
        batch.Transaction = transaction;
        foreach (var statement in statements)
        {
            var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // only constants of CommitStatements come here
            command.CommandText = statement.Sql;
#pragma warning restore CA2100
            foreach (var value in statement.Values)
            {
                var place = command.CreateParameter();
                place.Value = value ?? DBNull.Value;
                command.Parameters.Add(place);
            }
            batch.BatchCommands.Add(command);
        }
        batch.ExecuteNonQuery();
        return [.. batch.BatchCommands.Select(command => command.RecordsAffected)];
    }

    private int RunPrepared(DbTransaction transaction, Statement statement)
    {
        if (!_prepared.TryGetValue(statement.Sql, out var command))
            _prepared[statement.Sql] = command = Prepare(statement);
        command.Transaction = transaction;
        for (var i = 0; i < statement.Values.Length; i++)
            command.Parameters[i].Value = statement.Values[i] ?? DBNull.Value;
        return command.ExecuteNonQuery();
    }

    private DbCommand Prepare(Statement statement)
    {
        var command = _connection!.CreateCommand();
#pragma warning disable CA2100 // only constants of CommitStatements come here
        command.CommandText = statement.Sql;
#pragma warning restore CA2100
        for (var i = 1; i <= statement.Values.Length; i++)
            command.Parameters.Add(new SqliteParameter($"${i}", null));
        return command;
    }
}

/// <summary>A statement that had to change a row found none it may change.</summary>
internal sealed class StatementMissedException() : Exception("Somebody else wrote here.");
