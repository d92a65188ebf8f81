using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Engine;
using Xunit;

namespace Sylk.Conference.Sfu.Tests.Engine;

public sealed class FlushTimerTests
{
    private const int Longest = 3_600;
    private readonly FlushTimer _timer = new(Longest);
    private Instant _now = new(1_000_000_000);

    [Fact]
    public void OnAnIdleThreadNobodyWaits()
    {
        Work(busy: 0.01);
        Assert.True(_timer.IsDue(_now, receivers: 1));
    }

    [Theory]
    [InlineData(1, 3_592)]
    [InlineData(100, 2_800)]
    [InlineData(400, 1_000)]
    [InlineData(5_000, 1_000)]
    public void OnABusyThreadTheMoreWaitTheEarlierItBeginsButTheRestOfAFrameMayCome(int receivers, int microseconds)
    {
        Work(busy: 0.3);
        Assert.False(_timer.IsDue(_now, receivers));
        Assert.Equal(microseconds, (_timer.DueAt - _now).TotalMicroseconds, 0.5);
        Assert.False(_timer.IsDue(After(microseconds - 1), receivers));
        Assert.True(_timer.IsDue(After(microseconds), receivers));
        Assert.Equal(Instant.Never, _timer.DueAt);
    }

    [Fact]
    public void WhoComesLaterDoesNotMakeTheFirstOnesWaitLonger()
    {
        Work(busy: 0.3);
        Assert.False(_timer.IsDue(_now, receivers: 1));
        var due = _timer.DueAt;
        Assert.False(_timer.IsDue(After(500), receivers: 1));
        Assert.Equal(due, _timer.DueAt);
    }

    private Instant After(int microseconds) => new(_now.Nanoseconds + (microseconds * 1_000L));

    /// <summary>Ten seconds in which the thread works this share of its time.</summary>
    private void Work(double busy)
    {
        for (var i = 0; i < 1_000; i++)
        {
            var began = _now;
            _now = new Instant(_now.Nanoseconds + (long)(busy * 10_000_000));
            _timer.NoteWork(began, _now);
            _now = new Instant(began.Nanoseconds + 10_000_000);
        }
    }
}
