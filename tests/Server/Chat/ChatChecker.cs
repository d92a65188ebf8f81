namespace Sylk.Conference.Server.Tests.Chat;

public enum ChatFault { Lost, Twice, OutOfOrder, Phantom }

public sealed record ChatFinding(ChatFault Fault, string What);

/// <summary>
/// Judges a run by its log and what the store holds in the end, and knows nothing else (reliability §6, C1 to C6). Every line
/// of a run has a text of its own, so that a text says which line it is.
/// </summary>
public static class ChatChecker
{
    public static IReadOnlyList<ChatFinding> Check(IReadOnlyCollection<ChatRecord> log, IReadOnlyCollection<StoredLine> stored) =>
    [
        .. Lost(log, stored), .. ShownInVain(log, stored), .. Twice(stored), .. Holes(stored), .. Readers(log, stored), .. AgainstTime(log, stored), .. Phantoms(log, stored),
    ];

    /// <summary>C1: what was acknowledged is there, word for word.</summary>
    private static IEnumerable<ChatFinding> Lost(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var there = stored.Select(line => (line.Room, line.Content)).ToHashSet();
        return log.Where(record => record.Deed == ChatDeed.Acknowledged && !there.Contains((record.Room, record.Content)))
            .Select(record => new ChatFinding(ChatFault.Lost, $"{record.Room}: {record.LineId} was acknowledged at {record.At:0} and is not there"));
    }

    /// <summary>What was shown to somebody had been committed, and has the same id everywhere.</summary>
    private static IEnumerable<ChatFinding> ShownInVain(IEnumerable<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var ids = stored.GroupBy(line => (line.Room, line.Content)).ToDictionary(same => same.Key, same => same.First().Id);
        foreach (var record in log.Where(record => record.Deed is ChatDeed.Read or ChatDeed.Reminded))
        {
            if (!ids.TryGetValue((record.Room, record.Content), out var id))
                yield return new(ChatFault.Lost, $"{record.Room}: {record.Client} was shown “{record.Content}”, which is not there");
            else if (id.Length > 0 && record.LineId.Length > 0 && id != record.LineId)
                yield return new(ChatFault.Twice, $"{record.Room}: {record.Client} was shown {id} as {record.LineId}");
        }
    }

    /// <summary>C2, C5: no line is there twice, whatever became of its sender's tries.</summary>
    private static IEnumerable<ChatFinding> Twice(IEnumerable<StoredLine> stored) =>
        stored.GroupBy(line => (line.Room, line.Content)).Where(same => same.Count() > 1)
            .Select(same => new ChatFinding(ChatFault.Twice, $"{same.Key.Room}: “{same.Key.Content}” is there {same.Count()} times"));

    /// <summary>C3: numbers are 1, 2, 3 … without a hole.</summary>
    private static IEnumerable<ChatFinding> Holes(IEnumerable<StoredLine> stored) =>
        from room in stored.GroupBy(line => line.Room)
        let numbers = room.Select(line => line.Sequence).Order().ToArray()
        from i in Enumerable.Range(0, numbers.Length)
        where numbers[i] != i + 1 && (i == 0 || numbers[i] != numbers[i - 1] + 1)
        select new ChatFinding(ChatFault.OutOfOrder, $"{room.Key}: {numbers[i]} follows {(i == 0 ? 0 : numbers[i - 1])}");

    /// <summary>C3, C6: every reader by itself.</summary>
    private static IEnumerable<ChatFinding> Readers(IReadOnlyCollection<ChatRecord> log, IEnumerable<StoredLine> stored)
    {
        var numbers = stored.GroupBy(line => line.Room).ToDictionary(
            room => room.Key, room => room.GroupBy(line => line.Content).ToDictionary(same => same.Key, same => same.First().Sequence));
        var begun = log.Where(record => record.Deed == ChatDeed.Invoke).GroupBy(record => record.Room).ToDictionary(
            room => room.Key, room => room.GroupBy(record => record.Content).Select(tries => tries.First()).ToList());
        return log.Where(record => record.Deed is ChatDeed.Read or ChatDeed.Entered or ChatDeed.Reminded or ChatDeed.Left)
            .GroupBy(record => (record.Client, record.Room))
            .SelectMany(one => new ChatReading(one.Key.Client, one.Key.Room, numbers.GetValueOrDefault(one.Key.Room, []), begun.GetValueOrDefault(one.Key.Room, [])).Judge(one));
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
            .Concat(log.Where(record => record.Deed is ChatDeed.Read or ChatDeed.Reminded).Select(record => (record.Room, record.Content)))
            .Where(line => !tried.Contains(line)).Distinct()
            .Select(line => new ChatFinding(ChatFault.Phantom, $"{line.Room}: nobody said “{line.Content}”"));
    }
}
