namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>The judge is judged: each fault that is planted must be found, and a right run must be let pass .</summary>
public sealed class ChatCheckerTests
{
    [Fact(DisplayName = "R-39 A right run passes: unanswered lines may be there or not, a repeated try counts once")]
    public void A_right_run_passes()
    {
        var (log, stored) = Run();
        Assert.Empty(ChatChecker.Check(log, stored));
    }

    [Fact(DisplayName = "R-39 Planted loss is found")]
    public void Loss_is_found()
    {
        var (log, stored) = Run();
        stored.RemoveAt(stored.Count - 1);
        Assert.Equal([ChatFault.Lost], Faults(log, stored));
    }

    [Fact(DisplayName = "R-39 A planted duplicate is found, in the store and before a reader")]
    public void A_duplicate_is_found()
    {
        var (log, stored) = Run();
        stored.Add(stored[0] with { Sequence = 5 });
        Assert.Equal([ChatFault.Twice], Faults(log, stored));
        (log, stored) = Run();
        log.Add(log.Last(record => record.Deed == ChatDeed.Read) with { At = 100, Sequence = 5 });
        Assert.Contains(ChatFault.Twice, Faults(log, stored));
    }

    [Fact(DisplayName = "R-39 A planted change of order is found: in the store, before a reader, and a hole")]
    public void A_change_of_order_is_found()
    {
        var (log, stored) = Run();
        (stored[0], stored[3]) = (stored[0] with { Sequence = 4 }, stored[3] with { Sequence = 1 });
        Assert.Equal([ChatFault.OutOfOrder], Faults(log.Where(record => record.Deed != ChatDeed.Read), stored));
        (log, stored) = Run();
        var read = log.FindIndex(record => record.Deed == ChatDeed.Read);
        (log[read], log[read + 1]) = (log[read + 1], log[read]);
        Assert.Equal([ChatFault.OutOfOrder], Faults(log, stored));
        (log, stored) = Run();
        log.RemoveAt(log.FindIndex(record => record is { Deed: ChatDeed.Read, Sequence: 2 }));
        Assert.Equal([ChatFault.OutOfOrder], Faults(log, stored));
    }

    [Fact(DisplayName = "R-39 A planted phantom is found, also one that differs by a letter")]
    public void A_phantom_is_found()
    {
        var (log, stored) = Run();
        stored.Add(new("a", 5, "nobody said this"));
        Assert.Equal([ChatFault.Phantom], Faults(log, stored));
        (log, stored) = Run();
        stored[1] = stored[1] with { Content = stored[1].Content + "!" };
        Assert.Equal([ChatFault.Lost, ChatFault.Phantom], Faults(log, stored));
    }

    private static IEnumerable<ChatFault> Faults(IEnumerable<ChatRecord> log, List<StoredLine> stored) =>
        ChatChecker.Check([.. log], stored).Select(finding => finding.Fault).Distinct().Order();

    /// <summary>Four lines of two people; the third was tried twice, a fifth was never answered and is not there.</summary>
    private static (List<ChatRecord> Log, List<StoredLine> Stored) Run() => (
    [
        new(1, ChatDeed.Invoke, "ann", "a", "1", "one"),
        new(2, ChatDeed.Acknowledged, "ann", "a", "1", "one"),
        new(3, ChatDeed.Invoke, "bob", "a", "1", "two"),
        new(4, ChatDeed.Acknowledged, "bob", "a", "1", "two"),
        new(5, ChatDeed.Invoke, "ann", "a", "2", "three"),
        new(6, ChatDeed.Unanswered, "ann", "a", "2", "three"),
        new(7, ChatDeed.Invoke, "ann", "a", "2", "three"),
        new(8, ChatDeed.Acknowledged, "ann", "a", "2", "three"),
        new(9, ChatDeed.Invoke, "bob", "a", "2", "five"),
        new(10, ChatDeed.Unanswered, "bob", "a", "2", "five"),
        new(11, ChatDeed.Invoke, "ann", "a", "3", "four"),
        new(12, ChatDeed.Acknowledged, "ann", "a", "3", "four"),
        new(13, ChatDeed.Read, "eve", "a", "", "one", 1),
        new(14, ChatDeed.Read, "eve", "a", "", "two", 2),
        new(15, ChatDeed.Read, "eve", "a", "", "three", 3),
        new(16, ChatDeed.Read, "eve", "a", "", "four", 4),
    ],
    [new("a", 1, "one"), new("a", 2, "two"), new("a", 3, "three"), new("a", 4, "four")]);
}
