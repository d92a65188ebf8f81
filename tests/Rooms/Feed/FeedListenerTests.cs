namespace Sylk.Conference.Rooms.Tests;

public sealed class FeedListenerTests
{
    private readonly FeedListener _listener = new("c-1");
    private readonly RoomFeed _feed = new();
    private long _rev;

    public FeedListenerTests()
    {
        _listener.Bind("pt_1");
        _feed.Add(_listener);
    }

    [Fact(DisplayName = "L16 R-45 A reader that stands still keeps at most 1 MiB waiting and is told to ask for all of it")]
    public async Task A_slow_reader_keeps_a_mebibyte()
    {
        for (var i = 0; i < 100; i++)
            _feed.Deliver(new ChatSaid(++_rev, Line(new string('x', 60_000))));
        var waiting = await Take();
        Assert.InRange(waiting.Sum(item => item.Weight), 1, 1 << 20);
        Assert.IsType<ResyncNeeded>(waiting[0]);
        Assert.True(_listener.Overflows > 0);
    }

    [Fact(DisplayName = "CH-1 One connection that carries many hears what is for any of them once, in order, and what is for others not")]
    public async Task Ears_of_many()
    {
        var ears = new FeedListener("door");
        _feed.Add(ears);
        ears.Carry(new Attendant("pt_2", "c-2"));
        ears.Carry(new Attendant("pt_3", "c-3"));
        _feed.Deliver(new ChatSaid(++_rev, Line("to all")));
        _feed.Deliver(new LetIn(_rev, "pt_2"));
        _feed.Deliver(new LetIn(_rev, "pt_1"));
        _feed.Deliver(new Dismissed(_rev, "pt_3", "banned", "", "c-old"));
        _feed.Deliver(new Dismissed(_rev, "pt_3", "banned", "", "c-3"));
        ears.SetDown("pt_3");
        _feed.Deliver(new LetIn(_rev, "pt_3"));
        _feed.Deliver(new ChatSaid(++_rev, Line("to all again")));

        var heard = new List<FeedEnvelope>();
        await ears.TakeAsync(heard, TestContext.Current.CancellationToken);
        Assert.Equal(
            [nameof(ChatSaid), nameof(LetIn), nameof(Dismissed), nameof(ChatSaid)], heard.Select(envelope => envelope.Content.GetType().Name));
        Assert.Equal([new Attendant("pt_1", "c-1"), new Attendant("pt_2", "c-2")], _feed.Present);
    }

    [Fact(DisplayName = "B3 Whoever stands outside hears what is said to them, and inside the rest")]
    public async Task Outside_one_hears_only_what_is_said_to_one()
    {
        _feed.Deliver(new ChatSaid(++_rev, Line("before")));
        _listener.StandOutside("pt_1");
        _feed.Deliver(new ChatSaid(++_rev, Line("behind the door")));
        _feed.Deliver(new WaitingChanged(_rev, ["pt_host"], []));
        _feed.Deliver(new LetIn(_rev, "pt_2"));
        _feed.Deliver(new LetIn(_rev, "pt_1"));
        Assert.Equal("pt_1", Assert.IsType<LetIn>(Assert.Single(await Take())).To);
        _listener.ComeInside();
        _feed.Deliver(new ChatSaid(++_rev, Line("inside")));
        Assert.Equal("inside", Assert.IsType<ChatSaid>(Assert.Single(await Take())).Message.Content);
    }

    [Fact(DisplayName = "TW-09 A private line passes the window of a large room to its two only")]
    public async Task Private_lines_do_not_go_into_batches()
    {
        for (var i = 0; i <= RoomFeed.LargeRoom; i++)
        {
            var other = new FeedListener($"c-{i + 2}");
            other.Bind($"pt_{i + 2}");
            _feed.Add(other);
        }
        _feed.Deliver(new ChatSaid(++_rev, Line("for two", to: "pt_3")));
        _feed.Deliver(new Dismissed(_rev, "pt_1", ErrorCodes.Banned, "", null));
        Assert.IsType<Dismissed>(Assert.Single(await Take()));
    }

    private static ChatMessage Line(string text, string? to = null) => new()
    {
        Id = "msg_1",
        Sequence = 1,
        From = new("pt_9", "anonymous:pt_9", "Nina", ParticipantKind.Web),
        To = to,
        Content = text,
        ContentType = "text/plain",
        ClientId = "c",
        Timestamp = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero),
        Via = "web",
    };

    private async Task<List<FeedItem>> Take()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var taken = new List<FeedEnvelope>();
        await _listener.TakeAsync(taken, patience.Token);
        return [.. taken.Select(envelope => (FeedItem)envelope.Content)];
    }
}
