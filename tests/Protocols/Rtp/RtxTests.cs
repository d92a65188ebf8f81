using CsCheck;
using Sylk.Conference.Protocols.Rtp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtp;

public sealed class RtxTests
{
    private static readonly byte[] Original = Hex("90E0 1234 01020304 A0A1A2A3 BEDE0001 10AA0000 DEADBEEF");
    private static readonly byte[] Wrapped = Hex("90E1 0007 01020304 00000009 BEDE0001 10AA0000 1234 DEADBEEF");

    [Fact]
    public void A_retransmission_carries_the_original_number_before_the_payload()
    {
        var buffer = new byte[100];
        var length = Rtx.Wrap(Original, 9, 97, 7, buffer);
        Assert.Equal(Wrapped, buffer[..length]);
    }

    [Fact]
    public void Unwrapping_restores_number_source_and_payload_type()
    {
        var buffer = new byte[100];
        var length = Rtx.Unwrap(Wrapped, 0xA0A1A2A3, 96, buffer);
        Assert.Equal(Original, buffer[..length]);
    }

    [Fact]
    public void Both_work_in_place() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.UShort, Gen.UInt).Sample((payload, sequence, ssrc) =>
        {
            byte[] packet = [.. Original[..20], .. payload];
            var buffer = new byte[packet.Length + 2];
            packet.CopyTo(buffer, 0);
            Assert.Equal(buffer.Length, Rtx.Wrap(buffer.AsSpan(0, packet.Length), ssrc, 97, sequence, buffer));
            Assert.Equal(packet.Length, Rtx.Unwrap(buffer, 0xA0A1A2A3, 96, buffer));
            Assert.Equal(packet, buffer[..packet.Length]);
        });

    [Fact]
    public void Padding_is_taken_off_and_a_probe_of_padding_only_is_no_packet()
    {
        byte[] padded = [.. Wrapped, 0, 2];
        padded[0] |= 0x20;
        var buffer = new byte[100];
        var length = Rtx.Unwrap(padded, 0xA0A1A2A3, 96, buffer);
        Assert.Equal(Original, buffer[..length]);
        Assert.Equal(0, Rtx.Unwrap(Hex("A0E1000701020304000000090002"), 1, 96, buffer));
    }

    [Fact(DisplayName = "TU-12 damaged retransmissions never throw")]
    public void Damage()
    {
        var buffer = new byte[30];
        foreach (var bytes in Damaged(Wrapped)) Assert.InRange(Rtx.Unwrap(bytes, 1, 96, buffer), 0, bytes.Length);
        Assert.Equal(0, Rtx.Wrap(Original, 9, 97, 7, new byte[Original.Length + 1]));
        Assert.Equal(0, Rtx.Unwrap(Wrapped, 9, 97, new byte[Original.Length - 1]));
    }
}
