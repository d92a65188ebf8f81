using CsCheck;
using Sylk.Conference.Protocols.Payloads;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class Vp8DescriptorTests
{
    private static readonly byte[] Full = Hex("90F0 9267 05 7A 00 AABBCC");

    [Fact(DisplayName = "V-18 RFC 7741 4.6.1: a key frame in a single packet")]
    public void Key_frame()
    {
        Assert.True(Vp8Descriptor.TryParse(Hex("90 80 11 10 0000 9D012A 8002 E001"), out var d));
        Assert.True(d.IsFrameStart && d.IsKeyframeStart && d.HasPictureId);
        Assert.False(d.HasLongPictureId);
        Assert.Equal(17, d.PictureId);
        Assert.Equal((3, 2, 1), (d.Length, d.PictureIdOffset, d.Growth));
        Assert.True(d.TryReadSize(Hex("90 80 11 10 0000 9D012A 8002 E001"), out var width, out var height));
        Assert.Equal((640, 480), (width, height));
    }

    [Fact(DisplayName = "V-18 RFC 7741 4.6.2: an interframe without picture id")]
    public void Interframe()
    {
        Assert.True(Vp8Descriptor.TryParse(Hex("10 01"), out var d));
        Assert.True(d.IsFrameStart);
        Assert.False(d.IsKeyframeStart || d.HasPictureId || d.HasTl0PictureIndex || d.HasTemporalId || d.HasKeyIndex);
        Assert.Equal((1, 0), (d.Length, d.Growth));
    }

    [Fact(DisplayName = "V-18 RFC 7741 4.6.3, 4.6.4: only the beginning of the first partition starts a frame")]
    public void Partitions()
    {
        Assert.True(Vp8Descriptor.TryParse(Hex("91 80 11 00"), out var second));
        Assert.False(second.IsFrameStart || second.IsKeyframeStart);
        Assert.True(Vp8Descriptor.TryParse(Hex("80 80 11 00"), out var continued));
        Assert.False(continued.IsFrameStart || continued.IsKeyframeStart);
    }

    [Fact(DisplayName = "V-18 RFC 7741 4.6.5: a picture id of 15 bits")]
    public void Long_picture_id()
    {
        Assert.True(Vp8Descriptor.TryParse(Hex("90 80 9267 01"), out var d));
        Assert.True(d.HasLongPictureId);
        Assert.Equal((4711, 4, 0), (d.PictureId, d.Length, d.Growth));
    }

    [Fact(DisplayName = "V-18 every field of a full descriptor and where it lies")]
    public void All_fields()
    {
        Assert.True(Vp8Descriptor.TryParse(Full, out var d));
        Assert.Equal((4711, 5, 1, 26), (d.PictureId, d.Tl0PictureIndex, d.TemporalId, d.KeyIndex));
        Assert.True(d.IsLayerSync && d.HasTemporalId && d.HasKeyIndex && d.HasTl0PictureIndex && d.IsKeyframeStart);
        Assert.Equal((2, 4, 5, 6), (d.PictureIdOffset, d.Tl0Offset, d.LayerOffset, d.Length));
    }

    [Fact(DisplayName = "E.5 a descriptor with 15 bits is rewritten in place")]
    public void Rewrite_in_place()
    {
        var payload = (byte[])Full.Clone();
        Assert.True(Vp8Descriptor.TryParse(payload, out var d));
        Assert.Equal(payload.Length, Vp8Descriptor.Rewrite(payload, d, 32_767 + 1 + 3, 255, 31));
        Assert.Equal(Hex("90F0 8003 FF 7F 00 AABBCC"), payload);
    }

    [Fact(DisplayName = "E.5 a descriptor with 7 bits grows by one octet")]
    public void Rewrite_grows()
    {
        byte[] payload = [.. Hex("90F0 11 05 7A 00 AABBCC"), 0];
        Assert.True(Vp8Descriptor.TryParse(payload.AsSpan(0, payload.Length - 1), out var d));
        Assert.Equal(payload.Length, Vp8Descriptor.Rewrite(payload, d, 0x1234, 6, 27));
        Assert.Equal(Hex("90F0 9234 06 7B 00 AABBCC"), payload);
    }

    [Fact(DisplayName = "Z-06 the descriptor reads back what was written over it, and the rest is untouched")]
    public void Rewrites() =>
        Gen.Select(Gen.Byte.Array[12, 40], Gen.Int[0, 32_767], Gen.Byte, Gen.Int[0, 31]).Sample((payload, id, tl0, key) =>
        {
            if (!Vp8Descriptor.TryParse(payload, out var before)) return;
            byte[] rewritten = [.. payload, .. new byte[before.Growth]];
            Vp8Descriptor.Rewrite(rewritten, before, id, tl0, (byte)key);
            Assert.True(Vp8Descriptor.TryParse(rewritten, out var after));
            Assert.Equal(before.Length + before.Growth, after.Length);
            Assert.Equal(before.HasPictureId ? id : 0, after.PictureId);
            Assert.Equal(before.HasTl0PictureIndex ? tl0 : 0, after.Tl0PictureIndex);
            Assert.Equal(before.HasKeyIndex ? key : 0, after.KeyIndex);
            Assert.Equal((before.TemporalId, before.IsLayerSync, before.IsFrameStart, before.IsKeyframeStart),
                (after.TemporalId, after.IsLayerSync, after.IsFrameStart, after.IsKeyframeStart));
            Assert.Equal(payload[before.Length..], rewritten[after.Length..]);

            var descriptor = new byte[Vp8Descriptor.LongestDescriptor + 1];
            var length = before.WriteDescriptor(payload, id, tl0, (byte)key, descriptor);
            Assert.Equal(rewritten[..after.Length], descriptor[..length]);
        });

    [Fact(DisplayName = "TU-21 Z-06 a cut or damaged descriptor never throws; without data after it there is none")]
    public void Damage()
    {
        for (var length = 0; length <= 6; length++) Assert.False(Vp8Descriptor.TryParse(Full.AsSpan(0, length), out _));
        var parsed = Damaged(Full).Count(bytes => Vp8Descriptor.TryParse(bytes, out var d) && d.Length < bytes.Length);
        Assert.True(parsed > 10);
    }
}
