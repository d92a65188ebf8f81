using Sylk.Conference.Protocols.Rtcp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtcp;

public sealed class RtcpDamageTests
{
    [Fact(DisplayName = "Z-09 a length past the end stops the walk; what came before stands")]
    public void Lengths()
    {
        var reader = new RtcpReader(Hex("81CE0002 00000001 00000002 81CE0003 00000001 00000002"));
        Assert.True(reader.TryRead(out _));
        Assert.False(reader.TryRead(out _));
        Assert.True(reader.IsMalformed);
    }

    [Theory(DisplayName = "TU-17 a block whose counts lie is rejected, the compound is not")]
    [InlineData("82C90007 00000001" + "000000090100000000000002000000030000000400000005")] // RR of 2 with one block
    [InlineData("82CB0001 00000001")] // BYE of 2 with one
    [InlineData("8FCE0004 00000001 00000000 52454D42 02 000000")] // REMB of 2 with none
    [InlineData("8FCE0004 00000001 00000000 52454D43 00 000000")] // not REMB
    [InlineData("81CD0002 00000001 00000002")] // NACK without an item
    [InlineData("84CE0003 00000001 00000000 00000002")] // FIR with half an entry
    [InlineData("8FCD0005 00000001 00000002 0001 0064 000000 00 2064 0000")] // 100 small deltas, 2 octets
    [InlineData("8FCD0005 00000001 00000002 0001 0001 000000 00 6001 0000")] // reserved symbol in a run
    [InlineData("8FCD0005 00000001 00000002 0001 0001 000000 00 F000 0000")] // reserved symbol in a vector
    [InlineData("8FCD0005 00000001 00000002 0001 4001 000000 00 1FFF 1FFF")] // more statuses than chunks
    [InlineData("8FCD0005 00000001 00000002 0001 0000 000000 00 0000 0000")] // no status at all
    public void Lies(string hex)
    {
        var reader = new RtcpReader([.. Hex(hex), .. Hex("81CE0002 00000001 00000002")]);
        Assert.True(reader.TryRead(out var block));
        Assert.Equal(0, Views(block));
        Assert.True(reader.TryRead(out var pli));
        Assert.True(pli.TryGetPli(out _));
        Assert.False(reader.IsMalformed);
    }

    [Fact(DisplayName = "TU-17 an absurd REMB is clamped to what a long holds")]
    public void Remb_clamp()
    {
        var reader = new RtcpReader(Hex("8FCE0004 00000001 00000000 52454D42 00 FFFFFF"));
        Assert.True(reader.TryRead(out var block));
        Assert.True(block.TryGetRemb(out var remb));
        Assert.Equal(long.MaxValue, remb.Bitrate);
    }

    [Fact]
    public void Impossible_padding_skips_the_packet()
    {
        var reader = new RtcpReader(Hex("A1CE0002 00000001 00000009 81CE0002 00000001 00000002"));
        Assert.True(reader.TryRead(out var block));
        Assert.True(block.TryGetPli(out var pli));
        Assert.Equal(2u, pli.MediaSsrc);
        Assert.Equal(1, reader.Rejected);
    }

    [Fact(DisplayName = "Z-09 damaged compounds never throw")]
    public void Damage()
    {
        var writer = new RtcpWriter(new byte[1000]);
        writer.AppendSenderReport(1, new SenderInfo(1, 2, 3, 4), [new ReportBlock(9, 1, -1, 2, 3, 4, 5)]);
        writer.AppendReceiverReport(1, [new ReportBlock(9, 1, -1, 2, 3, 4, 5)]);
        writer.AppendCname(1, "someone"u8);
        writer.AppendNack(1, 2, [1, 2, 40]);
        writer.AppendFir(1, new FirEntry(2, 3));
        writer.AppendRemb(1, 1_000_000, [1, 2]);
        writer.AppendReferenceTime(1, 2);
        writer.AppendDlrr(1, [new DlrrEntry(1, 2, 3)]);
        writer.AppendBye([1, 2]);
        var views = 0;
        foreach (var bytes in Damaged(writer.Written.ToArray()))
        {
            var reader = new RtcpReader(bytes);
            while (reader.TryRead(out var block)) views += Views(block);
        }
        Assert.True(views > 1000);
    }

    /// <summary>Opens every view and reads all it offers.</summary>
    private static int Views(RtcpBlock block)
    {
        var views = 0;
        if (block.TryGetSenderReport(out var sender))
        {
            views++;
            for (var i = 0; i < sender.ReportCount; i++) sender.Report(i);
        }
        if (block.TryGetReceiverReport(out var receiver))
        {
            views++;
            for (var i = 0; i < receiver.ReportCount; i++) receiver.Report(i);
        }
        if (block.TryGetSourceDescription(out var chunks))
            while (chunks.TryRead(out _, out _)) views++;
        if (block.TryGetBye(out var bye))
        {
            views += bye.Reason.IsEmpty ? 1 : 2;
            for (var i = 0; i < bye.Count; i++) bye.Ssrc(i);
        }
        if (block.TryGetFir(out var fir))
        {
            views++;
            for (var i = 0; i < fir.Count; i++) fir.Entry(i);
        }
        if (block.TryGetRemb(out var remb))
        {
            views++;
            for (var i = 0; i < remb.SsrcCount; i++) remb.Ssrc(i);
        }
        if (block.TryGetExtendedReport(out var report))
            views += (report.TryGetReferenceTime(out _) ? 1 : 0) + (report.TryGetDlrr(1, out _) ? 1 : 0);
        if (block.TryGetNack(out var nack))
            foreach (var _ in nack) views++;
        if (block.TryGetTransportCc(out var feedback))
            foreach (var _ in feedback) views++;
        return views + (block.TryGetPli(out _) ? 1 : 0);
    }
}
