using CsCheck;
using Sylk.Conference.Protocols.Rtp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtp;

public sealed class RtpPacketTests
{
    // One CSRC, one-byte extensions 1 (1 octet) and 3 (3 octets), two octets of payload, two of padding.
    private static readonly byte[] OneByte = Hex("""
        B1E0 1234 01020304 A0A1A2A3 C0C1C2C3
        BEDE 0002 10 AA 00 32 010203 00
        DEAD 00 02
        """);

    // Two-byte form: id 16 with no octets, id 2 with two, padding between.
    private static readonly byte[] TwoByte = Hex("9060 FFFF 00000000 00000001 1005 0002 1000 00 02 02 BEEF 00  77");

    [Fact(DisplayName = "V-16 every field of a packet with CSRC, one-byte extensions and padding is read")]
    public void Fields()
    {
        Assert.True(RtpPacket.TryParse(OneByte, out var packet));
        Assert.True(packet.Marker);
        Assert.Equal(96, packet.PayloadType);
        Assert.Equal(0x1234, packet.SequenceNumber);
        Assert.Equal(0x01020304u, packet.Timestamp);
        Assert.Equal(0xA0A1A2A3, packet.Ssrc);
        Assert.Equal(1, packet.CsrcCount);
        Assert.Equal(0xC0C1C2C3, packet.Csrc(0));
        Assert.Equal(0xBEDE, packet.ExtensionProfile);
        Assert.Equal(20, packet.ExtensionOffset);
        Assert.Equal(28, packet.HeaderLength);
        Assert.Equal(2, packet.PaddingLength);
        Assert.Equal(Hex("DEAD"), packet.Payload.ToArray());
    }

    [Fact]
    public void The_header_alone_does_not_trust_padding()
    {
        var bytes = (byte[])OneByte.Clone();
        bytes[^1] = 200;
        Assert.False(RtpPacket.TryParse(bytes, out _));
        Assert.True(RtpPacket.TryParseHeader(bytes, out var packet));
        Assert.Equal(0, packet.PaddingLength);
        Assert.Equal(4, packet.Payload.Length);
    }

    [Theory(DisplayName = "TU-12 short or lying packets are refused")]
    [InlineData("")]
    [InlineData("80E01234010203040A0A0A")] // 11 octets
    [InlineData("40E01234010203040A0A0A0A")] // version 1
    [InlineData("81E01234010203040A0A0A0A")] // CSRC beyond the end
    [InlineData("90E01234010203040A0A0A0A")] // no extension header
    [InlineData("90E01234010203040A0A0A0ABEDE0001")] // extension beyond the end
    [InlineData("A0E01234010203040A0A0A0A")] // padding with no octet
    [InlineData("A0E01234010203040A0A0A0A00")] // padding of 0
    [InlineData("A0E01234010203040A0A0A0A0003")] // padding beyond the header
    public void Refused(string hex) => Assert.False(RtpPacket.TryParse(Hex(hex), out _));

    [Fact]
    public void A_packet_of_padding_only_has_no_payload()
    {
        Assert.True(RtpPacket.TryParse(Hex("A0E01234010203040A0A0A0A 000003"), out var packet));
        Assert.True(packet.Payload.IsEmpty);
    }

    [Fact]
    public void Elements_of_both_forms_are_found()
    {
        Assert.True(RtpPacket.TryParse(OneByte, out var one));
        Assert.True(one.TryGetExtension(1, out var level));
        Assert.Equal(Hex("AA"), level.ToArray());
        Assert.True(one.TryGetExtension(3, out var time));
        Assert.Equal(Hex("010203"), time.ToArray());
        Assert.False(one.TryGetExtension(2, out _));

        Assert.True(RtpPacket.TryParse(TwoByte, out var two));
        Assert.True(two.TryGetExtension(16, out var empty));
        Assert.True(empty.IsEmpty);
        Assert.True(two.TryGetExtension(2, out var pair));
        Assert.Equal(Hex("BEEF"), pair.ToArray());
    }

    [Theory(DisplayName = "RFC 8285 4.2: id 15, id 0 with a length, and an element past the block end the walk")]
    [InlineData("10AAF011 22BB0000")]
    [InlineData("10AA0111 22BB0000")]
    [InlineData("10AA0000 0000002F")]
    public void Walk_ends(string block)
    {
        Assert.True(RtpPacket.TryParse(Hex("9060000100000000000000 01 BEDE0002" + block), out var packet));
        Assert.True(packet.TryGetExtension(1, out _));
        Assert.False(packet.TryGetExtension(2, out _));
        Assert.False(packet.TryGetExtension(15, out _));
    }

    [Fact]
    public void One_scan_finds_what_was_negotiated_and_nothing_else()
    {
        var ids = new RtpExtensionIds { AudioLevel = 1, AbsSendTime = 3, Mid = 4 };
        Assert.True(RtpPacket.TryParse(OneByte, out var packet));
        var scan = packet.Scan(ids);
        Assert.True(scan.TryGet(RtpExtensionKind.AbsSendTime, OneByte, out var time));
        Assert.Equal(Hex("010203"), time.ToArray());
        Assert.Equal(21, scan[RtpExtensionKind.AudioLevel].Offset);
        Assert.False(scan.Has(RtpExtensionKind.Mid));
        Assert.False(scan.TryGet(RtpExtensionKind.Mid, OneByte, out _));
    }

    [Fact]
    public void An_id_belongs_to_one_kind_only()
    {
        var ids = new RtpExtensionIds { Mid = 5, Rid = 200 };
        ids.AudioLevel = 5;
        Assert.Equal(0, ids.Mid);
        Assert.Equal(RtpExtensionKind.AudioLevel, ids.KindOf(5));
        Assert.Equal(RtpExtensionKind.Rid, ids.KindOf(200));
        ids.Rid = 0;
        Assert.Equal(RtpExtensionKind.None, ids.KindOf(200));
        Assert.Equal(RtpExtensionKind.None, ids.KindOf(0));
    }

    [Fact(DisplayName = "Z-05 damaged packets never throw and never give an element outside the packet")]
    public void Damage()
    {
        var parsed = 0;
        foreach (var bytes in Damaged(OneByte).Concat(Damaged(TwoByte)))
        {
            if (!RtpPacket.TryParse(bytes, out var packet)) continue;
            parsed++;
            var elements = packet.ExtensionElements();
            while (elements.TryRead(out var element)) Assert.InRange(element.Offset + element.Length, 13, packet.HeaderLength);
            Assert.Equal(bytes.Length, packet.HeaderLength + packet.Payload.Length + packet.PaddingLength);
        }
        Assert.True(parsed > 20);
    }

    [Fact(DisplayName = "Z-05 what the header writer writes is what the parser reads, in both forms")]
    public void Round_trip()
    {
        var element = Gen.Select(Gen.Int[1, 20], Gen.Byte.Array[0, 20]);
        Gen.Select(Gen.Bool, Gen.Int[0, 127], Gen.UShort, Gen.UInt, Gen.UInt, Gen.UInt.Array[0, 15], element.Array[0, 6]).Sample(
            (marker, type, sequence, timestamp, ssrc, csrcs, elements) =>
            {
                var unique = elements.DistinctBy(e => e.Item1).ToArray();
                var buffer = new byte[400];
                var writer = new RtpHeaderWriter(buffer);
                writer.WriteFixed(marker, (byte)type, sequence, timestamp, ssrc);
                foreach (var csrc in csrcs) Assert.True(writer.AddCsrc(csrc));
                foreach (var (id, value) in unique) Assert.True(writer.AddExtension(id, value));
                var length = writer.Complete();

                Assert.True(RtpPacket.TryParse(buffer.AsSpan(0, length), out var packet));
                Assert.Equal(length, packet.HeaderLength);
                Assert.Equal((marker, type, sequence, timestamp, ssrc),
                    (packet.Marker, packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Ssrc));
                Assert.Equal(csrcs.Length, packet.CsrcCount);
                for (var i = 0; i < csrcs.Length; i++) Assert.Equal(csrcs[i], packet.Csrc(i));
                var oneByte = unique.All(e => e.Item1 <= 14 && e.Item2.Length is >= 1 and <= 16);
                Assert.Equal(unique.Length == 0 ? 0 : oneByte ? 0xBEDE : 0x1000, packet.ExtensionProfile);
                foreach (var (id, value) in unique)
                {
                    Assert.True(packet.TryGetExtension(id, out var read));
                    Assert.Equal(value, read.ToArray());
                }
            }, iter: 1000);
    }

    [Fact]
    public void A_header_that_does_not_fit_has_length_zero()
    {
        for (var room = 0; room < 24; room++)
        {
            var writer = new RtpHeaderWriter(new byte[room]);
            writer.WriteFixed(false, 96, 1, 2, 3);
            writer.AddCsrc(4);
            writer.AddExtension(1, Hex("AABB"));
            Assert.Equal(0, writer.Complete());
        }
    }
}
