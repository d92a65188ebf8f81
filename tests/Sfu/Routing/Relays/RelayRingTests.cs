using System.Runtime.CompilerServices;
using Sylk.Conference.Sfu.Routing.Relays;

namespace Sylk.Conference.Sfu.Tests.Routing.Relays;

public sealed class RelayRingTests
{
    [Fact(DisplayName = "A record takes what it says it takes")]
    public void Size() => Assert.Equal(RelayRecord.Size, Unsafe.SizeOf<RelayRecord>());

    [Fact(DisplayName = "Records of every length come out as they went in, in order, over many rounds of the memory")]
    public void RoundTrip()
    {
        var ring = new RelayRing(4096);
        var (written, read) = (0, 0);
        for (var round = 0; round < 5_000; round++)
        {
            while (ring.TryWrite(Record(written), Payload(written)))
                written++;
            var take = 1 + (round % 7);
            while (take-- > 0 && ring.TryRead(ring.Written, out var record, out var payload))
            {
                Assert.Equal(read, record.Sequence);
                Assert.Equal(RelayKind.Packet, record.Kind);
                Assert.True(payload.SequenceEqual(Payload(read)));
                ring.Release(record);
                read++;
            }
        }

        Assert.True(read > 10_000);
        Assert.InRange(written - read, 1, 4096 / RelayRecord.Size);
    }

    [Fact(DisplayName = "Full, it refuses and keeps what it has; read empty, it takes again")]
    public void Full()
    {
        var ring = new RelayRing(1024);
        var count = 0;
        while (ring.TryWrite(Record(200), new byte[200]))
            count++;
        Assert.Equal(1024 / (RelayRecord.Size + 200), count);
        Assert.False(ring.TryWrite(Record(200), new byte[200]));
        for (var i = 0; i < count; i++)
        {
            Assert.True(ring.TryRead(ring.Written, out var record, out _));
            ring.Release(record);
        }

        Assert.True(ring.IsEmpty);
        Assert.True(ring.TryWrite(Record(200), new byte[200]));
    }

    [Fact(DisplayName = "What is written after the reader looked is not read before it looks again")]
    public void Snapshot()
    {
        var ring = new RelayRing(1024);
        ring.TryWrite(Record(0), Payload(0));
        var end = ring.Written;
        ring.TryWrite(Record(1), Payload(1));
        Assert.True(ring.TryRead(end, out var first, out _));
        ring.Release(first);
        Assert.False(ring.TryRead(end, out _, out _));
        Assert.True(ring.TryRead(ring.Written, out var second, out _));
        Assert.Equal(1, second.Sequence);
    }

    [Fact(DisplayName = "Two threads: a million records arrive whole and in order, and neither side allocates")]
    public void TwoThreads()
    {
        const int Count = 1_000_000;
        var ring = new RelayRing(64 * 1024);
        var payloads = Enumerable.Range(0, 1_000).Select(Payload).ToArray();
        var allocated = -1L;
        var writer = new Thread(() =>
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Count;)
            {
                if (ring.TryWrite(Record(i), payloads[i % 1_000]))
                    i++;
                else
                    Thread.Yield();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        writer.Start();
        var wrong = 0;
        var start = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Count;)
        {
            if (!ring.TryRead(ring.Written, out var record, out var payload))
            {
                Thread.Yield();
                continue;
            }

            wrong += record.Sequence == i && payload.SequenceEqual(payloads[i % 1_000]) ? 0 : 1;
            ring.Release(record);
            i++;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - start);
        writer.Join();
        Assert.Equal(0, wrong);
        Assert.Equal(0, allocated);
        Assert.True(ring.IsEmpty);
    }

    private static RelayRecord Record(int number) =>
        new() { Kind = RelayKind.Packet, Sequence = number, PayloadLength = (ushort)Payload(number).Length };

    private static byte[] Payload(int number) => Payloads[number % 1_000];

    private static readonly byte[][] Payloads = [.. Enumerable.Range(0, 1_000).Select(number =>
    {
        var bytes = new byte[number == 200 ? 200 : number * 7 % 301];
        Array.Fill(bytes, (byte)(number + 1));
        return bytes;
    })];
}
