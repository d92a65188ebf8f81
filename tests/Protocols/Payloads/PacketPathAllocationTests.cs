using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class PacketPathAllocationTests
{
    private readonly byte[] _media = Hex("90E0 1234 01020304 A0A1A2A3 BEDE0001 10AA0000 90F0 9267 05 7A 00 AABBCC");
    private readonly byte[] _buffer = new byte[1200];
    private readonly byte[] _descriptor = DependencySample.L2T1.Long(0, 1, true, 3);
    private readonly DependencyStructure _structure = new();
    private readonly TransportCcArrival[] _arrivals = new TransportCcArrival[100];
    private readonly ushort[] _lost = [1, 2, 3];
    private RtpExtensionIds _ids = new() { AudioLevel = 1 };

    [Fact]
    public void Nothing_is_allocated_for_a_packet_or_a_report()
    {
        var expected = OneRound();
        for (var i = 0; i < 50; i++) OneRound();
        var before = GC.GetAllocatedBytesForCurrentThread();
        long sum = 0;
        for (var i = 0; i < 100; i++) sum += OneRound();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(expected * 100L, sum);
    }

    private int OneRound()
    {
        var score = 0;
        if (RtpPacket.TryParse(_media, out var packet) && packet.Scan(_ids).Has(RtpExtensionKind.AudioLevel)) score++;
        if (Vp8Descriptor.TryParse(packet.Payload, out var vp8)) score += vp8.WriteDescriptor(packet.Payload, 1, 2, 3, _buffer);
        if (DependencyDescriptor.TryParse(_descriptor, _structure, out var frame) == DependencyOutcome.Parsed) score += frame.ChainCount;
        var header = new RtpHeaderWriter(_buffer);
        header.WriteFixed(true, 96, 1, 2, 3);
        header.AddExtension(1, packet.Payload[..4]);
        score += header.Complete();
        score += Rtx.Wrap(_media, 1, 97, 2, _buffer);
        score += Reports();
        return score;
    }

    private int Reports()
    {
        var writer = new RtcpWriter(_buffer);
        writer.AppendSenderReport(1, new SenderInfo(1, 2, 3, 4));
        writer.AppendNack(1, 2, _lost);
        var score = 0;
        var reader = new RtcpReader(writer.Written);
        while (reader.TryRead(out var block))
        {
            if (block.TryGetSenderReport(out _)) score++;
            if (!block.TryGetNack(out var nack)) continue;
            foreach (var sequence in nack) score += sequence;
        }
        var length = TransportCcWriter.Write(new TransportCcHeader(1, 2, 3), 1, _arrivals, 0, _buffer, out _);
        reader = new RtcpReader(_buffer.AsSpan(0, length));
        while (reader.TryRead(out var block))
            if (block.TryGetTransportCc(out var feedback))
                foreach (var status in feedback) score += status.Received ? 0 : 1;
        return score;
    }
}
