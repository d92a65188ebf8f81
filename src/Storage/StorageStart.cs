using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Storage;

/// <summary>Makes the database fit before any door opens: its folder, its owner, its schema.</summary>
internal sealed class StorageStart(Database database, IDbContextFactory<StorageContext> contexts, ILogger<StorageStart> log)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan MostDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Of the lock in PostgreSQL: "sylkdb" in ASCII.</summary>
    private const long Turn = 0x73796C6B6462;

    private FileStream? _owned;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (database.File is { } file)
            Own(file);
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await MoveAsync(null, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception problem) when (Database.IsOutage(problem) && Stopwatch.GetElapsedTime(began) < MostDelay)
            {
                log.StartDelayed(problem.Message);
            }
            await Task.Delay(AskAgain, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _owned?.Dispose();

    /// <summary>Brings the schema to a step; steps this program does not know are left alone.</summary>
    /// <param name="step">Null for the newest.</param>
    public async Task MoveAsync(string? step, CancellationToken cancellation)
    {
        var context = await contexts.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        await using var _ = context.ConfigureAwait(false);
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(5));
        if (database.IsPostgres)
            await TakeTurnAsync(context, cancellation).ConfigureAwait(false);
        else
            await PrepareFileAsync(context, cancellation).ConfigureAwait(false);
        await context.GetService<IMigrator>().MigrateAsync(step, cancellation).ConfigureAwait(false);
    }

    /// <summary>Two programs on one file would each believe they were the rooms' only writer.</summary>
    private void Own(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        try
        {
            _owned = new FileStream(file + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException problem)
        {
            throw new InvalidOperationException($"Another server works with {file}, or the folder cannot be written.", problem);
        }
    }

    /// <summary>Nodes that start at the same time move the schema one after the other. The turn ends with the connection.</summary>
    private static async Task TakeTurnAsync(StorageContext context, CancellationToken cancellation)
    {
        await context.Database.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({Turn})", cancellation).ConfigureAwait(false);
    }

    private static async Task PrepareFileAsync(StorageContext context, CancellationToken cancellation)
    {
        await context.Database.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        Database.LogAhead(context.Database.GetDbConnection());
        // A process that was killed while it moved the schema leaves this table behind and would stop every later start.
        await context.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation).ConfigureAwait(false);
    }
}
