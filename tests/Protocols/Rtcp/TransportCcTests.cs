using CsCheck;
using Sylk.Conference.Protocols.Rtcp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtcp;

public sealed class TransportCcTests
{
    private static readonly TransportCcArrival Lost = new(false, 0);

    [Fact(DisplayName = "V-17 E.19-5 chunks, deltas and reference time have the draft's octets")]
    public void Octets()
    {
        // Reference 2 x 64 ms; then +0, lost, +250 us, -250 us (large), +70 ms (large), all in one two-bit vector.
        TransportCcArrival[] arrivals = [At(128_000), Lost, At(128_250), At(128_000), At(198_000)];
        var packet = Write(65_534, arrivals, out var consumed);
        Assert.Equal(5, consumed);
        Assert.Equal(
            Hex("8FCD0006 00000001 00000002 FFFE 0005 000002 07 D1A0 00 01 FFFF 0118"),
            packet);
    }

    [Fact(DisplayName = "V-17 fourteen mixed statuses are one one-bit vector")]
    public void One_bit()
    {
        var arrivals = Enumerable.Range(0, 14).Select(i => i % 2 == 0 ? At(64_000) : Lost).ToArray();
        var packet = Write(1, arrivals, out _);
        Assert.Equal(Hex("AAAA"), packet[20..22]);
        Assert.Equal(32, packet.Length);
        Assert.Equal(3, packet[^1]);
    }

    [Fact(DisplayName = "V-17 equal statuses are one run")]
    public void Run()
    {
        var packet = Write(1, [.. Enumerable.Repeat(At(0), 100)], out _);
        Assert.Equal(Hex("2064"), packet[20..22]);
    }

    [Fact(DisplayName = "E.19-5 all lost: one run, and the reference time is now")]
    public void All_lost()
    {
        var packet = Write(9, [.. Enumerable.Repeat(Lost, 500)], out var consumed, now: 640_000);
        Assert.Equal(500, consumed);
        Assert.Equal(Hex("8FCD0005 00000001 00000002 0009 01F4 00000A 07 01F4 0002"), (byte[])[(byte)(packet[0] & ~0x20), .. packet[1..]]);
        Assert.All(Read(packet, out _), s => Assert.False(s.Received));
    }

    [Fact(DisplayName = "E.19-5 the reference time wraps at 24 bits and may be negative")]
    public void Reference_wraps()
    {
        Read(Write(1, [At((1L << 23) * 64_000 + 500)], out _), out var micros);
        Assert.Equal(-(1L << 23) * 64_000, micros);
        Read(Write(1, [At(-1)], out _), out micros);
        Assert.Equal(-64_000, micros);
    }

    [Fact(DisplayName = "E.19-5 a delta beyond 16 bits splits the feedback")]
    public void Splits_on_delta()
    {
        Write(1, [At(0), At(32_767 * 250L), Lost, At(65_535 * 250L)], out var consumed);
        Assert.Equal(3, consumed);
        Write(1, [At(32_768 * 250L), At(0)], out consumed);
        Assert.Equal(2, consumed);
    }

    [Fact]
    public void A_buffer_too_small_for_one_status_writes_nothing()
    {
        for (var room = 0; room < 24; room++)
            Assert.Equal(0, TransportCcWriter.Write(new TransportCcHeader(1, 2, 3), 0, [At(0)], 0, new byte[room], out _));
    }

    [Fact(DisplayName = "V-17 Z-09 any arrivals come back to within one unit, however many packets they take")]
    public void Round_trip()
    {
        var arrival = Gen.Select(Gen.Int[0, 9], Gen.Int[-200_000, 2_000_000], Gen.Int[0, 3000]);
        Gen.Select(Gen.UShort, arrival.Array[1, 400], Gen.Int[24, 300]).Sample((first, draws, room) =>
        {
            var clock = 1_000_000_000L;
            var arrivals = draws.Select(d => d.Item1 < 2 ? Lost : At(clock += d.Item1 == 9 ? d.Item2 : d.Item3)).ToArray();
            var at = 0;
            while (at < arrivals.Length)
            {
                var buffer = new byte[room];
                var length = TransportCcWriter.Write(new TransportCcHeader(1, 2, 3), first + at, arrivals.AsSpan(at), 0, buffer, out var consumed);
                Assert.InRange(consumed, 1, arrivals.Length - at);
                Assert.Equal(0, length % 4);
                Matches(Read(buffer[..length], out var reference), reference, (ushort)(first + at), arrivals[at..(at + consumed)]);
                at += consumed;
            }
        });
    }

    [Fact(DisplayName = "Z-09 damaged feedback never throws")]
    public void Damage()
    {
        var sample = Write(7, [At(1000), Lost, At(900_000), At(2000), .. Enumerable.Repeat(At(3000), 20)], out _);
        var read = 0;
        foreach (var bytes in Damaged(sample))
        {
            var reader = new RtcpReader(bytes);
            while (reader.TryRead(out var block))
                if (block.TryGetTransportCc(out var feedback))
                    foreach (var _ in feedback) read++;
        }
        Assert.True(read > 1000);
    }

    private static void Matches(List<TransportCcStatus> statuses, long reference, ushort first, TransportCcArrival[] arrivals)
    {
        Assert.Equal(arrivals.Length, statuses.Count);
        var time = reference;
        var hasTime = false;
        for (var i = 0; i < arrivals.Length; i++)
        {
            Assert.Equal((ushort)(first + i), statuses[i].Sequence);
            Assert.Equal(arrivals[i].Received, statuses[i].Received);
            if (!arrivals[i].Received) continue;
            time += statuses[i].DeltaMicros;
            hasTime = true;
            Assert.InRange(arrivals[i].ArrivalMicros - time, 0, 249);
        }
        Assert.Equal(arrivals.Any(a => a.Received), hasTime);
    }

    private static TransportCcArrival At(long micros) => new(true, micros);

    private static byte[] Write(long first, TransportCcArrival[] arrivals, out int consumed, long now = 0)
    {
        var buffer = new byte[1200];
        var length = TransportCcWriter.Write(new TransportCcHeader(1, 2, 7), first, arrivals, now, buffer, out consumed);
        return buffer[..length];
    }

    private static List<TransportCcStatus> Read(byte[] packet, out long referenceMicros)
    {
        var reader = new RtcpReader(packet);
        Assert.True(reader.TryRead(out var block));
        Assert.True(block.TryGetTransportCc(out var feedback));
        referenceMicros = feedback.ReferenceMicros;
        var statuses = new List<TransportCcStatus>();
        foreach (var status in feedback) statuses.Add(status);
        return statuses;
    }
}
