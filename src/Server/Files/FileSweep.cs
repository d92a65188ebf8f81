using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Files;

/// <summary>
/// Throws away octets no room knows: a process that died between forgetting a file and deleting it leaves them (reliability §6).
/// A file is in its room's row before its first octet is kept, so whatever lies here without a row has lost it.
/// </summary>
internal sealed class FileSweep(IFileContent files, IRoomStore rooms, RoomClock clock, ILogger<FileSweep> log) : BackgroundService
{
    private static readonly TimeSpan Turn = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var turns = new PeriodicTimer(Turn, clock.Time);
        try
        {
            do
                await TryAsync(stoppingToken);
            while (await turns.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops; the next start sweeps again.
        }
    }

    /// <returns>How many were thrown away.</returns>
    internal async Task<int> SweepAsync(CancellationToken cancellation)
    {
        // The octets first: what is announced after that has its row by the time the rows are read.
        var here = await files.AllAsync(cancellation);
        var known = (await rooms.FilesAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        var orphans = here.Where(id => !known.Contains(id)).ToArray();
        foreach (var id in orphans)
            await files.DeleteAsync(id, cancellation);
        return orphans.Length;
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        try
        {
            if (await SweepAsync(cancellation) is > 0 and var swept)
                log.FilesSwept(swept);
        }
        catch (Exception problem) when (problem is StoreUnavailableException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.SweepFailed(problem.Message);
        }
    }
}
