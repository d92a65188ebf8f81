namespace Sylk.Conference.Server.Api;

/// <summary>Replies in memory, at most 50,000 and 64 MiB; the oldest go first.</summary>
internal sealed class MemoryIdempotencyStore : IIdempotencyStore
{
    private const int MostEntries = 50_000;
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<IdempotencyKey, Entry> _entries = [];
    private readonly Queue<(IdempotencyKey Key, DateTimeOffset At)> _order = [];
    private long _bytes;

    public ValueTask<IdempotencyClaim> ClaimAsync(
        IdempotencyKey key, string fingerprint, DateTimeOffset now, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            Forget(now);
            if (_entries.TryGetValue(key, out var entry) && !entry.IsOver(now))
                return new(Judge(entry, fingerprint));
            Put(key, new Entry(fingerprint, now, null));
            return new(new IdempotencyClaim(ClaimStatus.Claimed));
        }
    }

    public ValueTask CompleteAsync(IdempotencyKey key, string fingerprint, StoredReply reply, DateTimeOffset now)
    {
        lock (_gate)
            Put(key, new Entry(fingerprint, now, reply));
        return default;
    }

    public ValueTask ReleaseAsync(IdempotencyKey key)
    {
        lock (_gate)
            Drop(key);
        return default;
    }

    private static IdempotencyClaim Judge(Entry entry, string fingerprint) =>
        entry.Fingerprint != fingerprint ? new(ClaimStatus.Mismatch)
        : entry.Reply is null ? new(ClaimStatus.InProgress)
        : new(ClaimStatus.Replay, entry.Reply);

    private void Put(IdempotencyKey key, Entry entry)
    {
        Drop(key);
        _entries[key] = entry;
        _bytes += entry.Bytes;
        _order.Enqueue((key, entry.At));
    }

    private void Drop(IdempotencyKey key)
    {
        if (_entries.Remove(key, out var entry))
            _bytes -= entry.Bytes;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_order.TryPeek(out var oldest)
            && (now - oldest.At > IdempotencyTimes.Kept || _entries.Count >= MostEntries || _bytes > MostBytes || _order.Count > 2 * MostEntries))
        {
            _order.Dequeue();
            if (_entries.TryGetValue(oldest.Key, out var entry) && entry.At == oldest.At)
                Drop(oldest.Key);
        }
    }

    private sealed record Entry(string Fingerprint, DateTimeOffset At, StoredReply? Reply)
    {
        public long Bytes => 256 + (Reply?.Body.Length ?? 0);

        public bool IsOver(DateTimeOffset now) => now - At > (Reply is null ? IdempotencyTimes.Abandoned : IdempotencyTimes.Kept);
    }
}
