using Sylk.Conference.Protocols.Payloads;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class Vp9DescriptorTests
{
    // I L B V, picture id 4711, TID 0 SID 0, TL0PICIDX 5, structure: 2 layers with sizes, 1 picture with 2 references.
    private static readonly byte[] Key = Hex("AA 9267 00 05 38 0140 00B4 0280 0168 01 18 0102 AABB");

    // I P L F E, picture id 17 in 7 bits, TID 2 U SID 1 D, references 1 and 3 back.
    private static readonly byte[] Flexible = Hex("F4 11 53 03 06 CC");

    [Fact(DisplayName = "V-18 RFC 9628: a key picture with its scalability structure")]
    public void Key_picture()
    {
        Assert.True(Vp9Descriptor.TryParse(Key, out var d));
        Assert.True(d.IsKeyframeStart && d.StartsLayerFrame && d.HasStructure && d.HasResolutions && d.HasLongPictureId);
        Assert.False(d.EndsLayerFrame || d.IsInterPicture || d.IsFlexible || d.IsUnusedByUpperLayers);
        Assert.Equal((4711, 5, 2), (d.PictureId, d.Tl0PictureIndex, d.SpatialLayerCount));
        Assert.Equal((1, 4, 5, 18), (d.PictureIdOffset, d.Tl0Offset, d.StructureOffset, d.Length));
        Assert.True(d.TryReadSize(Key, 1, out var width, out var height));
        Assert.Equal((640, 360), (width, height));
        Assert.False(d.TryReadSize(Key, 2, out _, out _));
    }

    [Fact(DisplayName = "V-18 RFC 9628: flexible mode with layers and references")]
    public void Flexible_mode()
    {
        Assert.True(Vp9Descriptor.TryParse(Flexible, out var d));
        Assert.True(d.IsFlexible && d.IsInterPicture && d.IsSwitchingUp && d.IsInterLayer && d.EndsLayerFrame);
        Assert.False(d.IsKeyframeStart || d.StartsLayerFrame || d.HasStructure);
        Assert.Equal((17, 2, 1, 2, 0), (d.PictureId, d.TemporalId, d.SpatialId, d.ReferenceCount, d.Tl0Offset));
        Assert.Equal((1, 3), (d.Reference(Flexible, 0), d.Reference(Flexible, 1)));
        Assert.Equal(5, d.Length);
    }

    [Theory(DisplayName = "E.6 a key frame starts only with P=0, B=1, spatial layer 0")]
    [InlineData("A8 01 00 00 FF", true)]
    [InlineData("E8 01 00 00 FF", false)] // P
    [InlineData("A0 01 00 00 FF", false)] // no B
    [InlineData("A8 01 02 00 FF", false)] // SID 1
    [InlineData("A8 01 03 00 FF", false)] // SID 1 on SID 0
    [InlineData("08 FF", true)] // no layers at all
    public void Key_frame(string hex, bool expected)
    {
        Assert.True(Vp9Descriptor.TryParse(Hex(hex), out var d));
        Assert.Equal(expected, d.IsKeyframeStart);
    }

    [Fact(DisplayName = "E.6 E.19-1 the picture id is patched in its own width and wraps")]
    public void Patch()
    {
        var payload = (byte[])Key.Clone();
        Assert.True(Vp9Descriptor.TryParse(payload, out var d));
        d.PatchPictureId(payload, 32_768 + 5);
        d.PatchTl0(payload, 9);
        Assert.True(Vp9Descriptor.TryParse(payload, out d));
        Assert.Equal((5, 9, true), (d.PictureId, d.Tl0PictureIndex, d.HasLongPictureId));

        payload = (byte[])Flexible.Clone();
        Assert.True(Vp9Descriptor.TryParse(payload, out d));
        d.PatchPictureId(payload, 128 + 3);
        d.PatchTl0(payload, 9);
        Assert.Equal(Hex("F4 03 53 03 06 CC"), payload);
    }

    [Theory(DisplayName = "TU-21 descriptors that contradict themselves or pass the end are refused")]
    [InlineData("18 FF")] // F without I
    [InlineData("F4 11 53 03 07 09 05 CC")] // four references
    [InlineData("0A F8 01")] // eight sizes in no octets
    [InlineData("0A 08 FF 0C01")] // 255 pictures in two octets
    [InlineData("0A 08 01 0C01")] // three references in one octet
    public void Refused(string hex) => Assert.False(Vp9Descriptor.TryParse(Hex(hex), out _));

    [Fact(DisplayName = "Z-06 every cut is refused and damage never throws")]
    public void Damage()
    {
        for (var length = 0; length <= 18; length++) Assert.False(Vp9Descriptor.TryParse(Key.AsSpan(0, length), out _));
        for (var length = 0; length <= 5; length++) Assert.False(Vp9Descriptor.TryParse(Flexible.AsSpan(0, length), out _));
        foreach (var bytes in Damaged(Key).Concat(Damaged(Flexible)))
        {
            if (!Vp9Descriptor.TryParse(bytes, out var d)) continue;
            Assert.InRange(d.Length, 1, bytes.Length - 1);
            for (var i = 0; i < d.ReferenceCount; i++) Assert.InRange(d.Reference(bytes, i), 0, 127);
            for (var s = 0; s < 8; s++) Assert.Equal(d.HasResolutions && s < d.SpatialLayerCount, d.TryReadSize(bytes, s, out _, out _));
        }
    }
}
