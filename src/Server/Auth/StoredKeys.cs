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

    public async ValueTask AddAsync(ApiKey key, CancellationToken cancellation = default) =>
        await store.DoAsync(context => AddAsync(context, key, cancellation), cancellation);

    public async ValueTask OfferFirstAsync(string code, DateTimeOffset expiry, CancellationToken cancellation = default) => await store.DoTogetherAsync(
        async context =>
        {
            // Where the keys were taken out by hand, a first one may be made again.
            await context.FirstKeyCodes.Where(row => row.Id == FirstKeyCodeRow.Used && !context.ApiKeys.Any()).ExecuteDeleteAsync(cancellation);
            context.FirstKeyCodes.Add(new FirstKeyCodeRow { Id = code, Expiry = expiry });
            return await context.SaveChangesAsync(cancellation);
        },
        cancellation);

    /// <summary>Whoever adds the row "used" decides; another waits there until the first is through, and then finds it.</summary>
    public async ValueTask<bool> TryAddFirstAsync(ApiKey key, string code, DateTimeOffset now, CancellationToken cancellation = default)
    {
        // What is wrong costs a question, no write.
        if (!await store.DoAsync(context => context.FirstKeyCodes.AnyAsync(row => row.Id == code && row.Id != FirstKeyCodeRow.Used && row.Expiry > now, cancellation), cancellation))
            return false;
        return await store.DoTogetherAsync(
            async context =>
            {
                if (await context.Database.ExecuteSqlAsync($"INSERT INTO first_key_codes (id, expiry) VALUES ({FirstKeyCodeRow.Used}, 0) ON CONFLICT DO NOTHING", cancellation) == 0
                    || await context.ApiKeys.AnyAsync(cancellation))
                {
                    return false;
                }
                await context.FirstKeyCodes.Where(row => row.Id != FirstKeyCodeRow.Used).ExecuteDeleteAsync(cancellation);
                await AddAsync(context, key, cancellation);
                return true;
            },
            cancellation);
    }

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

    private static Task<int> AddAsync(StorageContext context, ApiKey key, CancellationToken cancellation)
    {
        var row = new ApiKeyRow { Id = key.Id, Name = "", Prefix = "", SecretHash = "", Scopes = "" };
        Write(key, row);
        context.ApiKeys.Add(row);
        return context.SaveChangesAsync(cancellation);
    }

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
