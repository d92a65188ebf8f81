using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Engine;
using Xunit;

namespace Sylk.Conference.Sfu.Tests.Engine;

public sealed class DeadlineQueueTests
{
    private readonly DeadlineQueue _queue = new();

    [Fact]
    public void ServesWhatIsDueAndKeepsTheRest()
    {
        var (due, later) = (Queue(At(10), Instant.Never), Queue(At(30), Instant.Never));
        _queue.RunDue(At(20));
        Assert.Equal((1, 0), (due.Served, later.Served));
        Assert.Equal(At(30), _queue.Next);
    }

    [Fact]
    public void AnItemThatIsAlwaysDueStarvesNobody()
    {
        var greedy = Queue(At(1), At(1));
        var others = Enumerable.Range(2, 5).Select(ms => Queue(At(ms), At(ms + 100))).ToArray();
        for (var turn = 0; turn < 3; turn++)
            _queue.RunDue(At(20 + turn));
        Assert.Equal(3, greedy.Served);
        Assert.All(others, other => Assert.Equal(1, other.Served));
    }

    [Fact]
    public void AnItemThatQueuesItselfForThePastWhileServedWaitsForTheNextTurn()
    {
        var item = Queue(At(10), At(5));
        item.Work = () => _queue.Refresh(item);
        var other = Queue(At(11), Instant.Never);
        _queue.RunDue(At(20));
        Assert.Equal((1, 1), (item.Served, other.Served));
        _queue.RunDue(At(21));
        Assert.Equal(2, item.Served);
    }

    [Fact]
    public void ADeadlineThatMovedLaterIsServedThen()
    {
        var item = Queue(At(10), Instant.Never);
        item.NextDeadline = At(50);
        _queue.Refresh(item);
        _queue.RunDue(At(20));
        Assert.Equal(0, item.Served);
        _queue.RunDue(At(50));
        Assert.Equal(1, item.Served);
    }

    [Fact]
    public void ADeadlineThatMovedEarlierIsServedOnce()
    {
        var item = Queue(At(50), Instant.Never);
        item.NextDeadline = At(10);
        _queue.Refresh(item);
        _queue.RunDue(At(60));
        Assert.Equal(1, item.Served);
        Assert.Equal(Instant.Never, _queue.Next);
    }

    private static Instant At(int milliseconds) => Instant.FromMilliseconds(milliseconds);

    private Item Queue(Instant first, Instant then)
    {
        var item = new Item(then) { NextDeadline = first };
        _queue.Refresh(item);
        return item;
    }

    private sealed class Item(Instant then) : IDeadline
    {
        public Instant NextDeadline { get; set; }

        public Instant QueuedFor { get; set; } = Instant.Never;

        public int Served { get; private set; }

        public Action? Work { get; set; }

        public void OnDeadline(Instant now)
        {
            Served++;
            NextDeadline = then;
            Work?.Invoke();
        }
    }
}
