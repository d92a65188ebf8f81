using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Auth;

/// <param name="Text">The whole key; shown once, kept by nobody here.</param>
internal sealed record NewKey(ApiKey Key, string Text);

/// <summary>Makes, checks, turns and takes back API keys.</summary>
internal sealed class KeyRing(IKeyStore store, RoomClock clock)
{
    /// <summary>How long another node may still believe a key that was taken back .</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(900);

    /// <summary>How precise "last used" is: a write per minute and key, not per request.</summary>
    private static readonly TimeSpan UsePrecision = TimeSpan.FromMinutes(1);

    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, (ApiKey Key, DateTimeOffset ReadAt)> _known = new(StringComparer.Ordinal);

    public ValueTask<bool> IsEmptyAsync() => Not(store.AnyAsync());

    /// <param name="code">The fingerprint of a code that makes the first key, for so long.</param>
    /// <param name="life">From now.</param>
    public ValueTask OfferFirstAsync(string code, TimeSpan life) => store.OfferFirstAsync(code, clock.Now + life);

    /// <returns>A key that may do everything; null when the code is none, used or too old, or there are keys.</returns>
    public async ValueTask<NewKey?> TryCreateFirstAsync(string code)
    {
        var made = Make("first key", [.. Scopes.All.Order(StringComparer.Ordinal)], null);
        return await store.TryAddFirstAsync(made.Key, code, clock.Now) ? made : null;
    }

    public async ValueTask<NewKey> CreateAsync(string name, ImmutableArray<string> scopes, DateTimeOffset? expiresAt)
    {
        var made = Make(name, scopes, expiresAt);
        await store.AddAsync(made.Key);
        return made;
    }

    /// <returns>The key, or null when the text is none of ours. Unknown and wrong cost the same.</returns>
    public async ValueTask<ApiKey?> CheckAsync(string text)
    {
        if (!ApiKey.TrySplit(text, out var id, out var secret))
            return null;
        var now = clock.Now;
        var key = await FindAsync(id);
        var matches = (key ?? Nobody).Matches(secret, now);
        if (key is null || !matches || !key.IsGood(now))
            return null;
        await MarkUsedAsync(key, now);
        return key;
    }

    /// <summary>A key that may be used now.</summary>
    public async ValueTask<ApiKey?> GoodAsync(string id) => await FindAsync(id) is { } key && key.IsGood(clock.Now) ? key : null;

    public ValueTask<ApiKey?> ReadAsync(string id) => store.FindAsync(id);

    public ValueTask<StoredPage<ApiKey>> ListAsync(string? cursor, int limit) => store.ListAsync(cursor, limit);

    /// <param name="grace">How long the old secret stays good beside the new one.</param>
    public async ValueTask<NewKey> RotateAsync(ApiKey key, TimeSpan grace)
    {
        var secret = ApiKey.NewSecret();
        var turned = key with
        {
            SecretFingerprint = Ids.Fingerprint(secret),
            SigningSecret = ApiKey.NewSigningSecret(),
            FormerFingerprint = key.SecretFingerprint,
            FormerSigningSecret = key.SigningSecret,
            FormerUntil = clock.Now + grace,
        };
        await ReplaceAsync(turned);
        return new(turned, turned.Text(secret));
    }

    public async ValueTask RevokeAsync(ApiKey key)
    {
        if (key.RevokedAt is null)
            await ReplaceAsync(key with { RevokedAt = clock.Now });
    }

    private NewKey Make(string name, ImmutableArray<string> scopes, DateTimeOffset? expiresAt)
    {
        var (now, secret) = (clock.Now, ApiKey.NewSecret());
        var key = new ApiKey
        {
            Id = Ids.New(ApiKey.IdPrefix, now),
            Name = name,
            Scopes = scopes,
            SecretFingerprint = Ids.Fingerprint(secret),
            SigningSecret = ApiKey.NewSigningSecret(),
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        return new(key, key.Text(secret));
    }

    private async ValueTask<ApiKey?> FindAsync(string id)
    {
        var now = clock.Now;
        if (_known.TryGetValue(id, out var known) && now - known.ReadAt < Freshness)
            return known.Key;
        if (await store.FindAsync(id) is not { } key)
            return null;
        Remember(key, now);
        return key;
    }

    private async ValueTask MarkUsedAsync(ApiKey key, DateTimeOffset now)
    {
        if (key.LastUsedAt is { } last && now - last < UsePrecision)
            return;
        await store.TouchAsync(key.Id, now);
        Remember(key with { LastUsedAt = now }, now);
    }

    private async ValueTask ReplaceAsync(ApiKey key)
    {
        await store.ReplaceAsync(key);
        Remember(key, clock.Now);
    }

    private void Remember(ApiKey key, DateTimeOffset now)
    {
        if (_known.Count >= MostRemembered)
            _known.Clear();
        _known[key.Id] = (key, now);
    }

    private static async ValueTask<bool> Not(ValueTask<bool> question) => !await question;

    private static readonly ApiKey Nobody = new()
    {
        Id = "",
        Name = "",
        Scopes = [],
        SecretFingerprint = Ids.Fingerprint(""),
        SigningSecret = "",
        CreatedAt = default,
    };
}
