namespace Sylk.Conference.Rooms.Tests;

/// <summary>What an address is protected from (rules CH-4, LO-5, limit L17).</summary>
public sealed class MailboxTests
{
    private readonly MailboxMemory _box = new();
    private DateTimeOffset _now = new(2026, 11, 27, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_message_is_taken_once_in_a_day()
    {
        Assert.Null(Begin("c1", id: "msg_1"));
        Assert.Equal(new DirectOutcome(null, "msg_1"), Begin("c1", id: "msg_2"));
        Assert.Null(Begin("c1", from: "other@a.example", id: "msg_3"));
        _now += TimeSpan.FromHours(24);
        Assert.Null(Begin("c1", id: "msg_4"));
    }

    [Fact]
    public void What_was_refused_may_be_tried_again()
    {
        Assert.Null(Begin("c1", id: "msg_1"));
        _box.End(Message("c1", "hello", "alice@a.example", "msg_1"), taken: false);
        Assert.Null(Begin("c1", id: "msg_2"));
        _box.End(Message("c1", "hello", "alice@a.example", "msg_2"), taken: true);
        Assert.Equal("msg_2", Begin("c1", id: "msg_3")!.MessageId);
    }

    [Fact]
    public void Nobody_floods_an_address_and_others_are_not_held_back()
    {
        for (var n = 0; n < 30; n++)
            Assert.Null(Begin($"c{n}", content: $"line {n}"));
        Assert.Equal(ErrorCodes.RateLimited, Begin("c30", content: "one more")!.Refusal!.Code);
        Assert.Null(Begin("c30", content: "one more", from: "other@a.example"));
        _now += TimeSpan.FromSeconds(1);
        Assert.Null(Begin("c30", content: "one more"));
    }

    [Fact]
    public void The_same_words_again_and_again_are_silenced_for_a_minute()
    {
        for (var n = 0; n < 5; n++)
            Assert.Null(Begin($"c{n}"));
        Assert.Equal((ErrorCodes.RateLimited, 60_000), (Begin("c5")!.Refusal!.Code, Begin("c6", content: "other words")!.Refusal!.RetryAfterMs));
        _now += TimeSpan.FromSeconds(60);
        Assert.Null(Begin("c7"));
    }

    [Fact]
    public void Slow_repetition_is_no_loop()
    {
        for (var n = 0; n < 20; n++)
        {
            Assert.Null(Begin($"c{n}"));
            _now += TimeSpan.FromSeconds(3);
        }
    }

    [Theory]
    [InlineData("sip:Alice@A.Example", "alice@a.example")]
    [InlineData("xmpp:romeo@x.example", "romeo@x.example")]
    [InlineData("+4930@b.example", "+4930@b.example")]
    [InlineData("alice", "")]
    [InlineData("@a.example", "")]
    [InlineData("alice@", "")]
    [InlineData("a@b@c", "")]
    [InlineData("alice@a.example/phone", "")]
    [InlineData("alice@a.example;x=y", "")]
    [InlineData("al ice@a.example", "")]
    [InlineData("al\nice@a.example", "")]
    [InlineData(null, "")]
    public void Addresses_have_one_form(string? text, string normal) =>
        Assert.Equal((normal.Length > 0, normal), (AddressText.TryNormalize(text, out var address), address));

    private DirectOutcome? Begin(string clientId, string content = "hello", string from = "alice@a.example", string id = "msg_x") =>
        _box.Begin(Message(clientId, content, from, id), _now);

    private DirectMessage Message(string clientId, string content, string from, string id) => new()
    {
        Id = id,
        From = from,
        To = "bob@b.example",
        Content = content,
        ClientId = clientId,
        SentAt = _now,
        Via = "web",
    };
}
