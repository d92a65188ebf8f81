using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Rooms;
using Sylk.Conference.Storage;

namespace Sylk.Conference.Server.Auth;

/// <summary>Keys in the database.</summary>
internal sealed class StoredKeys(StoreAccess store) : IKeyStore
{
    public async ValueTask<bool> AnyAsync(CancellationToken cancellation = default) =>
        await store.DoAsync(context => context.ApiKeys.AnyAsync(cancellation), cancellation);

    public async ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellation = default) => await store.DoAsync(
        async context => await context.ApiKeys.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id, cancellation) is { } row ? Read(row) : null,
        cancellation);

    public async ValueTask AddAsync(ApiKey key, CancellationToken cancellation = default) => await store.DoAsync(
        context =>
        {
            var row = new ApiKeyRow { Id = key.Id, Name = "", Prefix = "", SecretHash = "", Scopes = "" };
            Write(key, row);
            context.ApiKeys.Add(row);
            return context.SaveChangesAsync(cancellation);
        },
        cancellation);

    public async ValueTask ReplaceAsync(ApiKey key, CancellationToken cancellation = default) => await store.DoTogetherAsync(
        async context =>
        {
            if (await context.ApiKeys.FirstOrDefaultAsync(row => row.Id == key.Id, cancellation) is { } row)
                Write(key, row);
            return await context.SaveChangesAsync(cancellation);
        },
        cancellation);

    public async ValueTask TouchAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation = default) => await store.DoAsync(
        context => context.ApiKeys.Where(row => row.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastUsedAt, usedAt), cancellation),
        cancellation);

    public async ValueTask<StoredPage<ApiKey>> ListAsync(string? cursor, int limit, CancellationToken cancellation = default) => await store.DoAsync(
        async context =>
        {
            var rows = await context.ApiKeys.AsNoTracking().Where(row => cursor == null || string.Compare(row.Id, cursor) < 0)
                .OrderByDescending(row => row.Id).Take(limit + 1).ToListAsync(cancellation);
            return new StoredPage<ApiKey>([.. rows.Take(limit).Select(Read)], rows.Count > limit ? rows[limit - 1].Id : null);
        },
        cancellation);

    private static ApiKey Read(ApiKeyRow row) => new()
    {
        Id = row.Id,
        Name = row.Name,
        Scopes = [.. row.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        SecretFingerprint = row.SecretHash,
        SigningSecret = row.SigningSecret ?? "",
        CreatedAt = row.CreatedAt,
        ExpiresAt = row.ExpiresAt,
        LastUsedAt = row.LastUsedAt,
        RevokedAt = row.RevokedAt,
        FormerFingerprint = row.FormerHash,
        FormerSigningSecret = row.FormerSigningSecret,
        FormerUntil = row.FormerUntil,
    };

    private static void Write(ApiKey key, ApiKeyRow row)
    {
        (row.Name, row.Prefix, row.Scopes) = (key.Name, key.Prefix, string.Join(' ', key.Scopes));
        (row.SecretHash, row.SigningSecret) = (key.SecretFingerprint, key.SigningSecret);
        (row.FormerHash, row.FormerSigningSecret, row.FormerUntil) = (key.FormerFingerprint, key.FormerSigningSecret, key.FormerUntil);
        (row.CreatedAt, row.ExpiresAt, row.LastUsedAt, row.RevokedAt) = (key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.RevokedAt);
    }
}
