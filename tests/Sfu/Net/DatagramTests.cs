using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class DatagramTests
{
    [Theory]
    [InlineData(Kind.Linux, "127.0.0.1")]
    [InlineData(Kind.Linux, "::1")]
    [InlineData(Kind.Portable, "127.0.0.1")]
    [InlineData(Kind.Portable, "::1")]
    public void A_datagram_goes_there_and_back_in_both_families_over_one_socket(Kind kind, string loopback)
    {
        var address = IPAddress.Parse(loopback);
        using var a = new Endpoint(kind);
        using var b = new Endpoint(kind);
        a.Send(b.PathTo(address), Bytes.Pattern(1200));

        var (data, path) = Assert.Single(b.Collect(1));
        Assert.Equal(Bytes.Pattern(1200), data);
        Assert.Equal(a.PathTo(address), path);
        Assert.Equal(address.AddressFamily == AddressFamily.InterNetwork, path.Remote.IsIPv4);

        b.Send(path, Bytes.Pattern(3, 9));
        Assert.Equal(Bytes.Pattern(3, 9), Assert.Single(a.Collect(1)).Data);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("::1", "::1")]
    [InlineData(null, "127.0.0.7")]
    [InlineData(null, "::1")]
    [InlineData("0.0.0.0", "127.0.0.7")]
    public void The_answer_leaves_from_the_address_the_remote_sent_to(string? bind, string asked)
    {
        var address = IPAddress.Parse(asked);
        using var server = new Endpoint(Kind.Linux, new DatagramTransportOptions(0, BindAddress: bind is null ? null : IPAddress.Parse(bind)));
        using var client = new Endpoint(Kind.Linux);
        client.Send(server.PathTo(address), [1]);
        var path = Assert.Single(server.Collect(1)).Path;
        Assert.Equal(TransportAddress.From(address, server.Transport.LocalPort), path.Local);

        server.Send(path, [2]);
        Assert.Equal(server.PathTo(address), Assert.Single(client.Collect(1)).Path);
    }

    [Theory]
    [InlineData("127.0.0.1", "203.0.113.77")]
    [InlineData("::1", "2001:db8::77")]
    public void A_source_address_that_is_no_longer_ours_is_replaced_by_the_routes_choice(string to, string gone)
    {
        using var a = new Endpoint(Kind.Linux);
        using var b = new Endpoint(Kind.Linux);
        var path = b.PathTo(IPAddress.Parse(to)) with { Local = TransportAddress.From(IPAddress.Parse(gone), 1) };
        a.Queue(path, Bytes.Pattern(300), 100);
        a.Queue(path, Bytes.Pattern(400, 2));
        a.Flush();
        var packets = b.Collect(4);
        Assert.Equal([100, 100, 100, 400], packets.Select(p => p.Data.Length));
        Assert.Equal([.. Bytes.Pattern(300), .. Bytes.Pattern(400, 2)], packets.SelectMany(p => p.Data));
        Assert.Equal((0, 2, 0), (a.Counters.TotalSendDrops, a.Counters.SourcesReplaced, a.Counters.SegmentationFallbacks));
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Runs_to_three_destinations_in_one_batch_arrive_each_at_its_own(Kind kind)
    {
        using var sender = new Endpoint(kind);
        using var b = new Endpoint(kind);
        using var c = new Endpoint(kind);
        using var d = new Endpoint(kind);
        sender.Queue(b.PathTo(Endpoint.Loopback4), Bytes.Pattern(4 * 500, 1), 500);
        sender.Queue(c.PathTo(Endpoint.Loopback6), Bytes.Pattern(700, 2));
        sender.Queue(d.PathTo(Endpoint.Loopback4), Bytes.Pattern(2 * 900 + 10, 3), 900);
        sender.Flush();

        Assert.Equal(Bytes.Pattern(4 * 500, 1), b.Collect(4).SelectMany(p => p.Data));
        Assert.Equal(Bytes.Pattern(700, 2), Assert.Single(c.Collect(1)).Data);
        Assert.Equal([900, 900, 10], d.Collect(3).Select(p => p.Data.Length));
        Assert.Equal(8, sender.Counters.DatagramsOut);
        Assert.Equal(0, sender.Counters.TotalSendDrops);
    }

    [Theory(DisplayName = "L1 a datagram longer than 1,500 bytes is dropped before anyone looks at it, and counted")]
    [InlineData(Kind.Linux, false)]
    [InlineData(Kind.Linux, true)]
    [InlineData(Kind.Portable, false)]
    public void Oversize(Kind kind, bool coalesce)
    {
        using var a = new Endpoint(kind);
        using var b = new Endpoint(kind, new DatagramTransportOptions(0, GenericReceive: coalesce));
        foreach (var length in (int[])[1501, 1500, 9000]) a.Queue(b.PathTo(Endpoint.Loopback4), Bytes.Pattern(length));
        a.Queue(b.PathTo(Endpoint.Loopback4), [42]);
        a.Flush();

        Assert.Equal([1500, 1], b.Collect(2).Select(p => p.Data.Length));
        Assert.Equal(2, b.Counters.OversizeDrops);
        Assert.Equal(coalesce ? 0 : 1, b.Counters.Truncated);
    }

    [Theory(DisplayName = "TU-22 ten thousand datagrams to a closed port neither stop the loop nor make it spin")]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Closed_port(Kind kind)
    {
        using var a = new Endpoint(kind);
        using var b = new Endpoint(kind);
        NetworkPath closed;
        using (var gone = new Endpoint(kind)) closed = gone.PathTo(Endpoint.Loopback4);
        for (var i = 0; i < 10_000; i++)
        {
            a.Send(closed, [1, 2, 3]);
            a.Transport.Receive(a.Received);
        }

        b.Send(a.PathTo(Endpoint.Loopback4), [7]);
        Assert.Equal([7], Assert.Single(a.Collect(1)).Data);
        var calls = a.Counters.ReceiveCalls;
        a.Transport.Receive(a.Received);
        Assert.InRange(a.Counters.ReceiveCalls - calls, 0, 1);
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void What_cannot_be_sent_is_dropped_and_counted_and_the_rest_of_the_batch_goes_out(Kind kind)
    {
        using var a = new Endpoint(kind, new DatagramTransportOptions(0, BindAddress: IPAddress.Loopback));
        using var b = new Endpoint(kind);
        a.Queue(b.PathTo(Endpoint.Loopback4), [1]);
        a.Queue(new NetworkPath(TransportAddress.From(Endpoint.Loopback6, 9)), [2]);
        a.Queue(b.PathTo(Endpoint.Loopback4), [3]);
        a.Queue(new NetworkPath(b.PathTo(Endpoint.Loopback4).Remote, 5), [4]);
        a.Flush();

        Assert.Equal([1, 3], b.Collect(2).SelectMany(p => p.Data));
        Assert.Equal(1, a.Counters.SendDrops(SendDrop.Invalid));
        Assert.Equal(1, a.Counters.SendDrops(SendDrop.NoLink));
        Assert.Equal(2, a.Counters.TotalSendDrops);
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Ten_thousand_turns_of_sending_and_receiving_allocate_nothing(Kind kind)
    {
        using var a = new Endpoint(kind, new DatagramTransportOptions(0, TcpPort: Bytes.FreeTcpPort()));
        var path = a.PathTo(Endpoint.Loopback4);
        var data = Bytes.Pattern(400);
        for (var i = 0; i < 200; i++) Turn();

        // Two things count on this thread that are not ours: a few bytes when the runtime replaces a method of System.Net.Sockets by
        // a faster version, and the unused rest of an allocation window (8 KiB) when another test makes the collector run. Both are
        // rare and below a byte per turn; what we allocate would show in every round and be far more.
        var rounds = new List<long>();
        do rounds.Add(Round());
        while (rounds[^1] is > 0 and < 10_000 && rounds.Count < 5);
        Assert.Equal(0, rounds[^1]);

        long Round()
        {
            var (before, received) = (GC.GetAllocatedBytesForCurrentThread(), 0);
            for (var i = 0; i < 10_000; i++) received += Turn();
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.InRange(received, 39_000, 40_100);
            return allocated;
        }

        int Turn()
        {
            a.Queue(path, data, 100);
            a.Flush();
            a.Transport.Wait(TimeSpan.FromMilliseconds(1));
            return a.Transport.Receive(a.Received);
        }
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void A_port_that_is_taken_is_an_error_at_once(Kind kind)
    {
        using var first = new Endpoint(kind);
        var error = Assert.Throws<MediaPortException>(() => new Endpoint(kind, new DatagramTransportOptions(first.Transport.LocalPort)));
        Assert.Equal((ProtocolType.Udp, first.Transport.LocalPort), (error.Protocol, error.Port));
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }
}
