namespace Sylk.Conference.Server.Tests.Chat;

public enum ChatFault { Lost, Twice, OutOfOrder, Phantom }

public sealed record ChatFinding(ChatFault Fault, string What);

/// <summary>
/// Judges a run by its log and what the store holds in the end, and knows nothing else (reliability §6, C1 to C5). Every line
/// of a run has a text of its own, so that a text says which line it is.
/// </summary>
public static class ChatChecker
{
    public static IReadOnlyList<ChatFinding> Check(IReadOnlyCollection<ChatRecord> log, IReadOnlyCollection<StoredLine> stored) =>
    [
        .. Lost(log, stored), .. Twice(log, stored), .. Holes(stored), .. Readers(log, stored), .. AgainstTime(log, stored), .. Phantoms(log, stored),
    ];

    /// <summary>C1: what was acknowledged is there, word for word.</summary>
    private static IEnumerable<ChatFinding> Lost(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var there = stored.Select(line => (line.Room, line.Content)).ToHashSet();
        return log.Where(record => record.Deed == ChatDeed.Acknowledged && !there.Contains((record.Room, record.Content)))
            .Select(record => new ChatFinding(ChatFault.Lost, $"{record.Room}: {record.LineId} was acknowledged at {record.At:0} and is not there"));
    }

    /// <summary>C2, C5: no line is there twice, whatever became of its sender's tries, and nobody is shown one under two numbers.</summary>
    private static IEnumerable<ChatFinding> Twice(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var inStore = stored.GroupBy(line => (line.Room, line.Content)).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key.Room}: “{same.Key.Content}” is there {same.Count()} times");
        var shown = log.Where(record => record.Deed == ChatDeed.Read).GroupBy(record => (record.Client, record.Room, record.Content))
            .Where(same => same.Count() > 1).Select(same => $"{same.Key.Room}: {same.Key.Client} was shown “{same.Key.Content}” {same.Count()} times");
        return inStore.Concat(shown).Select(what => new ChatFinding(ChatFault.Twice, what));
    }

    /// <summary>C3: numbers are 1, 2, 3 … without a hole.</summary>
    private static IEnumerable<ChatFinding> Holes(IEnumerable<StoredLine> stored) =>
        from room in stored.GroupBy(line => line.Room)
        let numbers = room.Select(line => line.Sequence).Order().ToArray()
        from i in Enumerable.Range(0, numbers.Length)
        where numbers[i] != i + 1 && (i == 0 || numbers[i] != numbers[i - 1] + 1)
        select new ChatFinding(ChatFault.OutOfOrder, $"{room.Key}: {numbers[i]} follows {(i == 0 ? 0 : numbers[i - 1])}");

    /// <summary>C3: every reader is shown the one order of the room, rising and, once begun, without a hole.</summary>
    private static IEnumerable<ChatFinding> Readers(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var number = stored.GroupBy(line => (line.Room, line.Content)).ToDictionary(same => same.Key, same => same.First().Sequence);
        foreach (var reading in log.Where(record => record.Deed == ChatDeed.Read).GroupBy(record => (record.Client, record.Room)))
        {
            var last = 0L;
            foreach (var record in reading)
            {
                if (number.TryGetValue((record.Room, record.Content), out var right) && right != record.Sequence)
                    yield return new(ChatFault.OutOfOrder, $"{record.Room}: {record.Client} was shown {right} as {record.Sequence}");
                if (last > 0 && record.Sequence != last + 1)
                    yield return new(ChatFault.OutOfOrder, $"{record.Room}: {record.Client} was shown {record.Sequence} after {last}");
                last = record.Sequence;
            }
        }
    }

    /// <summary>C3: what was begun after something had been acknowledged comes after it.</summary>
    private static IEnumerable<ChatFinding> AgainstTime(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var number = stored.GroupBy(line => (line.Room, line.Content)).ToDictionary(same => same.Key, same => same.First().Sequence);
        var highest = new Dictionary<string, long>();
        var begun = new Dictionary<(string, string), long>();
        foreach (var record in log.OrderBy(record => record.At))
        {
            if (!number.TryGetValue((record.Room, record.Content), out var sequence))
                continue;
            if (record.Deed == ChatDeed.Invoke)
                begun.TryAdd((record.Room, record.Content), highest.GetValueOrDefault(record.Room));
            if (record.Deed != ChatDeed.Acknowledged)
                continue;
            if (begun.GetValueOrDefault((record.Room, record.Content)) > sequence)
                yield return new(ChatFault.OutOfOrder, $"{record.Room}: {record.LineId} has {sequence} and was begun after a later number was acknowledged");
            highest[record.Room] = Math.Max(highest.GetValueOrDefault(record.Room), sequence);
        }
    }

    /// <summary>C4: nothing is there, or shown, that nobody tried to say.</summary>
    private static IEnumerable<ChatFinding> Phantoms(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var tried = log.Where(record => record.Deed == ChatDeed.Invoke).Select(record => (record.Room, record.Content)).ToHashSet();
        return stored.Select(line => (line.Room, line.Content))
            .Concat(log.Where(record => record.Deed == ChatDeed.Read).Select(record => (record.Room, record.Content)))
            .Where(line => !tried.Contains(line)).Distinct()
            .Select(line => new ChatFinding(ChatFault.Phantom, $"{line.Room}: nobody said “{line.Content}”"));
    }
}
