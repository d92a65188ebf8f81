using System.Net;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class BatchTests
{
    private static readonly NetworkPath Here = new(TransportAddress.FromIPv4(0x7F000001, 1000));
    private static readonly NetworkPath There = new(TransportAddress.FromIPv4(0x7F000001, 1001));

    [Fact]
    public void Datagrams_of_one_size_to_one_place_join_into_a_run_that_a_shorter_one_ends()
    {
        var batch = new SendBatch();
        foreach (var length in (int[])[100, 100, 60, 100, 100]) Put(batch, Here, length);
        Put(batch, There, 100);
        Assert.Equal([(0, 260, 100), (260, 200, 100), (460, 100, 100)], Runs(batch));
        Assert.Equal([3, 2, 1], Enumerable.Range(0, batch.Count).Select(i => batch.Run(i).Datagrams));
    }

    [Fact]
    public void A_longer_datagram_another_link_or_another_source_address_starts_a_new_run()
    {
        var batch = new SendBatch();
        Put(batch, Here, 100);
        Put(batch, Here, 101);
        Put(batch, Here with { Link = 1 }, 101);
        Put(batch, Here with { Link = 1, Local = There.Remote }, 101);
        Assert.Equal(4, batch.Count);
    }

    [Fact]
    public void A_full_arena_reserves_nothing_until_it_is_cleared()
    {
        var batch = new SendBatch(1000);
        Put(batch, Here, 900);
        Assert.True(batch.Reserve(101).IsEmpty);
        Assert.Equal(100, batch.Reserve(100).Length);
        batch.Clear();
        Assert.True(batch.IsEmpty);
        Assert.Equal(1000, batch.Reserve(1000).Length);
    }

    [Fact]
    public void A_full_table_of_runs_reserves_nothing_either()
    {
        var batch = new SendBatch();
        var count = 0;
        for (; !batch.Reserve(1).IsEmpty; count++) Put(batch, count % 2 == 0 ? Here : There, 1);
        Assert.Equal((4096, 4096), (count, batch.Count));
    }

    [Fact]
    public void Addresses_of_this_machine_are_usable_ones_loopback_last()
    {
        var addresses = LocalAddresses.Enumerate();
        Assert.Contains(new LocalAddress(IPAddress.Loopback, true), addresses);
        Assert.DoesNotContain(addresses, a => a.Address.IsIPv6LinkLocal);
        Assert.Equal(addresses.OrderBy(a => a.IsLoopback), addresses);
        Assert.All(addresses, a => Assert.Equal(IPAddress.IsLoopback(a.Address), a.IsLoopback));
    }

    [Fact]
    public void The_clock_counts_nanoseconds_and_never_goes_back()
    {
        var first = MonotonicClock.Now;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var last = first;
        while (watch.ElapsedMilliseconds < 5)
        {
            var now = MonotonicClock.Now;
            Assert.True(now >= last);
            last = now;
        }

        var inner = watch.Elapsed;
        Assert.InRange(MonotonicClock.Now - first, inner - TimeSpan.FromMicroseconds(1), inner + TimeSpan.FromSeconds(1));
    }

    private static void Put(SendBatch batch, NetworkPath path, int length)
    {
        batch.Reserve(length).Clear();
        batch.Commit(path, length, length);
    }

    private static IEnumerable<(int, int, int)> Runs(SendBatch batch)
    {
        for (var i = 0; i < batch.Count; i++) yield return (batch.Run(i).Offset, batch.Run(i).Length, batch.Run(i).SegmentSize);
    }
}
