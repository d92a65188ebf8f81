namespace Sylk.Conference.Rooms.Tests;

public sealed class ChatRulesTests
{
    private readonly RoomBench _room = new();
    private readonly string _host;
    private readonly string _bob;
    private readonly string _carol;
    private int _serial;

    public ChatRulesTests() => (_host, _bob, _carol) = (_room.Join(), _room.Join(), _room.Join(identity: "carol@example.org"));

    [Fact(DisplayName = "C3 Lines are numbered 1, 2, 3 and their time never goes back")]
    public void Lines_are_numbered()
    {
        Say(_host, "one");
        _room.Wait(-3_600);
        Say(_bob, "two", to: _carol);
        Say(_carol, "three");
        var lines = Lines("carol@example.org");
        Assert.Equal([1L, 2L, 3L], lines.Select(line => line.Sequence));
        Assert.Equal(lines.Select(line => line.Timestamp).Order(), lines.Select(line => line.Timestamp));
    }

    [Fact(DisplayName = "C2 The same sender and client id is one line; another sender's is another")]
    public void A_repeated_line_is_one()
    {
        Say(_host, "hello", clientId: "c1");
        Say(_host, "hello again", clientId: "c1");
        Say(_bob, "hi", clientId: "c1");
        Assert.Equal(["hello", "hi"], Lines(null).Select(line => line.Content));
    }

    [Fact(DisplayName = "TW-09 A private line is for two, is no fact for others and no part of their history")]
    public void A_private_line_is_for_two()
    {
        Say(_host, "public");
        var rev = _room.State.Rev;
        Say(_bob, "between us", to: _carol);
        var item = _room.Last<ChatSaid>();
        Assert.Equal((rev, false, false), (_room.State.Rev, item.IsFact, item.IsForAll));
        Assert.Equal([_bob, _carol], new[] { _host, _bob, _carol }.Where(item.IsFor));
        Assert.Equal(["public"], Lines(_room[_host].Identity).Select(line => line.Content));
        Assert.Equal(["public", "between us"], Lines("carol@example.org").Select(line => line.Content));
        Assert.Equal(["public", "between us"], Lines(_room[_bob].Identity).Select(line => line.Content));
    }

    [Fact(DisplayName = "TW-09 Who comes after somebody under the same participant's name reads nothing of theirs")]
    public void Private_lines_follow_the_identity()
    {
        Say(_bob, "to carol", to: _carol);
        _room.Do(new Leave(_carol));
        var again = _room.Join(identity: "carol@example.org");
        var stranger = _room.Join();
        Assert.Single(Lines(_room[again].Identity));
        Assert.Empty(Lines(_room[stranger].Identity));
    }

    [Fact(DisplayName = "L17 Thirty lines at once, then ten a second; others are not held up")]
    public void A_sender_is_limited()
    {
        for (var i = 0; i < 30; i++)
            Assert.Null(Say(_bob, $"line {i}"));
        Assert.Equal(ErrorCodes.RateLimited, Say(_bob, "too many"));
        Assert.Null(Say(_carol, "may speak"));
        _room.Wait(0.5);
        for (var i = 0; i < 5; i++)
            Assert.Null(Say(_bob, $"later {i}"));
        Assert.Equal(ErrorCodes.RateLimited, Say(_bob, "too many"));
    }

    [Fact(DisplayName = "LO-5 The sixth time within ten seconds one says the same they are not heard for a minute; others are")]
    public void Who_repeats_themselves_is_silenced()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Null(Say(_bob, "Thank you for your message."));
            Assert.Null(Say(_carol, "Thank you for your message."));
            _room.Wait(1);
        }
        Say(_bob, "Thank you for your message.");
        Assert.Equal(10, Lines(null).Count);
        Assert.Equal(ErrorCodes.RateLimited, Say(_bob, "something else"));
        Assert.Null(Say(_carol, "hello"));
        _room.Wait(61);
        Assert.Null(Say(_bob, "something else"));
    }

    [Fact(DisplayName = "LO-5 The same again and again, but slowly, is a habit and no loop")]
    public void Slow_repetition_is_allowed()
    {
        for (var i = 0; i < 20; i++)
        {
            Assert.Null(Say(_bob, "+1"));
            _room.Wait(2.1);
        }
        Assert.Equal(20, Lines(null).Count);
    }

    [Fact]
    public void Only_the_author_and_moderators_take_a_line_back()
    {
        var line = Id(() => Say(_bob, "oops"));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new DeleteChat(_carol, line)));
        Assert.Null(_room.Do(new DeleteChat(_bob, line)));
        Assert.Equal(("", true, 1L), (Lines(null)[0].Content, Lines(null)[0].Deleted, Lines(null)[0].Sequence));
        var other = Id(() => Say(_bob, "rude"));
        Assert.Null(_room.Do(new DeleteChat(_host, other)));
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new DeleteChat(_host, "msg_unknown")));
    }

    [Fact(DisplayName = "TW-09 A moderator cannot find, nor take back, a private line of others")]
    public void Others_private_lines_are_unknown()
    {
        var line = Id(() => Say(_bob, "secret", to: _carol));
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new DeleteChat(_host, line)));
        Assert.Null(_room.Do(new DeleteChat(_carol, Id(() => Say(_carol, "mine", to: _bob)))));
    }

    [Fact]
    public void Who_may_not_write_is_refused_and_where_there_is_no_chat_everybody_is()
    {
        _room.Do(new SetCaps(_host, _bob, Caps.React));
        Assert.Equal(ErrorCodes.CapabilityMissing, Say(_bob, "hello"));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTyping(_bob, true, null)));
        _room.Do(new UpdateRoom(_host) { Features = new(Chat: false) });
        Assert.Equal(ErrorCodes.CapabilityMissing, Say(_host, "hello"));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTyping(_host, true, null)));
        Assert.Empty(Lines(null));
    }

    [Fact(DisplayName = "TW-04 Nobody outside says anything")]
    public void A_stranger_says_nothing()
    {
        Assert.Equal(ErrorCodes.CapabilityMissing, Say("pt_stranger", "hello"));
        Assert.Equal(ErrorCodes.ValidationFailed, Say(_host, "hello", to: "pt_stranger"));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new SetTyping("pt_stranger", true, null)));
    }

    [Fact]
    public void Typing_is_told_to_others_and_kept_nowhere()
    {
        var (history, rev) = (_room.History.Count, _room.State.Rev);
        _room.Do(new SetTyping(_bob, true, _carol));
        var told = _room.Last<TypingChanged>();
        Assert.Equal((false, false, true), (told.IsFor(_bob), told.IsFor(_host), told.IsFor(_carol)));
        Assert.IsType<Told>(Assert.Single(_room.History.Skip(history)));
        Assert.Equal(rev, _room.State.Rev);
    }

    [Fact]
    public void An_action_is_marked_whoever_spells_it()
    {
        Say(_bob, "/me waves");
        var line = Lines(null)[^1];
        Assert.Equal(("waves", true), (line.Content, line.Action));
    }

    [Fact]
    public void Memory_is_bounded_in_lines_and_in_size()
    {
        for (var i = 0; i < 400; i++)
        {
            Assert.Null(Say(_bob, $"{i:D4}" + new string('x', 8_188)));
            _room.Wait(0.2);
        }
        var kept = _room.State.Chat.Page(null, long.MaxValue, 1_000);
        Assert.InRange(kept.Length, 100, 128);
        Assert.Equal((400L, _room.State.Chat.FirstKept), (kept[^1].Sequence, kept[0].Sequence));
    }

    [Theory(DisplayName = "TW-12 What is no line is refused at the door")]
    [InlineData("", "text/plain", "c", null)]
    [InlineData(" ", "text/plain", "c", null)]
    [InlineData("a\0b", "text/plain", "c", null)]
    [InlineData("broken \ud800 half", "text/plain", "c", null)]
    [InlineData("hello", "text/html", "c", null)]
    [InlineData("hello", "text/plain", "", null)]
    [InlineData("hello", "text/plain", "a b", null)]
    [InlineData("hello", "text/plain", "c", "<id>")]
    public void What_is_no_line_is_refused(string content, string type, string clientId, string? replyTo) =>
        Assert.NotNull(ChatText.Complain(content, type, clientId, replyTo));

    [Fact(DisplayName = "L17 64 KiB are a line, one byte more is none")]
    public void A_line_has_a_limit()
    {
        Assert.Null(ChatText.Complain(new string('é', 32 * 1024), "text/markdown", "c", "msg_1"));
        Assert.NotNull(ChatText.Complain(new string('é', 32 * 1024) + "x", "text/plain", "c", null));
    }

    private string? Say(string who, string text, string? to = null, string? clientId = null) => _room.Do(new PostChat
    {
        ParticipantId = who,
        MessageId = $"msg_{_serial++:D4}",
        ClientId = clientId ?? $"c{_serial}",
        Content = text,
        To = to,
    });

    private string Id(Func<string?> say)
    {
        Assert.Null(say());
        return _room.Last<ChatSaid>().Message.Id;
    }

    private List<ChatMessage> Lines(string? reader) => [.. _room.State.Chat.Page(reader, long.MaxValue, 100)];
}
