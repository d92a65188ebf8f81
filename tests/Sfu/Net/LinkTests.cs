using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class LinkTests
{
    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Two_clients_are_two_links_and_each_gets_its_own_answer_framed(Kind kind)
    {
        using var server = Listening(kind);
        using var a = Connect(server, Endpoint.Loopback4);
        using var b = Connect(server, Endpoint.Loopback6);
        a.Send(FrameTests.Frame([1, 1]));
        var fromA = Assert.Single(server.Collect(1));
        b.Send(FrameTests.Frame([2, 2]));
        var fromB = Assert.Single(server.Collect(1));

        Assert.Equal([1, 1], fromA.Data);
        Assert.Equal([2, 2], fromB.Data);
        Assert.Equal([1, 2], new[] { fromA.Path.Link, fromB.Path.Link }.Order());
        Assert.Equal(TransportAddress.From((IPEndPoint)a.LocalEndPoint!), fromA.Path.Remote);
        Assert.Equal(TransportAddress.From((IPEndPoint)b.RemoteEndPoint!), fromB.Path.Local);

        server.Queue(fromA.Path, Bytes.Pattern(250), 100);
        server.Queue(fromB.Path, [5]);
        server.Flush();
        Assert.Equal(
            [.. FrameTests.Frame(Bytes.Pattern(250)[..100]), .. FrameTests.Frame(Bytes.Pattern(250)[100..200]), .. FrameTests.Frame(Bytes.Pattern(250)[200..])],
            ReadExactly(a, 256));
        Assert.Equal(FrameTests.Frame([5]), ReadExactly(b, 3));
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void More_packets_than_one_batch_holds_are_all_delivered_in_order(Kind kind)
    {
        using var server = Listening(kind);
        using var client = Connect(server, Endpoint.Loopback4);
        client.Send(Enumerable.Range(0, 1500).SelectMany(i => FrameTests.Frame([(byte)i, (byte)(i >> 8)])).ToArray());
        var packets = server.Collect(1500);
        Assert.Equal(Enumerable.Range(0, 1500), packets.Select(p => p.Data[0] | p.Data[1] << 8));
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void A_client_that_leaves_is_reported_once_and_what_is_sent_to_it_is_counted(Kind kind)
    {
        using var server = Listening(kind);
        var client = Connect(server, Endpoint.Loopback4);
        client.Send(FrameTests.Frame([1]));
        var path = Assert.Single(server.Collect(1)).Path;
        Assert.False(server.Transport.TryTakeClosedLink(out _));
        client.Dispose();
        var closed = 0;
        server.RunUntil(() => server.Transport.TryTakeClosedLink(out closed));
        Assert.Equal(path.Link, closed);
        Assert.False(server.Transport.TryTakeClosedLink(out _));
        server.Send(path, [1]);
        Assert.Equal(1, server.Counters.SendDrops(SendDrop.NoLink));
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void A_link_we_close_ends_for_the_client_and_is_not_reported(Kind kind)
    {
        using var server = Listening(kind);
        using var client = Connect(server, Endpoint.Loopback4);
        client.Send(FrameTests.Frame([1]));
        var path = Assert.Single(server.Collect(1)).Path;
        server.Transport.CloseLink(path.Link);
        server.Transport.CloseLink(path.Link);
        Assert.Equal(0, client.Receive(new byte[1]));
        Assert.False(server.Transport.TryTakeClosedLink(out _));
    }

    [Theory(DisplayName = "L1 a client that announces a frame above 1,500 bytes is cut off")]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Oversize_frame(Kind kind)
    {
        using var server = Listening(kind);
        using var client = Connect(server, Endpoint.Loopback4);
        client.Send([.. FrameTests.Frame([1]), 0xFF, 0xFF]);
        Assert.Single(server.Collect(1));
        var closed = 0;
        server.RunUntil(() => server.Transport.TryTakeClosedLink(out closed));
        Assert.Equal(1, closed);
        Assert.Equal(1, server.Counters.LinksEvicted);
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void A_slow_reader_loses_whole_packets_and_blocks_nobody(Kind kind)
    {
        using var server = Listening(kind);
        using var slow = Connect(server, Endpoint.Loopback4);
        using var quick = Connect(server, Endpoint.Loopback4);
        slow.Send(FrameTests.Frame([1]));
        var toSlow = Assert.Single(server.Collect(1)).Path;
        quick.Send(FrameTests.Frame([2]));
        var toQuick = Assert.Single(server.Collect(1)).Path;
        server.Transport.MarkValidated(toSlow.Link);
        for (var i = 0; i < 20_000 && server.Counters.SendDrops(SendDrop.LinkFull) < 100; i++) server.Send(toSlow, Bytes.Pattern(1000));
        Assert.Equal(100, server.Counters.SendDrops(SendDrop.LinkFull));

        server.Send(toQuick, [3]);
        Assert.Equal(FrameTests.Frame([3]), ReadExactly(quick, 3));

        var expected = (int)server.Counters.DatagramsOut - 1;
        var got = new byte[1002 * expected];
        var at = 0;
        server.RunUntil(() =>
        {
            while (slow.Available > 0 && at < got.Length) at += slow.Receive(got, at, got.Length - at, SocketFlags.None);
            return at == got.Length;
        });
        Assert.Equal(got.Length, at);
        for (var i = 0; i < expected; i++) Assert.Equal(Bytes.Pattern(1000), got.AsSpan(i * 1002 + 2, 1000));
    }

    [Theory]
    [InlineData(Kind.Linux)]
    [InlineData(Kind.Portable)]
    public void Strangers_beyond_the_limit_are_turned_away_until_one_is_validated(Kind kind)
    {
        using var server = Listening(kind);
        var clients = new List<Socket>();
        for (var i = 0; i < StrangerLimits.PerAddress; i++)
        {
            clients.Add(Connect(server, Endpoint.Loopback4));
            server.RunUntil(() => server.Counters.LinksAccepted == i + 1);
        }

        clients.Add(Connect(server, Endpoint.Loopback4));
        server.RunUntil(() => server.Counters.LinksRefused == 1);
        Assert.Equal((StrangerLimits.PerAddress, 1), (server.Counters.LinksAccepted, server.Counters.LinksRefused));
        server.Transport.MarkValidated(1);
        clients.Add(Connect(server, Endpoint.Loopback4));
        server.RunUntil(() => server.Counters.LinksAccepted == StrangerLimits.PerAddress + 1);
        Assert.Equal(StrangerLimits.PerAddress + 1, server.Counters.LinksAccepted);
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public void A_stranger_silent_for_ten_seconds_is_cut_off_and_one_whom_ICE_validated_is_not()
    {
        var (counters, batch, poll) = (new TransportCounters(), new ReceiveBatch(), new SelectLinks());
        using var links = new TcpLinks(SocketOpening.TcpListener(new DatagramTransportOptions(0)), poll, counters);
        using var known = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Admit(known, 1);
        Admit(stranger, 2);
        links.MarkValidated(1);

        links.Sweep(MonotonicClock.Now + TimeSpan.FromSeconds(9));
        Assert.Equal(0, counters.LinksEvicted);
        links.Sweep(MonotonicClock.Now + TimeSpan.FromSeconds(10));
        Assert.Equal(1, counters.LinksEvicted);
        Assert.Equal(0, stranger.Receive(new byte[1]));
        Assert.False(links.TryTakeClosed(out _));
        links.Send(1, [1], 1);
        Assert.Equal(FrameTests.Frame([1]), ReadExactly(known, 3));

        void Admit(Socket client, int number)
        {
            client.ReceiveTimeout = 5_000;
            client.Connect(Endpoint.Loopback4, links.LocalPort);
            while (counters.LinksAccepted < number) links.Receive(batch);
        }
    }

    private static Endpoint Listening(Kind kind) => new(kind, new DatagramTransportOptions(0, TcpPort: Bytes.FreeTcpPort()));

    private static Socket Connect(Endpoint server, IPAddress address)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 5_000 };
        socket.Connect(address, server.Transport.LocalTcpPort);
        return socket;
    }

    private static byte[] ReadExactly(Socket socket, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;) at += socket.Receive(bytes, at, count - at, SocketFlags.None) is > 0 and var n ? n : count;
        return bytes;
    }
}
