using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>One question to the database for whoever keeps keys, replies or webhooks: answered soon, or refused as a store that is away.</summary>
public sealed class StoreAccess
{
    private readonly IDbContextFactory<StorageContext> _contexts;
    private readonly GroupCommit _commits;

    internal StoreAccess(IDbContextFactory<StorageContext> contexts, GroupCommit commits) => (_contexts, _commits) = (contexts, commits);

    /// <exception cref="StoreUnavailableException">There was no answer in time. What was to be written may have been.</exception>
    public async Task<T> DoAsync<T>(Func<StorageContext, Task<T>> work, CancellationToken cancellation = default)
    {
        if (_commits.IsAway)
            throw new StoreUnavailableException();
        try
        {
            return await RunAsync(work, cancellation).WaitAsync(Database.Patience, cancellation).ConfigureAwait(false);
        }
        catch (Exception problem) when (Database.IsOutage(problem) && !cancellation.IsCancellationRequested)
        {
            throw new StoreUnavailableException(problem);
        }
    }

    /// <summary>Several statements that are true together or not at all.</summary>
    public Task<T> DoTogetherAsync<T>(Func<StorageContext, Task<T>> work, CancellationToken cancellation = default) => DoAsync(
        async context =>
        {
            var transaction = await context.Database.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            var result = await work(context).ConfigureAwait(false);
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return result;
        },
        cancellation);

    /// <summary>True when a row could not be added because its key is there.</summary>
    public static bool IsDuplicate(DbUpdateException problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return problem.InnerException is { } cause && Database.IsDuplicate(cause);
    }

    private async Task<T> RunAsync<T>(Func<StorageContext, Task<T>> work, CancellationToken cancellation)
    {
        var context = await _contexts.CreateDbContextAsync(cancellation).ConfigureAwait(false);
        await using var _ = context.ConfigureAwait(false);
        return await work(context).ConfigureAwait(false);
    }
}
