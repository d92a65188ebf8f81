using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Storage;

namespace Sylk.Conference.Server.Api;

/// <summary>Replies in the database: the row that can be added once is the claim.</summary>
internal sealed class StoredReplies(StoreAccess store) : IIdempotencyStore
{
    public async ValueTask<IdempotencyClaim> ClaimAsync(
        IdempotencyKey key, string fingerprint, DateTimeOffset now, CancellationToken cancellation = default) => await store.DoTogetherAsync(
        async context =>
        {
            var at = now.ToUnixTimeMilliseconds();
            var added = await context.Database.ExecuteSqlAsync(
                $"INSERT INTO idempotency (owner, key, request_hash, created_at) VALUES ({key.Caller}, {key.Key}, {fingerprint}, {at}) ON CONFLICT DO NOTHING",
                cancellation);
            if (added == 1)
                return new IdempotencyClaim(ClaimStatus.Claimed);
            var row = await context.Idempotency.AsNoTracking().FirstOrDefaultAsync(one => one.Owner == key.Caller && one.Key == key.Key, cancellation);
            if (row is null)
                return new IdempotencyClaim(ClaimStatus.InProgress);
            return IsOver(row, now) ? await RenewAsync(context, row, fingerprint, now, cancellation) : Judge(row, fingerprint);
        },
        cancellation);

    public async ValueTask CompleteAsync(IdempotencyKey key, string fingerprint, StoredReply reply, DateTimeOffset now)
    {
        var (headers, body) = (JsonSerializer.Serialize(new OwnHeaders(reply.Location, reply.Tag)), reply.Body.ToArray());
        await store.DoAsync(context => context.Idempotency.Where(row => row.Owner == key.Caller && row.Key == key.Key).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.RequestHash, fingerprint).SetProperty(row => row.Status, reply.Status)
                .SetProperty(row => row.ContentType, reply.ContentType).SetProperty(row => row.Headers, headers)
                .SetProperty(row => row.Body, body).SetProperty(row => row.CreatedAt, now)));
    }

    public async ValueTask ReleaseAsync(IdempotencyKey key) => await store.DoAsync(
        context => context.Idempotency.Where(row => row.Owner == key.Caller && row.Key == key.Key).ExecuteDeleteAsync());

    /// <summary>Of several who find the same old row, one takes it over.</summary>
    private static async Task<IdempotencyClaim> RenewAsync(
        StorageContext context, IdempotencyRow old, string fingerprint, DateTimeOffset now, CancellationToken cancellation)
    {
        var mine = await context.Idempotency.Where(row => row.Owner == old.Owner && row.Key == old.Key && row.CreatedAt == old.CreatedAt)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.RequestHash, fingerprint).SetProperty(row => row.CreatedAt, now)
                    .SetProperty(row => row.Status, (int?)null).SetProperty(row => row.Body, (byte[]?)null),
                cancellation);
        return new(mine == 1 ? ClaimStatus.Claimed : ClaimStatus.InProgress);
    }

    private static IdempotencyClaim Judge(IdempotencyRow row, string fingerprint)
    {
        if (row.RequestHash != fingerprint)
            return new(ClaimStatus.Mismatch);
        if (row.Status is not { } status)
            return new(ClaimStatus.InProgress);
        var headers = row.Headers is { } text ? JsonSerializer.Deserialize<OwnHeaders>(text) : null;
        return new(ClaimStatus.Replay, new StoredReply(status, row.ContentType, headers?.Location, headers?.Tag, [.. row.Body ?? []]));
    }

    private static bool IsOver(IdempotencyRow row, DateTimeOffset now) =>
        now - row.CreatedAt > (row.Status is null ? IdempotencyTimes.Abandoned : IdempotencyTimes.Kept);

    private sealed record OwnHeaders(string? Location, string? Tag);
}
