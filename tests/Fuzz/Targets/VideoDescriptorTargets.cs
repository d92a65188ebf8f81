using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-06: VP8 and VP9 descriptors with other numbers written into them read as those numbers, and all else stays.</summary>
internal static class VideoDescriptorTargets
{
    private const int PictureId = 0x5A5A;
    private const byte Tl0 = 0xC3;
    private const byte Key = 0x15;

    public static FuzzTarget Vp8 => new("Z-06-vp8", "VP8 descriptor", Vp8Seeds(), () => CheckVp8) { MaxLength = 200 };

    public static FuzzTarget Vp9 => new("Z-06-vp9", "VP9 descriptor", Vp9Seeds(), () => CheckVp9) { MaxLength = 400 };

    private static FuzzVerdict CheckVp8(ReadOnlySpan<byte> input)
    {
        if (!Vp8Descriptor.TryParse(input, out var descriptor))
        {
            return FuzzVerdict.Refused;
        }

        if (descriptor.Length > Vp8Descriptor.LongestDescriptor || descriptor.Length >= input.Length)
        {
            return FuzzVerdict.Violates("nothing follows the descriptor");
        }

        descriptor.TryReadSize(input, out _, out _);
        Span<byte> copy = stackalloc byte[input.Length + descriptor.Growth];
        input.CopyTo(copy);
        var length = Vp8Descriptor.Rewrite(copy, descriptor, PictureId, Tl0, Key);
        return length == copy.Length && Vp8Descriptor.TryParse(copy, out var again)
            && again.HasPictureId == descriptor.HasPictureId && (!again.HasPictureId || again.PictureId == (PictureId & 0x7FFF))
            && again.HasTl0PictureIndex == descriptor.HasTl0PictureIndex && (!again.HasTl0PictureIndex || again.Tl0PictureIndex == Tl0)
            && again.HasKeyIndex == descriptor.HasKeyIndex && (!again.HasKeyIndex || again.KeyIndex == Key)
            && again.TemporalId == descriptor.TemporalId && again.IsLayerSync == descriptor.IsLayerSync
            && again.IsKeyframeStart == descriptor.IsKeyframeStart && again.IsFrameStart == descriptor.IsFrameStart
            && copy[again.Length..].SequenceEqual(input[descriptor.Length..])
                ? FuzzVerdict.Accepted
                : FuzzVerdict.Violates("a rewritten descriptor reads differently");
    }

    private static FuzzVerdict CheckVp9(ReadOnlySpan<byte> input)
    {
        if (!Vp9Descriptor.TryParse(input, out var descriptor))
        {
            return FuzzVerdict.Refused;
        }

        if (descriptor.Length >= input.Length || descriptor.SpatialId > 7 || descriptor.ReferenceCount > 3 || descriptor.SpatialLayerCount > 8)
        {
            return FuzzVerdict.Violates("out of bounds");
        }

        for (var i = 0; i < descriptor.ReferenceCount; i++)
        {
            descriptor.Reference(input, i);
        }

        for (var layer = -1; layer <= 8; layer++)
        {
            descriptor.TryReadSize(input, layer, out _, out _);
        }

        Span<byte> copy = stackalloc byte[input.Length];
        input.CopyTo(copy);
        descriptor.PatchPictureId(copy, PictureId);
        descriptor.PatchTl0(copy, Tl0);
        var expected = PictureId & (descriptor.HasLongPictureId ? 0x7FFF : 0x7F);
        return Vp9Descriptor.TryParse(copy, out var again) && again.Length == descriptor.Length
            && again.HasPictureId == descriptor.HasPictureId && (!again.HasPictureId || again.PictureId == expected)
            && (again.Tl0Offset == 0 || again.Tl0PictureIndex == Tl0) && again.Tl0Offset == descriptor.Tl0Offset
            && again.SpatialId == descriptor.SpatialId && again.TemporalId == descriptor.TemporalId
            && again.IsKeyframeStart == descriptor.IsKeyframeStart && copy[again.Length..].SequenceEqual(input[descriptor.Length..])
                ? FuzzVerdict.Accepted
                : FuzzVerdict.Violates("a patched descriptor reads differently");
    }

    private static IReadOnlyList<byte[]> Vp8Seeds() =>
    [
        [0x10, 0x50, 1, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0xE0, 0x01, 9],
        [0x90, 0x80, 0x11, 0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0xE0, 0x01, 9],
        [0x90, 0xF0, 0x81, 0x23, 0x45, 0x6F, 0x11, 1, 2, 3, 4],
        [0xB0, 0xE0, 0x7F, 0x45, 0x40, 0x11, 1, 2, 3, 4],
        [0x80, 0x20, 0xE0, 0x11, 1, 2, 3],
    ];

    private static IReadOnlyList<byte[]> Vp9Seeds() =>
    [
        [0x8C, 0x81, 0x23, 1, 2, 3, 4],
        [0xAC, 0x11, 0x22, 0x33, 1, 2, 3, 4],
        [0xF8, 0x81, 0x23, 0x42, 0x03, 0x05, 0x06, 1, 2, 3],
        [0x8A, 0x01, 0x38, 0x01, 0x40, 0x00, 0xB4, 0x02, 0x80, 0x01, 0x68, 0x02, 0x00, 0x14, 0x01, 1, 2, 3],
        [0xAA, 0x81, 0x23, 0x00, 0x01, 0x18, 0x02, 0x80, 0x01, 0x68, 1, 2, 3, 4, 5, 6, 7, 8],
        [0x08, 1, 2, 3],
    ];
}
