namespace Sylk.Conference.Rooms;

/// <summary>
/// Limit L18: five wrong passcodes of one source lock it for 30 s, doubling to an hour; after thirty wrong ones in an hour, whoever
/// they came from, none is looked at any more. A try counts against both from the moment it begins.
/// </summary>
/// <param name="mostOfAll">Wrong ones in an hour from all sources together.</param>
internal sealed class PasscodeGuard(int mostOfAll = PasscodeGuard.MostOfAll)
{
    public const int MostOfOne = 5;
    public const int MostOfAll = 30;

    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestTry = TimeSpan.FromSeconds(10);

    private readonly Queue<DateTimeOffset> _wrong = new();
    private readonly List<(string Source, DateTimeOffset At)> _open = [];
    private readonly Dictionary<string, Record> _sources = [];

    public PasscodeChance Begin(string source, string hash, DateTimeOffset now)
    {
        Forget(now);
        var record = _sources.GetValueOrDefault(source);
        if (record.LockedUntil > now)
            return Later(record.LockedUntil - now);
        if (_wrong.Count + _open.Count >= mostOfAll)
            return new(null, hash, Unchecked: true);
        if (record.Wrong + _open.Count(attempt => attempt.Source == source) >= MostOfOne)
            return Later(TimeSpan.FromSeconds(1));
        _open.Add((source, now));
        return new(null, hash, Unchecked: false);
    }

    public void End(string source, bool right, DateTimeOffset now)
    {
        var at = _open.FindIndex(attempt => attempt.Source == source);
        if (at < 0)
            return;
        _open.RemoveAt(at);
        if (right)
            _sources.Remove(source);
        else
            CountWrong(source, now);
    }

    private void CountWrong(string source, DateTimeOffset now)
    {
        _wrong.Enqueue(now);
        var record = _sources.GetValueOrDefault(source);
        record = record with { Wrong = record.Wrong + 1, LastAt = now };
        if (record.Wrong >= MostOfOne)
        {
            var length = FirstLock * Math.Pow(2, record.Locks);
            record = new(0, Math.Min(record.Locks + 1, 7), now + (length < Window ? length : Window), now);
        }
        _sources[source] = record;
    }

    /// <summary>What is older than an hour is forgotten; a try whose door never came back counts as wrong.</summary>
    private void Forget(DateTimeOffset now)
    {
        while (_wrong.TryPeek(out var oldest) && oldest + Window <= now)
            _wrong.Dequeue();
        foreach (var (source, _) in _open.FindAll(attempt => attempt.At + LongestTry <= now))
            End(source, right: false, now);
        foreach (var (source, record) in _sources.ToArray())
        {
            if (record.LockedUntil + Window <= now && record.LastAt + Window <= now)
                _sources.Remove(source);
        }
    }

    private static PasscodeChance Later(TimeSpan wait) =>
        new(new Refusal(ErrorCodes.RateLimited, "Too many wrong passcodes.", (int)Math.Ceiling(wait.TotalMilliseconds)), "", false);

    private readonly record struct Record(int Wrong, int Locks, DateTimeOffset LockedUntil, DateTimeOffset LastAt);
}
