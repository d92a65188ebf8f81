using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>A room with more listeners than hear each fact at once.</summary>
public sealed class LargeRoomFeedTests
{
    private readonly ManualTime _time = new();
    private readonly RoomFeed _feed;
    private readonly List<FeedListener> _listeners = [];

    public LargeRoomFeedTests()
    {
        _feed = new RoomFeed(_time);
        for (var i = 0; i <= RoomFeed.LargeRoom; i++)
        {
            var listener = new FeedListener($"c-{i}");
            listener.Bind($"pt_{i}");
            _listeners.Add(listener);
            _feed.Add(listener);
        }
    }

    [Fact(DisplayName = "A storm of 40 joins within a window is one message to each listener, in order, rendered once")]
    public async Task One_message()
    {
        for (var rev = 1; rev <= 40; rev++)
            _feed.Deliver(Fact(rev));
        _time.Advance(FactWindow.Length);
        var rendered = 0;
        foreach (var listener in _listeners)
        {
            var envelope = Assert.Single(await Take(listener));
            envelope.Render(_ => [(byte)++rendered]);
            Assert.Equal(40, envelope.Rev);
            Assert.Equal(Enumerable.Range(1, 40).Select(rev => (long)rev), Assert.IsType<FactBatch>(envelope.Content).Items.Select(item => item.Rev));
        }

        Assert.Equal(1, rendered);
    }

    [Fact(DisplayName = "Work for a storm: messages grow with time, not with joins")]
    public async Task Bounded()
    {
        var messages = 0;
        for (var window = 0; window < 5; window++)
        {
            for (var join = 0; join < 40; join++)
                _feed.Deliver(Fact((window * 40) + join + 1));
            _time.Advance(FactWindow.Length);
            messages += (await Take(_listeners[0])).Count;
        }

        Assert.Equal(5, messages);
    }

    [Fact(DisplayName = "One fact alone goes out as it is when its window closes")]
    public async Task Alone()
    {
        _feed.Deliver(Fact(1));
        _time.Advance(FactWindow.Length);
        Assert.IsType<RoomChanged>(Assert.Single(await Take(_listeners[5])).Content);
    }

    [Fact(DisplayName = "An order to one brings what was held with it, so that revisions never go back; so does the end of the room")]
    public async Task Orders_do_not_wait()
    {
        _feed.Deliver(Fact(1));
        _feed.Deliver(Fact(2));
        _feed.Deliver(new UnmuteAsked(2, "pt_3", TrackSource.Microphone, "pt_0"));
        Assert.Equal([typeof(FactBatch), typeof(UnmuteAsked)], (await Take(_listeners[3])).Select(envelope => envelope.Content.GetType()));
        Assert.Single(await Take(_listeners[4]));
        _feed.Deliver(Fact(3));
        _feed.Deliver(new Dismissed(3, null, ErrorCodes.RoomEnded, "", null));
        Assert.Equal([typeof(RoomChanged), typeof(Dismissed)], (await Take(_listeners[4])).Select(envelope => envelope.Content.GetType()));
    }

    [Fact(DisplayName = "A message between applications and a signal do not wait")]
    public async Task Data_does_not_wait()
    {
        _feed.Deliver(Fact(1));
        _feed.Deliver(new DataSent(1, "pt_1", [], "now", "", true));
        Assert.IsType<DataSent>(Assert.Single(await Take(_listeners[0])).Content);
    }

    [Fact(DisplayName = "A window that is full closes at once")]
    public async Task Full()
    {
        for (var rev = 1; rev <= FactWindow.Most; rev++)
            _feed.Deliver(Fact(rev));
        Assert.Equal(FactWindow.Most, Assert.IsType<FactBatch>(Assert.Single(await Take(_listeners[0])).Content).Items.Length);
    }

    [Fact(DisplayName = "A room that has become small again tells at once, after what was still held")]
    public async Task Small_again()
    {
        _feed.Deliver(Fact(1));
        _feed.Remove(_listeners[^1]);
        _feed.Deliver(Fact(2));
        Assert.Equal([1L, 2L], (await Take(_listeners[0])).Select(envelope => envelope.Rev));
    }

    private static RoomChanged Fact(long rev) => new(rev, new RoomRules("", false));

    private static async Task<List<FeedEnvelope>> Take(FeedListener listener)
    {
        var taken = new List<FeedEnvelope>();
        await listener.TakeAsync(taken, CancellationToken.None);
        return taken;
    }
}
