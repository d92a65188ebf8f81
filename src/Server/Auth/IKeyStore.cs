using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Auth;

/// <summary>Where API keys are kept.</summary>
internal interface IKeyStore
{
    ValueTask<bool> AnyAsync(CancellationToken cancellation = default);

    ValueTask<ApiKey?> FindAsync(string id, CancellationToken cancellation = default);

    ValueTask AddAsync(ApiKey key, CancellationToken cancellation = default);

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
