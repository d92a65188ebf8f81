using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Peers.Congestion;

namespace Sylk.Conference.Sfu.Tests.Peers.Congestion;

public sealed class SentPacketsTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(10_000);

    [Fact(DisplayName = "E.19.1 transport-wide numbers go on over the wrap of 16 bits")]
    public void Wrap()
    {
        var sent = new SentPackets();
        for (var i = 1; i <= 70_000; i++)
            Send(sent, i, i % 1_000);

        Assert.True(sent.TryTake(unchecked((ushort)69_990), true, out var packet));
        Assert.Equal((69_990, 990), (packet.Number, packet.Bytes));
    }

    [Fact(DisplayName = "A packet is taken once as lost and once as received; nothing is taken of what was never sent")]
    public void Once()
    {
        var sent = new SentPackets();
        Assert.False(sent.TryTake(1, true, out _));
        for (var i = 1; i <= 10; i++)
            Send(sent, i, 100);

        Assert.True(sent.TryTake(3, false, out _));
        Assert.False(sent.TryTake(3, false, out _));
        Assert.True(sent.TryTake(3, true, out var late));
        Assert.True(late.WasLost);
        Assert.False(sent.TryTake(3, true, out _));
        Assert.False(sent.TryTake(11, true, out _));
        Assert.False(sent.TryTake(0, true, out _));
    }

    [Fact(DisplayName = "Memory: about a second of packets, never more than 16,384")]
    public void Memory()
    {
        var slow = new SentPackets();
        for (var i = 0; i < 2_000; i++)
            slow.Complete(Start.PlusMilliseconds(i * 20), 100, 0);
        Assert.InRange(slow.MemoryBytes, 1, 64 * 16);

        var fast = new SentPackets();
        for (var i = 0; i < 50_000; i++)
            fast.Complete(Start, 100, 0);
        Assert.Equal(16_384 * 8, fast.MemoryBytes);
    }

    [Fact(DisplayName = "E.19.5 feedback with a lost packet, a negative delta and a reference time that wraps gives the arrivals")]
    public void Feedback()
    {
        var sent = new SentPackets();
        for (var i = 1; i <= 4; i++)
            Send(sent, i, 100);
        var clock = default(ArrivalClock);
        var wrap = (1L << 23) * 64_000; // from here on the 24 bits count as negative

        var first = Read(sent, ref clock, 1, [new(true, wrap - 64_000)]);
        var second = Read(sent, ref clock, 2, [default, new(true, wrap + 200_000), new(true, wrap + 100_000)]);

        Assert.Equal([false, true, true], second.Select(item => item.IsReceived));
        Assert.Equal([2L, 3, 4], second.Select(item => item.Number));
        Assert.Equal(264_000_000, second[1].ArrivedAt - first[0].ArrivedAt);
        Assert.Equal(164_000_000, second[2].ArrivedAt - first[0].ArrivedAt);
    }

    private static PacketResult[] Read(SentPackets sent, ref ArrivalClock clock, int first, TransportCcArrival[] statuses)
    {
        Span<byte> buffer = stackalloc byte[200];
        var length = TransportCcWriter.Write(new TransportCcHeader(1, 2, 0), first, statuses, 0, buffer, out _);
        var reader = new RtcpReader(buffer[..length]);
        Assert.True(reader.TryRead(out var block) && block.TryGetTransportCc(out _));
        block.TryGetTransportCc(out var feedback);
        return new FeedbackReader().Read(feedback, sent, ref clock).ToArray();
    }

    private static void Send(SentPackets sent, int number, int bytes)
    {
        Assert.Equal((ushort)number, sent.Take());
        sent.Complete(Start.PlusMilliseconds(number), bytes, 0);
    }
}
