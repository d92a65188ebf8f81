using CsCheck;
using Sylk.Conference.Protocols.Rtp;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Rtp;

public sealed class RedTests
{
    // The shape of RFC 2198 section 5: a redundant LPC block (payload type 7, 14 octets), then DVI4 (5) as the primary.
    private static readonly byte[] Example =
        Hex("87 0A 00 0E 05" + "0102030405060708090A0B0C0D0E" + "AABBCC");

    [Fact(DisplayName = "V-19 RED: the packet of RFC 2198 section 5 gives its two blocks")]
    public void Reads()
    {
        var reader = new RedReader(Example);
        Assert.True(reader.IsValid);
        Assert.True(reader.TryRead(out var redundant));
        Assert.False(redundant.IsPrimary);
        Assert.Equal(7, redundant.PayloadType);
        Assert.Equal(640, redundant.TimestampOffset);
        Assert.Equal(14, redundant.Data.Length);
        Assert.True(reader.TryRead(out var primary));
        Assert.True(primary.IsPrimary);
        Assert.Equal(5, primary.PayloadType);
        Assert.Equal(Hex("AABBCC"), primary.Data.ToArray());
        Assert.False(reader.TryRead(out _));
    }

    [Fact(DisplayName = "V-19 RED: the same packet is written octet for octet")]
    public void Writes()
    {
        var buffer = new byte[64];
        var writer = new RedWriter(buffer);
        Assert.True(writer.TryAddRedundant(7, 640, Example.AsSpan(5, 14)));
        Assert.Equal(Example, buffer[..writer.Complete(5, Hex("AABBCC"))]);
    }

    [Fact(DisplayName = "V-19 RED: any blocks come back in order")]
    public void Round_trip() =>
        Gen.Select(Gen.Select(Gen.Int[0, 127], Gen.Int[0, 16383], Gen.Byte.Array[0, 100]).Array[0, 5], Gen.Byte.Array[0, 100]).Sample(
            (blocks, primary) =>
            {
                var buffer = new byte[1000];
                var writer = new RedWriter(buffer);
                foreach (var (type, offset, data) in blocks) Assert.True(writer.TryAddRedundant((byte)type, offset, data));
                var reader = new RedReader(buffer.AsSpan(0, writer.Complete(111, primary)));
                foreach (var (type, offset, data) in blocks)
                {
                    Assert.True(reader.TryRead(out var block));
                    Assert.Equal((type, offset), (block.PayloadType, block.TimestampOffset));
                    Assert.Equal(data, block.Data.ToArray());
                }
                Assert.True(reader.TryRead(out var last));
                Assert.True(last.IsPrimary);
                Assert.Equal(primary, last.Data.ToArray());
            });

    [Fact]
    public void What_cannot_be_expressed_is_refused()
    {
        var writer = new RedWriter(new byte[2000]);
        Assert.False(writer.TryAddRedundant(1, 16384, []));
        Assert.False(writer.TryAddRedundant(1, -1, []));
        Assert.False(writer.TryAddRedundant(1, 0, new byte[1024]));
        Assert.Equal(0, new RedWriter(new byte[4]).Complete(1, new byte[4]));
    }

    [Fact(DisplayName = "TU-12 RED headers that claim more than is there give no block")]
    public void Damage()
    {
        Assert.False(new RedReader([]).IsValid);
        Assert.False(new RedReader(Hex("870A000E")).IsValid);
        Assert.False(new RedReader(Example.AsSpan(0, 18)).IsValid);
        foreach (var bytes in Damaged(Example))
        {
            var reader = new RedReader(bytes);
            var octets = 0;
            while (reader.TryRead(out var block)) octets += block.Data.Length;
            Assert.InRange(octets, 0, bytes.Length);
        }
    }
}
