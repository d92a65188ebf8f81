using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public sealed class RoomHomesTests : IDisposable
{
    private readonly PhoneThread[] _threads = [.. Enumerable.Range(0, 2).Select(number => new PhoneThread(number, new PortPool(40_000, 40_009, static port => new Wire().Open($"192.0.2.1:{port}")), 5, NullLogger.Instance))];

    [Fact(DisplayName = "Rooms are spread over the threads, and one stays where it is while it lasts or an order is on its way")]
    public void Spread()
    {
        var homes = new RoomHomes(_threads);
        var threads = Enumerable.Range(0, 10).Select(i => homes.Enter($"r{i}")).ToList();
        Assert.Equal([5, 5], threads.GroupBy(thread => thread).Select(group => group.Count()));

        // Room 0 came to be; the order for room 2 never arrived: its thread is the emptier one now.
        homes.Leave("r0", exists: true);
        homes.Leave("r2", exists: null);
        Assert.Same(threads[0], homes.Enter("r0"));
        Assert.Same(threads[2], homes.Enter("new"));

        // It ends with one order while another one waits for the same thread: only after that it may go elsewhere.
        Assert.Same(threads[0], homes.Enter("r0"));
        homes.Leave("r0", exists: false);
        Assert.Same(threads[0], homes.Enter("r0"));
        homes.Leave("r0", exists: false);
        homes.Leave("r0", exists: false);
        for (var i = 4; i < 10; i += 2)
        {
            homes.Leave($"r{i}", exists: false);
        }

        // One thread has "new" alone, the other one five rooms.
        Assert.Same(threads[0], homes.Enter("again"));
    }

    [Fact(DisplayName = "Rooms that are gone leave nothing behind")]
    public void Forgotten()
    {
        var homes = new RoomHomes(_threads);
        for (var i = 0; i < 100; i++)
        {
            homes.Enter($"r{i}");
            homes.Leave($"r{i}", exists: true);
            homes.Enter($"r{i}");
            homes.Leave($"r{i}", exists: false);
            homes.Leave($"r{i}", exists: false);
        }

        Assert.Equal(0, homes.Count);
    }

    public void Dispose()
    {
        foreach (var thread in _threads)
        {
            thread.Dispose();
        }
    }
}
