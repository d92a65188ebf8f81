using System.Globalization;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Of events that are word for word the same, ten in a second are written; a line a minute says how many were not (L23).</summary>
internal sealed class LogRepetition
{
    private const int PerSecond = 10;
    private const int MostRemembered = 4096;
    private static readonly TimeSpan Summary = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(int EventId, string Message), Count> _counts = [];
    private DateTimeOffset _nextLook;

    public bool Allows(DateTimeOffset now, int eventId, string message)
    {
        lock (_gate)
        {
            if (!_counts.TryGetValue((eventId, message), out var count))
            {
                if (_counts.Count >= MostRemembered)
                    Forget(now);
                _counts[(eventId, message)] = count = new Count { Second = now };
            }
            if (now - count.Second >= TimeSpan.FromSeconds(1))
                (count.Second, count.Written) = (now, 0);
            if (count.Written++ < PerSecond)
                return true;
            if (count.Kept++ == 0)
                count.KeptSince = now;
            return false;
        }
    }

    /// <summary>Lines that say what was kept back, once their minute is over; asked for with each event, and empty nearly always.</summary>
    public IReadOnlyList<string> Due(DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now < _nextLook)
                return [];
            _nextLook = now + TimeSpan.FromSeconds(1);
            var lines = new List<string>();
            foreach (var ((_, message), count) in _counts)
            {
                if (count.Kept == 0 || now - count.KeptSince < Summary)
                    continue;
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{count.Kept} more times: {message}"));
                count.Kept = 0;
            }
            return lines;
        }
    }

    /// <summary>What was not seen for a second and owes no line goes; if that is nobody, all go, and are counted anew.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var key in _counts.Where(entry => entry.Value.Kept == 0 && now - entry.Value.Second >= TimeSpan.FromSeconds(1)).Select(entry => entry.Key).ToList())
            _counts.Remove(key);
        if (_counts.Count >= MostRemembered)
            _counts.Clear();
    }

    private sealed class Count
    {
        public DateTimeOffset Second { get; set; }

        public int Written { get; set; }

        public long Kept { get; set; }

        public DateTimeOffset KeptSince { get; set; }
    }
}
