using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

public sealed class RoomFeedTests
{
    private readonly RoomFeed _feed = new();
    private readonly FeedListener _alice = new("c-1");

    public RoomFeedTests()
    {
        _alice.Bind("pt_alice");
        _feed.Add(_alice);
    }

    [Fact]
    public async Task Facts_arrive_in_order_and_once()
    {
        _feed.Deliver(Fact(4));
        _feed.Deliver(Fact(5));
        _feed.Deliver(Fact(5));
        _feed.Deliver(Fact(4));
        Assert.Equal([4L, 5L], (await Take(_alice)).Select(envelope => envelope.Rev));
    }

    [Fact]
    public async Task A_gap_tells_every_listener_to_sync()
    {
        _feed.Deliver(Fact(1));
        _feed.Deliver(Fact(3));
        var got = await Take(_alice);
        Assert.Equal([typeof(RoomChanged), typeof(ResyncNeeded), typeof(RoomChanged)], got.Select(envelope => envelope.Content.GetType()));
        Assert.Equal(1, _feed.Gaps);
    }

    [Fact(DisplayName = "CH-2 A private line that comes after a lost fact shows the gap: what is before it is asked for")]
    public async Task A_private_line_shows_a_gap()
    {
        _feed.Deliver(Fact(1));
        _feed.Deliver(Private(1, 10));
        _feed.Deliver(Private(2, 12)); // fact 2, line 11, is lost
        _feed.Deliver(Fact(3));
        var got = await Take(_alice);
        Assert.Equal(
            [typeof(RoomChanged), typeof(ChatSaid), typeof(ResyncNeeded), typeof(ChatSaid), typeof(RoomChanged)], got.Select(envelope => envelope.Content.GetType()));
        Assert.Equal(1, _feed.Gaps);
    }

    [Fact]
    public async Task A_slow_listener_loses_its_queue_and_is_told_so_while_others_lose_nothing()
    {
        var slow = new FeedListener("c-2", capacity: 3);
        _feed.Add(slow);
        for (var rev = 1; rev <= 5; rev++)
            _feed.Deliver(Fact(rev));
        var late = await Take(slow);
        Assert.IsType<ResyncNeeded>(late[0].Content);
        Assert.Equal([4L, 5L], late.Select(envelope => envelope.Rev));
        Assert.Equal(1, slow.Overflows);
        Assert.Equal(5, (await Take(_alice)).Count);
    }

    [Fact(DisplayName = "TW-10 However slow the listener, the order to close its connection is not lost")]
    public async Task A_dismissal_survives_an_overflow()
    {
        var slow = new FeedListener("c-2", capacity: 3);
        slow.Bind("pt_slow");
        _feed.Add(slow);
        for (var rev = 1; rev <= 3; rev++)
            _feed.Deliver(Fact(rev));
        _feed.Deliver(new Dismissed(3, "pt_slow", ErrorCodes.Banned, "", null));
        for (var rev = 4; rev <= 9; rev++)
            _feed.Deliver(Fact(rev));
        Assert.Single(await Take(slow), envelope => envelope.Content is Dismissed);
    }

    [Fact]
    public async Task Data_reaches_those_it_is_for_and_never_its_sender_unasked()
    {
        var bob = new FeedListener("c-2");
        bob.Bind("pt_bob");
        _feed.Add(bob);
        _feed.Deliver(new DataSent(1, "pt_alice", [], "all", "", true));
        _feed.Deliver(new DataSent(1, "pt_carol", ["pt_alice", "pt_dave"], "some", "", true));
        Assert.Equal("all", ((DataSent)Assert.Single(await Take(bob)).Content).Topic);
        Assert.Equal("some", ((DataSent)Assert.Single(await Take(_alice)).Content).Topic);
    }

    [Fact]
    public async Task Of_lossy_data_a_slow_listener_gets_the_newest_and_loses_nothing_else()
    {
        _feed.Deliver(Fact(1));
        for (var i = 0; i < 100; i++)
            _feed.Deliver(new DataSent(1, "pt_bob", [], $"{i}", "", false));
        var got = await Take(_alice);
        Assert.IsType<RoomChanged>(got[0].Content);
        Assert.Equal(Enumerable.Range(36, 64).Select(i => $"{i}"), got.Skip(1).Select(envelope => ((DataSent)envelope.Content).Topic));
        Assert.Equal((36, 0), (_alice.LossyDropped, _alice.Overflows));
    }

    [Fact]
    public async Task A_listener_that_cannot_take_reliable_data_is_closed_rather_than_left_without()
    {
        var slow = new FeedListener("c-2", capacity: 3);
        slow.Bind("pt_slow");
        _feed.Add(slow);
        for (var i = 0; i < 10; i++)
            _feed.Deliver(new DataSent(1, "pt_bob", [], $"{i}", "", true));
        var farewell = (Dismissed)Assert.Single(await Take(slow), envelope => envelope.Content is Dismissed).Content;
        Assert.Equal((ErrorCodes.Overloaded, "resume", "c-2"), (farewell.Code, farewell.Action, farewell.ConnectionId));
        Assert.Equal(10, (await Take(_alice)).Count);
    }

    [Fact]
    public async Task Words_for_one_reach_one()
    {
        var bob = new FeedListener("c-2");
        bob.Bind("pt_bob");
        _feed.Add(bob);
        _feed.Deliver(new UnmuteAsked(1, "pt_bob", TrackSource.Microphone, "pt_alice"));
        _feed.Deliver(Fact(1));
        Assert.Single(await Take(_alice));
        Assert.Equal(2, (await Take(bob)).Count);
    }

    [Fact]
    public async Task Only_the_replaced_connection_is_dismissed()
    {
        var newer = new FeedListener("c-2");
        newer.Bind("pt_alice");
        _feed.Add(newer);
        _feed.Deliver(new Dismissed(1, "pt_alice", ErrorCodes.IdentityInUse, "", "c-1"));
        _feed.Deliver(Fact(1));
        Assert.Equal(2, (await Take(_alice)).Count);
        Assert.Single(await Take(newer));
    }

    [Fact]
    public async Task Of_signals_only_the_newest_is_kept_and_slots_go_to_their_viewer()
    {
        var bob = new FeedListener("c-2");
        bob.Bind("pt_bob");
        _feed.Add(bob);
        _feed.Signal(Slots("pt_alice", "8", "tr_1"));
        _feed.Signal(Slots("pt_alice", "9", "tr_2"));
        _feed.Signal(Slots("pt_alice", "8", "tr_3"));
        _feed.Signal(new SpeakersChanged("r", "pt_1", []));
        _feed.Signal(new SpeakersChanged("r", "pt_2", []));
        var got = await Take(_alice);
        var slots = Assert.IsType<SlotsChanged>(got[0].Content).Slots;
        Assert.Equal([("8", "tr_3"), ("9", "tr_2")], slots.Select(slot => (slot.Mid, slot.TrackId!)));
        Assert.Equal("pt_2", Assert.IsType<SpeakersChanged>(got[1].Content).DominantPeerId);
        Assert.Single(await Take(bob));
    }

    [Fact]
    public async Task What_many_hear_is_rendered_once()
    {
        var bob = new FeedListener("c-2");
        _feed.Add(bob);
        _feed.Deliver(Fact(1));
        var rendered = 0;
        foreach (var envelope in (await Take(_alice)).Concat(await Take(bob)))
        {
            envelope.Render(_ =>
            {
                rendered++;
                return [];
            });
        }
        Assert.Equal(1, rendered);
    }

    private static ChatSaid Private(long rev, long sequence) => new(rev, new ChatMessage
    {
        Id = $"msg_{sequence}",
        Sequence = sequence,
        From = new("pt_bob", "anonymous:pt_bob", "Bob", ParticipantKind.Web),
        To = "pt_alice",
        Content = "for you",
        ContentType = "text/plain",
        ClientId = $"c{sequence}",
        Timestamp = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero),
        Via = "web",
    });

    private static RoomChanged Fact(long rev) => new(rev, new RoomRules("", false));

    private static SlotsChanged Slots(string viewer, string mid, string track) => new("r", viewer, [new(mid, track, "pt_x", SlotPhase.Live, null)]);

    private static async Task<List<FeedEnvelope>> Take(FeedListener listener)
    {
        var taken = new List<FeedEnvelope>();
        await listener.TakeAsync(taken, CancellationToken.None);
        return taken;
    }
}
