using CsCheck;
using Sylk.Conference.Protocols.Rtcp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtcp;

public sealed class RtcpRoundTripTests
{
    private static readonly Gen<ReportBlock> Block =
        Gen.Select(Gen.UInt, Gen.Byte, Gen.Int[-0x80_0000, 0x7F_FFFF], Gen.UInt, Gen.UInt, Gen.UInt, Gen.UInt)
            .Select((a, b, c, d, e, f, g) => new ReportBlock(a, b, c, d, e, f, g));

    [Fact(DisplayName = "V-17 a compound of SR, SDES and BYE has the octets of RFC 3550")]
    public void Compound_bytes()
    {
        var writer = new RtcpWriter(new byte[200]);
        Assert.True(writer.AppendSenderReport(0x01020304, new SenderInfo(0x1111111122222222, 3, 4, 5), [new ReportBlock(9, 1, -1, 2, 3, 4, 5)]));
        Assert.True(writer.AppendCname(0x01020304, "ab"u8));
        Assert.True(writer.AppendBye([0x01020304]));
        Assert.Equal(
            Hex("""
                81C8000C 01020304 1111111122222222 00000003 00000004 00000005
                00000009 01FFFFFF 00000002 00000003 00000004 00000005
                81CA0003 01020304 01026162 00000000
                81CB0001 01020304
                """),
            writer.Written.ToArray());
    }

    [Fact(DisplayName = "V-17 Z-09 sender and receiver reports come back as written")]
    public void Reports() =>
        Gen.Select(Gen.UInt, Gen.ULong, Gen.UInt, Gen.UInt, Gen.UInt, Block.Array[0, 31]).Sample((ssrc, ntp, rtp, packets, octets, blocks) =>
        {
            var info = new SenderInfo(ntp, rtp, packets, octets);
            var writer = new RtcpWriter(new byte[2000]);
            Assert.True(writer.AppendSenderReport(ssrc, info, blocks));
            Assert.True(writer.AppendReceiverReport(ssrc, blocks));
            var reader = new RtcpReader(writer.Written);
            Assert.True(reader.TryRead(out var first));
            Assert.True(first.TryGetSenderReport(out var sender));
            Assert.Equal((ssrc, info, blocks.Length), (sender.SenderSsrc, sender.Info, sender.ReportCount));
            Assert.True(reader.TryRead(out var second));
            Assert.True(second.TryGetReceiverReport(out var receiver));
            Assert.Equal((ssrc, blocks.Length), (receiver.SenderSsrc, receiver.ReportCount));
            for (var i = 0; i < blocks.Length; i++)
            {
                Assert.Equal(blocks[i], sender.Report(i));
                Assert.Equal(blocks[i], receiver.Report(i));
            }
            Assert.False(reader.TryRead(out _));
            Assert.False(reader.IsMalformed);
        });

    [Fact(DisplayName = "V-17 CNAMEs of every length come back")]
    public void Cnames()
    {
        for (var length = 1; length <= 255; length++)
        {
            var name = Enumerable.Repeat((byte)'x', length).ToArray();
            var writer = new RtcpWriter(new byte[300]);
            Assert.True(writer.AppendCname(7, name));
            var reader = new RtcpReader(writer.Written);
            Assert.True(reader.TryRead(out var block));
            Assert.True(block.TryGetSourceDescription(out var chunks));
            Assert.True(chunks.TryRead(out var ssrc, out var cname));
            Assert.Equal(7u, ssrc);
            Assert.Equal(name, cname.ToArray());
            Assert.False(chunks.TryRead(out _, out _));
        }
    }

    [Fact(DisplayName = "V-17 SDES: the CNAME is found among other items and chunks")]
    public void Sdes_chunks()
    {
        var reader = new RtcpReader(Hex("82CA0007 0000000A 0202 4E4E 0101 41 00 0000000B 0103 424344 00 0000"));
        Assert.False(reader.TryRead(out _), "one word short");
        reader = new RtcpReader(Hex("82CA0006 0000000A 0202 4E4E 0101 41 00 0000000B 0103 424344 00 0000"));
        Assert.True(reader.TryRead(out var block));
        Assert.True(block.TryGetSourceDescription(out var chunks));
        Assert.True(chunks.TryRead(out var ssrc, out var cname));
        Assert.Equal((10u, "A"), (ssrc, System.Text.Encoding.ASCII.GetString(cname)));
        Assert.True(chunks.TryRead(out ssrc, out cname));
        Assert.Equal((11u, "BCD"), (ssrc, System.Text.Encoding.ASCII.GetString(cname)));
    }

    [Fact(DisplayName = "V-17 BYE lists its sources and gives its reason")]
    public void Byes()
    {
        var reader = new RtcpReader(Hex("82CB0003 00000001 00000002 02 6F6B 00"));
        Assert.True(reader.TryRead(out var block));
        Assert.True(block.TryGetBye(out var bye));
        Assert.Equal((2, 1u, 2u), (bye.Count, bye.Ssrc(0), bye.Ssrc(1)));
        Assert.Equal("ok"u8.ToArray(), bye.Reason.ToArray());
    }

    [Fact(DisplayName = "V-17 NACK packs PID and BLP as RFC 4585 section 6.2.1 draws them, over the wrap")]
    public void Nack_bytes()
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.Equal(5, writer.AppendNack(1, 2, [65_535, 0, 15, 16, 17]));
        Assert.Equal(Hex("81CD0004 00000001 00000002 FFFF8001 00100001"), writer.Written.ToArray());
    }

    [Fact(DisplayName = "V-17 Z-09 any rising list of lost packets comes back from as many NACKs as it needs")]
    public void Nacks() =>
        Gen.Select(Gen.UShort, Gen.Int[1, 60].Array[1, 300]).Sample((first, steps) =>
        {
            var at = first;
            var lost = steps.Select(step => at += (ushort)step).ToArray();
            var read = new List<ushort>();
            for (var rest = lost.AsSpan(); !rest.IsEmpty;)
            {
                var writer = new RtcpWriter(new byte[1200]);
                var taken = writer.AppendNack(1, 2, rest);
                Assert.InRange(writer.Length, 16, 12 + RtcpWriter.MaximumNackItems * 4);
                rest = rest[taken..];
                var reader = new RtcpReader(writer.Written);
                Assert.True(reader.TryRead(out var block));
                Assert.True(block.TryGetNack(out var nack));
                Assert.Equal((1u, 2u), (nack.SenderSsrc, nack.MediaSsrc));
                foreach (var sequence in nack) read.Add(sequence);
            }
            Assert.Equal(lost, read);
        });

    [Fact(DisplayName = "V-17 PLI and FIR have the octets of RFC 4585 6.3.1 and RFC 5104 4.3.1")]
    public void Keyframe_requests()
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.True(writer.AppendPli(1, 2));
        Assert.True(writer.AppendFir(1, new FirEntry(2, 9)));
        Assert.Equal(Hex("81CE0002 00000001 00000002 84CE0004 00000001 00000000 00000002 09000000"), writer.Written.ToArray());
        var reader = new RtcpReader(writer.Written);
        Assert.True(reader.TryRead(out var first));
        Assert.True(first.TryGetPli(out var pli));
        Assert.Equal(new Pli(1, 2), pli);
        Assert.False(first.TryGetFir(out _));
        Assert.True(reader.TryRead(out var second));
        Assert.True(second.TryGetFir(out var fir));
        Assert.Equal((1, new FirEntry(2, 9)), (fir.Count, fir.Entry(0)));
    }

    [Fact(DisplayName = "V-17 REMB keeps 18 significant bits and its sources")]
    public void Rembs() =>
        Gen.Select(Gen.Long[0, long.MaxValue], Gen.UInt.Array[0, 20]).Sample((bitrate, ssrcs) =>
        {
            var writer = new RtcpWriter(new byte[200]);
            Assert.True(writer.AppendRemb(5, bitrate, ssrcs));
            var reader = new RtcpReader(writer.Written);
            Assert.True(reader.TryRead(out var block));
            Assert.True(block.TryGetRemb(out var remb));
            Assert.InRange(bitrate - remb.Bitrate, 0, bitrate >> 17);
            Assert.Equal((5u, ssrcs.Length), (remb.SenderSsrc, remb.SsrcCount));
            for (var i = 0; i < ssrcs.Length; i++) Assert.Equal(ssrcs[i], remb.Ssrc(i));
        });

    [Fact(DisplayName = "V-17 XR reference time and its answer (RFC 3611 4.4, 4.5)")]
    public void Extended_reports()
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.True(writer.AppendReferenceTime(1, 0x0102030405060708));
        Assert.True(writer.AppendDlrr(2, [new DlrrEntry(3, 4, 5), new DlrrEntry(6, 7, 8)]));
        Assert.Equal(
            Hex("80CF0004 00000001 04000002 0102030405060708 80CF0008 00000002 05000006 00000003 00000004 00000005 00000006 00000007 00000008"),
            writer.Written.ToArray());
        var reader = new RtcpReader(writer.Written);
        Assert.True(reader.TryRead(out var first));
        Assert.True(first.TryGetExtendedReport(out var reference));
        Assert.True(reference.TryGetReferenceTime(out var ntp));
        Assert.Equal(0x0102030405060708u, ntp);
        Assert.True(reader.TryRead(out var second));
        Assert.True(second.TryGetExtendedReport(out var answer));
        Assert.True(answer.TryGetDlrr(6, out var entry));
        Assert.Equal(new DlrrEntry(6, 7, 8), entry);
        Assert.False(answer.TryGetDlrr(9, out _));
    }

    [Fact]
    public void What_does_not_fit_leaves_the_packets_before_it_intact()
    {
        var writer = new RtcpWriter(new byte[15]);
        Assert.True(writer.AppendPli(1, 2));
        Assert.False(writer.AppendPli(1, 2));
        Assert.Equal(0, writer.AppendNack(1, 2, [1]));
        Assert.False(writer.AppendBye([1]));
        Assert.Equal(12, writer.Length);
        Assert.False(new RtcpWriter(new byte[2000]).AppendReceiverReport(1, new ReportBlock[32]));
    }
}
