using Sylk.Conference.Protocols;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class PortPoolTests
{
    private readonly Wire _wire = new();
    private readonly byte[] _scratch = new byte[2048];

    [Fact(DisplayName = "Pairs are even and odd, all are given once, in no order, and none beyond")]
    public void AllOnce()
    {
        var pool = Pool(101, 200);
        var taken = Enumerable.Range(0, 49).Select(_ => pool.TryTake()!).ToList();
        Assert.All(taken, pair => Assert.True(pair.Rtp.Number % 2 == 0 && pair.Rtcp.Number == pair.Rtp.Number + 1 && pair.Rtp.Number is >= 102 and <= 198));
        Assert.Equal(49, taken.Select(pair => pair.Rtp.Number).Distinct().Count());
        Assert.NotEqual(taken.Select(pair => pair.Rtp.Number).Order(), taken.Select(pair => pair.Rtp.Number));
        Assert.Null(pool.TryTake());
        pool.Release(taken[7]);
        Assert.Equal(taken[7].Rtp.Number, pool.TryTake()!.Rtp.Number);
    }

    [Fact(DisplayName = "A port somebody else has is passed over, and the other of its pair is not kept")]
    public void Occupied()
    {
        var pool = new PortPool(100, 103, number => number == 101 ? null : _wire.Open($"192.0.2.1:{number}"));
        Assert.Equal(102, pool.TryTake()!.Rtp.Number);
        Assert.Null(pool.TryTake());
        using var free = _wire.Open("192.0.2.1:100");
        Assert.Equal(100, free.Number);
    }

    [Fact(DisplayName = "Ports of an ended call are given out again after 30 s without a packet")]
    public void Quiet()
    {
        var pool = Pool(100, 101);
        var quarantine = new PortQuarantine(pool);
        var now = Instant.FromMilliseconds(1_000);
        quarantine.Add(now, pool.TryTake()!);
        using var stale = _wire.Open("198.51.100.1:4000");
        for (var second = 0; second < 60; second++)
        {
            now = now.PlusMilliseconds(1_000);
            if (second < 20)
            {
                stale.Send(new byte[20], Wire.Address("192.0.2.1:100"));
            }

            quarantine.Tick(now, _scratch);
            Assert.Equal(second < 49, !quarantine.IsEmpty);
            Assert.DoesNotContain(_wire.Sent, sent => sent.To == stale.Address);
        }

        Assert.NotNull(pool.TryTake());
    }

    [Fact(DisplayName = "Ten minutes are the longest, whoever still sends")]
    public void Longest()
    {
        var pool = Pool(100, 101);
        var quarantine = new PortQuarantine(pool);
        var now = Instant.FromMilliseconds(1_000);
        quarantine.Add(now, pool.TryTake()!);
        using var stale = _wire.Open("198.51.100.1:4000");
        for (var second = 0; second < 600; second++)
        {
            Assert.False(quarantine.IsEmpty);
            now = now.PlusMilliseconds(1_000);
            stale.Send(new byte[20], Wire.Address("192.0.2.1:101"));
            quarantine.Tick(now, _scratch);
        }

        Assert.True(quarantine.IsEmpty);
    }

    private PortPool Pool(int first, int last) => new(first, last, number => _wire.Open($"192.0.2.1:{number}"));
}
