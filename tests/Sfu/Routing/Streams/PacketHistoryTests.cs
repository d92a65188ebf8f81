using CsCheck;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Streams;

public class PacketHistoryTests
{
    private static byte[] Payload(long seq, int length)
    {
        var payload = new byte[length];
        for (var i = 0; i < length; i++) payload[i] = (byte)(seq * 31 + i);
        return payload;
    }

    private static void Add(PacketHistory history, long seq, int length, double ms) =>
        history.Add(seq, (uint)seq * 7, seq % 2 == 0, 96, Payload(seq, length), Instant.FromMilliseconds(ms), (byte)seq);

    [Fact(DisplayName = "E.9 a stored packet comes back as it was; an unknown one does not")]
    public void Keeps()
    {
        var history = new PacketHistory(PacketHistory.VideoBytes, PacketHistory.VideoSlots);
        Assert.False(history.TryGet(70_000, out _));
        Add(history, 70_000, 1_200, 5);
        Assert.True(history.TryGet(70_000, out var packet));
        Assert.Equal(Payload(70_000, 1_200), packet.Payload.ToArray());
        Assert.Equal((490_000u, true, (byte)96, unchecked((byte)70_000)), (packet.Timestamp, packet.Marker, packet.PayloadType, packet.Flags));
        Assert.Equal(Instant.FromMilliseconds(5), packet.Arrival);
        Assert.False(history.TryGet(70_000 + 65_536, out _));
        Assert.False(history.TryGet(70_000 - 65_536, out _));
    }

    [Fact(DisplayName = "E.19.4 a recycled slot says so, by number and by bytes")]
    public void Recycled()
    {
        var bySlots = new PacketHistory(1 << 20, 64);
        for (var seq = 0; seq < 100; seq++) Add(bySlots, seq, 10, seq);
        Assert.False(bySlots.Contains(35));
        Assert.True(bySlots.Contains(36));

        var byBytes = new PacketHistory(8_192, 2_048);
        for (var seq = 0; seq < 100; seq++) Add(byBytes, seq, 1_000, seq);
        Assert.False(byBytes.Contains(91));
        Assert.True(byBytes.Contains(92));
    }

    [Fact(DisplayName = "an audio source that rarely sends costs about two kilobytes, a busy one no more than a second of it")]
    public void StartsSmall()
    {
        var idle = new PacketHistory(PacketHistory.AudioBytes, PacketHistory.AudioSlots, retentionMs: 1_000);
        Assert.Equal(0, idle.MemoryBytes);
        for (var seq = 0; seq < 500; seq++) Add(idle, seq, 30, seq * 400);
        Assert.InRange(idle.MemoryBytes, 1, 2_048);

        var talking = new PacketHistory(PacketHistory.AudioBytes, PacketHistory.AudioSlots, retentionMs: 1_000);
        for (var seq = 0; seq < 500; seq++) Add(talking, seq, 100, seq * 20);
        Assert.InRange(talking.MemoryBytes, 1, 12_000);
        for (var seq = 452; seq < 500; seq++) Assert.True(talking.Contains(seq));
    }

    [Fact(DisplayName = "E.9 whatever comes, a packet found is the packet stored, and the limits hold")]
    public void Property() => Gen.Select(Gen.Int[-20, 40], Gen.Int[0, 1_500], Gen.Int[0, 30]).Array[1, 400].Sample(steps =>
    {
        var history = new PacketHistory(16 * 1_024, 128, retentionMs: 500);
        var lengths = new Dictionary<long, int>();
        long seq = 1_000;
        var now = 0.0;
        foreach (var (step, length, ms) in steps)
        {
            seq = Math.Max(0, seq + step);
            now += ms;
            if (lengths.ContainsKey(seq)) continue;
            lengths[seq] = length;
            Add(history, seq, length, now);
            foreach (var (known, size) in lengths)
            {
                if (history.TryGet(known, out var packet)) Assert.True(packet.Payload.SequenceEqual(Payload(known, size)));
            }
        }

        Assert.InRange(history.MemoryBytes, 1, 16 * 1_024 + 128 * 32);
    }, iter: 100);
}
