using System.Collections.Concurrent;

namespace Sylk.Conference.Rooms;

/// <summary>Used tokens of this process. When a million are open at once, single-use tokens are refused rather than forgotten.</summary>
public sealed class MemoryUsedTokens(RoomClock clock) : IUsedTokens
{
    private const int Most = 1_000_000;
    private static readonly TimeSpan Sweep = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string, string), DateTimeOffset> _used = new();
    private readonly Lock _gate = new();
    private DateTimeOffset _sweptAt;

    public ValueTask<bool> TryUseAsync(string issuer, string tokenId, DateTimeOffset expiry, CancellationToken cancellation = default)
    {
        Forget();
        return new(_used.Count < Most && _used.TryAdd((issuer, tokenId), expiry));
    }

    private void Forget()
    {
        var now = clock.Now;
        lock (_gate)
        {
            if (now - _sweptAt < Sweep)
                return;
            _sweptAt = now;
        }
        foreach (var (key, expiry) in _used)
        {
            if (expiry <= now)
                _used.TryRemove(key, out _);
        }
    }
}
