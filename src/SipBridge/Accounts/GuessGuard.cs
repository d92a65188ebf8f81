using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Attack TS-10: five wrong passwords in a minute of one account from one address lock that pair for 30 s, doubling to an hour; others,
/// and the same account from elsewhere, go on. Pairs are remembered up to a number, the oldest go first.
/// </summary>
internal sealed class GuessGuard
{
    private const int MostWrong = 5;
    private const int MostKept = 10_000;
    private const int MostDoublings = 7;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Record> _records = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <returns>How long it is still locked; zero: not.</returns>
    public TimeSpan LeftFor(Instant now, string pair) =>
        _records.TryGetValue(pair, out var record) && record.LockedUntil > now ? record.LockedUntil - now : TimeSpan.Zero;

    public void Wrong(Instant now, string pair)
    {
        if (!_records.TryGetValue(pair, out var record))
        {
            record = new(0, now, 0, now);
            _order.Enqueue(pair);
            while (_order.Count > MostKept)
                _records.Remove(_order.Dequeue());
        }
        record = now - record.Since > Window ? record with { Count = 1, Since = now } : record with { Count = record.Count + 1 };
        if (record.Count >= MostWrong)
        {
            var length = FirstLock * Math.Pow(2, record.Locks);
            record = new(0, now, Math.Min(record.Locks + 1, MostDoublings), now + (length < Longest ? length : Longest));
        }
        _records[pair] = record;
    }

    public void Right(string pair) => _records.Remove(pair);

    private readonly record struct Record(int Count, Instant Since, int Locks, Instant LockedUntil);
}
