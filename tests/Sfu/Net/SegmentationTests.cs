using System.Net.Sockets;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Net.Linux;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class SegmentationTests
{
    [Theory]
    [InlineData(Kind.Linux, true)]
    [InlineData(Kind.Linux, false)]
    [InlineData(Kind.Portable, true)]
    public void A_run_of_sixteen_arrives_as_sixteen_datagrams_the_last_one_shorter(Kind kind, bool segment)
    {
        using var a = new Endpoint(kind, new DatagramTransportOptions(0, GenericSegmentation: segment));
        using var b = new Endpoint(kind);
        var run = Bytes.Pattern(15 * 1100 + 333);
        a.Queue(b.PathTo(Endpoint.Loopback4), run, 1100);
        a.Flush();

        var packets = b.Collect(16);
        Assert.Equal([.. Enumerable.Repeat(1100, 15), 333], packets.Select(p => p.Data.Length));
        Assert.Equal(run, packets.SelectMany(p => p.Data));
        var oneSend = kind == Kind.Linux && segment;
        Assert.Equal(oneSend ? 1 : 0, a.Counters.SegmentedRuns);
        Assert.Equal(oneSend ? 16 : 0, a.Counters.SegmentsOut);
        Assert.Equal((16, run.Length), (a.Counters.DatagramsOut, a.Counters.BytesOut));
    }

    [Theory]
    [InlineData(200, 100, 4)]
    [InlineData(100, 1400, 3)]
    [InlineData(64, 1000, 1)]
    [InlineData(1000, 10, 16)]
    public void A_run_beyond_what_one_segmented_send_may_hold_is_split(int datagrams, int size, int sends)
    {
        using var a = new Endpoint(Kind.Linux);
        using var b = new Endpoint(Kind.Linux);
        var run = Bytes.Pattern(datagrams * size);
        a.Queue(b.PathTo(Endpoint.Loopback6), run, size);
        a.Flush();
        var packets = b.Collect(datagrams);
        Assert.Equal(datagrams, packets.Count);
        Assert.Equal(run, packets.SelectMany(p => p.Data));
        Assert.Equal(sends, a.Counters.SegmentedRuns);
    }

    [Fact]
    public void More_runs_than_one_system_call_takes_all_arrive_in_order()
    {
        using var a = new Endpoint(Kind.Linux);
        using var b = new Endpoint(Kind.Linux);
        using var c = new Endpoint(Kind.Linux);
        for (var i = 0; i < 150; i++)
        {
            a.Queue(b.PathTo(Endpoint.Loopback4), [(byte)i]);
            a.Queue(c.PathTo(Endpoint.Loopback4), [(byte)i]);
        }

        a.Flush();
        Assert.Equal(Enumerable.Range(0, 150).Select(i => (byte)i), b.Collect(150).SelectMany(p => p.Data));
        Assert.Equal(Enumerable.Range(0, 150).Select(i => (byte)i), c.Collect(150).SelectMany(p => p.Data));
        Assert.Equal(5, a.Counters.SendCalls);
    }

    [Fact]
    public void What_the_kernel_coalesced_is_the_same_datagrams_as_without()
    {
        using var a = new Endpoint(Kind.Linux);
        using var plain = new Endpoint(Kind.Linux, new DatagramTransportOptions(0, GenericReceive: false));
        using var coalescing = new Endpoint(Kind.Linux, new DatagramTransportOptions(0, GenericReceive: true));
        foreach (var to in (Endpoint[])[plain, coalescing])
        {
            a.Queue(to.PathTo(Endpoint.Loopback4), Bytes.Pattern(20 * 1000 + 1), 1000);
            a.Queue(to.PathTo(Endpoint.Loopback4), Bytes.Pattern(80, 5));
        }

        a.Flush();
        var (expected, actual) = (plain.Collect(22), coalescing.Collect(22));
        Assert.Equal(22, actual.Count);
        Assert.Equal(expected.Select(p => Convert.ToHexString(p.Data)), actual.Select(p => Convert.ToHexString(p.Data)));
        Assert.All(actual, p => Assert.Equal(a.PathTo(Endpoint.Loopback4), p.Path));
        Assert.All(actual, p => Assert.Equal(coalescing.PathTo(Endpoint.Loopback4).Remote, p.Path.Local));
        Assert.Equal((0, 1), (plain.Counters.CoalescedIn, coalescing.Counters.CoalescedIn));
    }

    /// <summary>A socket that sends without checksums refuses segmentation, as a path without checksum offload does.</summary>
    [Fact]
    public void Where_segmentation_is_refused_single_datagrams_go_out_and_the_destination_is_remembered()
    {
        const int SolSocket = 1, NoChecksums = 11;
        var (counters, batch) = (new TransportCounters(), new SendBatch());
        using var b = new Endpoint(Kind.Linux);
        using var c = new Endpoint(Kind.Linux);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption(SolSocket, NoChecksums, BitConverter.GetBytes(1));
        var pinning = new SourcePinning(new DatagramTransportOptions(0), []);
        using var sender = new UdpSender((int)socket.Handle, false, true, pinning, counters);

        Send(b, Bytes.Pattern(300));
        Assert.Equal(Bytes.Pattern(300), b.Collect(3).SelectMany(p => p.Data));
        Send(b, Bytes.Pattern(250, 2));
        Assert.Equal(Bytes.Pattern(250, 2), b.Collect(3).SelectMany(p => p.Data));
        Assert.Equal(1, counters.SegmentationFallbacks);

        Send(c, Bytes.Pattern(200, 3));
        Assert.Equal(Bytes.Pattern(200, 3), c.Collect(2).SelectMany(p => p.Data));
        Assert.Equal((2, 0), (counters.SegmentationFallbacks, counters.SegmentedRuns));
        Assert.Equal((8, 750, 0), (counters.DatagramsOut, counters.BytesOut, counters.TotalSendDrops));

        void Send(Endpoint to, byte[] run)
        {
            var path = to.PathTo(Endpoint.Loopback4) with { Local = TransportAddress.From(Endpoint.Loopback4, 1) };
            run.CopyTo(batch.Reserve(run.Length));
            batch.Commit(path, run.Length, 100);
            sender.Begin();
            sender.Add(batch, batch.Run(0));
            sender.Flush();
            batch.Clear();
        }
    }
}
