namespace Sylk.Conference.Rooms.Tests;

public sealed class ChatAmendmentsTests
{
    private readonly RoomBench _room = new();
    private readonly string _host;
    private readonly string _bob;
    private readonly string _carol;
    private int _serial;

    public ChatAmendmentsTests() => (_host, _bob, _carol) = (_room.Join(), _room.Join(), _room.Join(identity: "carol@example.org"));

    [Fact]
    public void Its_author_changes_a_line_and_everybody_is_told()
    {
        var line = Say(_bob, "helo");
        _room.Wait(3);
        var rev = _room.State.Rev;
        Assert.Null(_room.Do(new EditChat(_bob, line, "hello")));
        var told = _room.Last<ChatAmended>();
        Assert.Equal((rev + 1, true, "hello", _room.Now, 1L), (told.Rev, told.IsForAll, told.Message.Content, told.Message.EditedAt, told.Message.Sequence));
        Assert.Equal("hello", _room.Kept.Messages[^1].Content);
        Assert.Equal("hello", _room.State.Chat.Find(line)!.Content);
    }

    [Fact]
    public void The_same_words_change_nothing()
    {
        var line = Say(_bob, "hello");
        var history = _room.History.Count;
        Assert.Null(_room.Do(new EditChat(_bob, line, "hello")));
        Assert.Equal(history, _room.History.Count);
    }

    [Fact]
    public void Nobody_changes_the_words_of_another()
    {
        var line = Say(_bob, "mine");
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new EditChat(_host, line, "yours")));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new EditChat(_carol, line, "yours")));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new EditChat(PostChat.Api, line, "yours")));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new EditChat("pt_stranger", line, "yours")));
        Assert.Equal("mine", _room.State.Chat.Find(line)!.Content);
    }

    [Fact]
    public void What_was_taken_back_is_not_changed()
    {
        var line = Say(_bob, "oops");
        _room.Do(new DeleteChat(_bob, line));
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new EditChat(_bob, line, "back again")));
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new EditChat(_bob, "msg_unknown", "what")));
    }

    [Fact]
    public void Who_may_not_write_any_more_changes_nothing()
    {
        var line = Say(_bob, "hello");
        _room.Do(new SetCaps(_host, _bob, Caps.React));
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new EditChat(_bob, line, "bye")));
    }

    [Fact(DisplayName = "L17 New words count as a line")]
    public void Changes_are_limited()
    {
        var line = Say(_bob, "0");
        for (var i = 1; i < 30; i++)
            Assert.Null(_room.Do(new EditChat(_bob, line, $"{i}")));
        Assert.Equal(ErrorCodes.RateLimited, _room.Do(new EditChat(_bob, line, "too many")));
        _room.Wait(0.2);
        Assert.Null(_room.Do(new EditChat(_bob, line, "again")));
    }

    [Fact(DisplayName = "TW-09 A private line stays private when it is changed, and is no fact for others")]
    public void A_private_line_stays_private()
    {
        var line = Say(_bob, "for carol", to: _carol);
        var rev = _room.State.Rev;
        Assert.Equal(ErrorCodes.ValidationFailed, _room.Do(new EditChat(_host, line, "heard you")));
        Assert.Null(_room.Do(new EditChat(_bob, line, "for you")));
        var told = _room.Last<ChatAmended>();
        Assert.Equal((rev, false), (_room.State.Rev, told.IsFact));
        Assert.Equal([_bob, _carol], new[] { _host, _bob, _carol }.Where(told.IsFor));
    }

    [Fact]
    public void An_action_may_become_none_and_the_reverse()
    {
        var line = Say(_bob, "/me waves");
        Assert.Null(_room.Do(new EditChat(_bob, line, "waves")));
        Assert.Equal(("waves", false), Words(line));
        Assert.Null(_room.Do(new EditChat(_bob, line, "/me sits")));
        Assert.Equal(("sits", true), Words(line));
    }

    [Fact]
    public void A_line_the_room_has_forgotten_is_changed_as_stored()
    {
        var line = Say(_bob, "old");
        var stored = _room.State.Chat.Find(line)! with { Id = "msg_old", Sequence = 1 };
        Assert.Null(_room.Do(new EditChat(_bob, "msg_old", "new") { Stored = stored }));
        Assert.Equal(("msg_old", "new"), (_room.Kept.Messages[^1].Id, _room.Kept.Messages[^1].Content));
    }

    [Fact(DisplayName = "IMDN: the sender of a private line hears what became of it; nobody keeps that")]
    public void The_reader_acknowledges()
    {
        var line = Say(_bob, "psst", to: _carol);
        var rev = _room.State.Rev;
        foreach (var kind in Enum.GetValues<ReceiptKind>())
        {
            Assert.Null(_room.Do(new AcknowledgeChat(_carol, line, kind)));
            var receipt = _room.Last<ChatReceipt>();
            Assert.Equal((_bob, line, _carol, kind, rev), (receipt.To, receipt.MessageId, receipt.By, receipt.Kind, receipt.Rev));
        }
        Assert.IsType<Told>(_room.History[^1]);
    }

    [Fact(DisplayName = "TW-09 Only its reader acknowledges a line; everything else is passed over without a word")]
    public void Only_the_reader_acknowledges()
    {
        var (secret, open) = (Say(_bob, "psst", to: _carol), Say(_bob, "all"));
        foreach (var (who, line) in new[] { (_host, secret), (_bob, secret), (_carol, open), (_carol, "msg_unknown") })
            Assert.Null(_room.Do(new AcknowledgeChat(who, line, ReceiptKind.Displayed)));
        _room.Do(new DeleteChat(_bob, secret));
        Assert.Null(_room.Do(new AcknowledgeChat(_carol, secret, ReceiptKind.Displayed)));
        Assert.Empty(_room.Told.OfType<ChatReceipt>());
        Assert.Equal(ErrorCodes.CapabilityMissing, _room.Do(new AcknowledgeChat("pt_stranger", secret, ReceiptKind.Displayed)));
    }

    [Fact]
    public void A_receipt_finds_a_sender_who_has_come_back_and_nobody_who_has_gone()
    {
        var line = Say(_carol, "psst", to: _bob);
        _room.Do(new Leave(_carol));
        Assert.Null(_room.Do(new AcknowledgeChat(_bob, line, ReceiptKind.Delivered)));
        Assert.Empty(_room.Told.OfType<ChatReceipt>());
        var again = _room.Join(identity: "carol@example.org");
        Assert.Null(_room.Do(new AcknowledgeChat(_bob, line, ReceiptKind.Delivered)));
        Assert.Equal(again, _room.Last<ChatReceipt>().To);
    }

    private string Say(string who, string text, string? to = null)
    {
        var id = $"msg_{_serial++:D4}";
        Assert.Null(_room.Do(new PostChat { ParticipantId = who, MessageId = id, ClientId = id, Content = text, To = to }));
        return id;
    }

    private (string, bool) Words(string line) => (_room.State.Chat.Find(line)!.Content, _room.State.Chat.Find(line)!.Action);
}
