using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Auth;

/// <summary>Where API keys are kept.</summary>
internal interface IKeyStore
{
    ValueTask<bool> AnyAsync(CancellationToken cancellation = default);

    ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellation = default);

    ValueTask AddAsync(ApiKey key, CancellationToken cancellation = default);

    /// <summary>Takes up a code for the first key, beside those of other nodes.</summary>
    /// <param name="code">Its fingerprint.</param>
    /// <param name="expiry">When it is worth nothing any more.</param>
    ValueTask OfferFirstAsync(string code, DateTimeOffset expiry, CancellationToken cancellation = default);

    /// <summary>Adds the first key: once, whatever comes at the same time on whatever node. All codes are used with it.</summary>
    /// <returns>False when the code is none that was offered, is too old, or there is a key.</returns>
    ValueTask<bool> TryAddFirstAsync(ApiKey key, string code, DateTimeOffset now, CancellationToken cancellation = default);

    /// <summary>Replaces the key of the same id; nothing happens when there is none.</summary>
    ValueTask ReplaceAsync(ApiKey key, CancellationToken cancellation = default);

    /// <summary>Notes the use of a key and nothing else, so that a key revoked meanwhile stays so.</summary>
    ValueTask TouchAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation = default);

    /// <summary>Newest first.</summary>
    ValueTask<StoredPage<ApiKey>> ListAsync(string? cursor, int limit, CancellationToken cancellation = default);
}

/// <summary>Keys that live as long as the process (<c>Storage:Mode=memory</c>).</summary>
internal sealed class MemoryKeyStore : IKeyStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, ApiKey> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _firstCodes = new(StringComparer.Ordinal);

    public ValueTask<bool> AnyAsync(CancellationToken cancellation = default)
    {
        lock (_gate)
            return new(_keys.Count > 0);
    }

    public ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellation = default)
    {
        lock (_gate)
            return new(_keys.GetValueOrDefault(id));
    }

    public ValueTask AddAsync(ApiKey key, CancellationToken cancellation = default)
    {
        lock (_gate)
            _keys.Add(key.Id, key);
        return default;
    }

    public ValueTask OfferFirstAsync(string code, DateTimeOffset expiry, CancellationToken cancellation = default)
    {
        lock (_gate)
            _firstCodes[code] = expiry;
        return default;
    }

    public ValueTask<bool> TryAddFirstAsync(ApiKey key, string code, DateTimeOffset now, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (_keys.Count > 0 || !_firstCodes.TryGetValue(code, out var expiry) || expiry <= now)
                return new(false);
            _firstCodes.Clear();
            _keys.Add(key.Id, key);
            return new(true);
        }
    }

    public ValueTask ReplaceAsync(ApiKey key, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (_keys.ContainsKey(key.Id))
                _keys[key.Id] = key;
        }
        return default;
    }

    public ValueTask TouchAsync(string id, DateTimeOffset usedAt, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (_keys.TryGetValue(id, out var key))
                _keys[id] = key with { LastUsedAt = usedAt };
        }
        return default;
    }

    public ValueTask<StoredPage<ApiKey>> ListAsync(string? cursor, int limit, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            var rest = _keys.Values.Reverse().Where(key => cursor is null || string.CompareOrdinal(key.Id, cursor) < 0).Take(limit + 1).ToArray();
            return new(new StoredPage<ApiKey>([.. rest.Take(limit)], rest.Length > limit ? rest[limit - 1].Id : null));
        }
    }
}
