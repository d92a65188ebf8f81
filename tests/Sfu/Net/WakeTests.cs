using System.Diagnostics;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class WakeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Waking_before_and_during_a_wait_ends_it(Kind kind)
    {
        using var a = new Endpoint(kind);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            a.Transport.Wake();
            a.Transport.Wake();
            a.Transport.Wait(Long);
            var other = new Thread(a.Transport.Wake);
            other.Start();
            a.Transport.Wait(Timeout.InfiniteTimeSpan);
            other.Join();
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Long);
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Many_wakes_count_as_one_and_then_the_timeout_holds(Kind kind)
    {
        using var a = new Endpoint(kind);
        for (var i = 0; i < 10; i++) a.Transport.Wake();
        a.Transport.Wait(Long);
        var watch = Stopwatch.StartNew();
        a.Transport.Wait(TimeSpan.FromMilliseconds(20));
        Assert.InRange(watch.ElapsedMilliseconds, 19, 5_000);
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void A_datagram_ends_the_wait(Kind kind)
    {
        using var a = new Endpoint(kind);
        a.Send(a.PathTo(Endpoint.Loopback6), [1]);
        var watch = Stopwatch.StartNew();
        a.Transport.Wait(Long);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(1, a.Transport.Receive(a.Received));
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Waking_a_closed_transport_does_nothing(Kind kind)
    {
        var a = new Endpoint(kind);
        a.Dispose();
        a.Transport.Wake();
        a.Dispose();
    }
}
