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

    [Fact(DisplayName = "R-39 A wire that does not show one's own lines, shows the past again on coming in and misses what was said while away is right")]
    public void Coming_again_is_right()
    {
        var (log, stored) = Wires();
        Assert.Empty(ChatChecker.Check(log, stored));
    }

    [Theory(DisplayName = "R-39 Planted faults of wires that come again are found: a hole, twice, not committed, another id, late, the end missing, one's own missing")]
    [InlineData("hole", ChatFault.OutOfOrder)]
    [InlineData("twice", ChatFault.Twice)]
    [InlineData("uncommitted", ChatFault.Lost)]
    [InlineData("id", ChatFault.Twice)]
    [InlineData("late", ChatFault.Lost)]
    [InlineData("end", ChatFault.Lost)]
    [InlineData("own", ChatFault.OutOfOrder)]
    public void Faults_of_wires_are_found(string fault, ChatFault found)
    {
        var (log, stored) = Wires();
        int Find(string client, string content) => log.FindLastIndex(record => record is { Deed: ChatDeed.Read } && record.Client == client && record.Content == content);
        switch (fault)
        {
            case "hole": log.RemoveAt(Find("sip", "three")); break;
            case "twice": log.Insert(Find("msrp", "six"), log[Find("msrp", "three")]); break;
            case "uncommitted": stored.RemoveAt(stored.Count - 1); break;
            case "id": log[Find("xmpp", "three")] = log[Find("xmpp", "three")] with { LineId = "m9" }; break;
            case "late": log.RemoveAt(Find("late", "five")); break;
            case "end": log.RemoveAt(Find("xmpp", "six")); break;
            case "own": log.RemoveAt(Find("xmpp", "four")); break;
        }
        Assert.Contains(found, Faults(log, stored));
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

    /// <summary>
    /// Six lines. The phone writes two and five and is not shown them; the MSRP client comes in twice and is shown the past again; the XMPP
    /// client writes four, whose answer is lost, and is reminded of it; somebody comes in before five is begun.
    /// </summary>
    private static (List<ChatRecord> Log, List<StoredLine> Stored) Wires()
    {
        var (log, at) = (new List<ChatRecord>(), 0);
        void Note(ChatDeed deed, string client, string content = "", bool hearsOwn = true) =>
            log.Add(new(++at, deed, client, "a", deed == ChatDeed.Read && client == "xmpp" ? IdOf(content) : "", content, HearsOwn: hearsOwn));
        void Say(string client, string content, params string[] readers)
        {
            Note(ChatDeed.Invoke, client, content);
            Array.ForEach(readers, reader => Note(ChatDeed.Read, reader, content));
            Note(content == "four" ? ChatDeed.Unanswered : ChatDeed.Acknowledged, client, content);
        }
        Note(ChatDeed.Entered, "sip", hearsOwn: false);
        Note(ChatDeed.Entered, "msrp", hearsOwn: false);
        Note(ChatDeed.Entered, "xmpp");
        Say("hub", "one", "sip", "msrp", "xmpp");
        Say("sip", "two", "msrp", "xmpp");
        Note(ChatDeed.Entered, "msrp", hearsOwn: false);
        Array.ForEach(["one", "two"], past => Note(ChatDeed.Read, "msrp", past));
        Say("hub", "three", "sip", "msrp", "xmpp");
        Say("xmpp", "four", "sip", "msrp", "xmpp");
        Note(ChatDeed.Entered, "late", hearsOwn: false);
        Say("sip", "five", "msrp", "xmpp", "late");
        Note(ChatDeed.Invoke, "xmpp", "four");
        Note(ChatDeed.Reminded, "xmpp", "four");
        Note(ChatDeed.Acknowledged, "xmpp", "four");
        Say("hub", "six", "sip", "msrp", "xmpp", "late");
        Array.ForEach(["sip", "msrp", "xmpp", "late"], reader => Note(ChatDeed.Left, reader));
        string[] lines = ["one", "two", "three", "four", "five", "six"];
        return (log, [.. lines.Select((line, i) => new StoredLine("a", i + 1, line, IdOf(line)))]);

        static string IdOf(string content) => "m" + content;
    }
}
