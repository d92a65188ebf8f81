using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-08: H.264 and H.265 payloads. A payload that does not begin a unit begins no picture and no keyframe.</summary>
internal static class NalTargets
{
    public static FuzzTarget H264 => new("Z-08-h264", "H.264 STAP, FU, single", H264Seeds(), () => CheckH264) { MaxLength = 1500 };

    public static FuzzTarget H265 => new("Z-08-h265", "H.265 AP, FU, PACI", H265Seeds(), () => CheckH265) { MaxLength = 1500 };

    private static FuzzVerdict CheckH264(ReadOnlySpan<byte> input)
    {
        if (!H264PayloadFacts.TryRead(input, out var facts))
        {
            return facts == default ? FuzzVerdict.Refused : FuzzVerdict.Violates("facts of a refused payload");
        }

        return !facts.BeginsUnit && (facts.IsKeyframeStart || facts.BeginsPicture || facts.HasParameterSets)
            ? FuzzVerdict.Violates("something begins where no unit begins")
            : facts.HasParameterSets && !facts.BeginsPicture ? FuzzVerdict.Violates("parameter sets inside a picture")
            : FuzzVerdict.Accepted;
    }

    private static FuzzVerdict CheckH265(ReadOnlySpan<byte> input)
    {
        if (!H265PayloadFacts.TryRead(input, out var facts))
        {
            return facts == default ? FuzzVerdict.Refused : FuzzVerdict.Violates("facts of a refused payload");
        }

        return facts.TemporalId > 6 ? FuzzVerdict.Violates("a temporal layer beyond 6")
            : !facts.BeginsUnit && (facts.IsKeyframeStart || facts.BeginsPicture) ? FuzzVerdict.Violates("something begins where no unit begins")
            : FuzzVerdict.Accepted;
    }

    private static IReadOnlyList<byte[]> H264Seeds() =>
    [
        [0x65, 0x88, 1, 2, 3],
        [0x41, 0x9A, 1, 2, 3],
        [0x78, 0, 4, 0x67, 0x42, 0xE0, 0x1F, 0, 2, 0x68, 0xCE, 0, 3, 0x65, 0x88, 1],
        [0x7C, 0x85, 0x88, 1, 2, 3],
        [0x7C, 0x05, 1, 2, 3],
        [0x7C, 0x45, 1, 2, 3],
        [0x06, 5, 1, 0x80],
    ];

    private static IReadOnlyList<byte[]> H265Seeds() =>
    [
        [0x26, 0x01, 0xAF, 1, 2],
        [0x02, 0x02, 0xD0, 1, 2],
        [0x60, 0x01, 0, 4, 0x40, 0x01, 0x0C, 0x01, 0, 3, 0x42, 0x01, 0x01, 0, 4, 0x26, 0x01, 0xAF, 9],
        [0x62, 0x01, 0x93, 0xAF, 1],
        [0x62, 0x01, 0x53, 1, 2],
        [0x64, 0x01, 0x26, 0x10, 0xAA, 0xAF, 1],
    ];
}
