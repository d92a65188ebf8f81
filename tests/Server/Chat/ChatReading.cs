namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>
/// Judges what one reader of one room was shown, session by session (reliability §6, C3 and C6): the one order of the room, rising,
/// without a hole from the first line to the last, nothing twice, and nothing left out that was begun while the reader was inside.
/// </summary>
internal sealed class ChatReading(string client, string room, IReadOnlyDictionary<string, long> numbers, IReadOnlyCollection<ChatRecord> begun)
{
    private readonly HashSet<long> _own = [.. begun.Where(one => one.Client == client && numbers.ContainsKey(one.Content)).Select(one => numbers[one.Content])];
    private readonly HashSet<string> _shown = new(StringComparer.Ordinal);
    private bool _hearsOwn = true;
    private long _last;
    private long? _due;

    public IEnumerable<ChatFinding> Judge(IEnumerable<ChatRecord> log)
    {
        foreach (var record in log)
        {
            if (record.Deed == ChatDeed.Entered)
                Enter(record);
            else if ((record.Deed == ChatDeed.Left ? Leave() : Show(record)) is { } finding)
                yield return finding;
        }
    }

    private void Enter(ChatRecord record)
    {
        (_hearsOwn, _last) = (record.HearsOwn, 0);
        _due = begun.Where(one => one.At > record.At && numbers.ContainsKey(one.Content)).Select(one => (long?)numbers[one.Content]).Where(number => MustSee(number!.Value)).Min();
        _shown.Clear();
    }

    private ChatFinding? Show(ChatRecord record)
    {
        var isKnown = numbers.TryGetValue(record.Content, out var right);
        var number = record.Sequence > 0 ? record.Sequence : right;
        if (number == 0 || (record.Deed == ChatDeed.Reminded && (_last == 0 || number <= _last)))
            return null; // what is not in the store at all is said elsewhere
        var (last, first) = (_last, _last == 0);
        _last = number;
        if (!_shown.Add(record.Content))
            return new(ChatFault.Twice, $"{room}: {client} was shown “{record.Content}” twice");
        if (isKnown && right != number)
            return new(ChatFault.OutOfOrder, $"{room}: {client} was shown {right} as {number}");
        if (first)
            return _due < number ? new(ChatFault.Lost, $"{room}: {client} was shown {number} first and came in before {_due} was begun") : null;
        if (number <= last)
            return new(ChatFault.OutOfOrder, $"{room}: {client} was shown {number} after {last}");
        for (var between = last + 1; between < number; between++)
        {
            if (MustSee(between))
                return new(ChatFault.OutOfOrder, $"{room}: {client} was shown {number} after {last}, at {record.At:0}");
        }
        return null;
    }

    private ChatFinding? Leave()
    {
        var newest = numbers.Values.Where(MustSee).DefaultIfEmpty().Max();
        return _last < newest ? new(ChatFault.Lost, $"{room}: {client} was there to the end and was shown nothing after {_last}; the last is {newest}") : null;
    }

    private bool MustSee(long number) => _hearsOwn || !_own.Contains(number);
}
