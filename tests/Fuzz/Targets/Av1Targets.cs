using System.Numerics;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-07: OBU elements stay inside their payload; no descriptor names a layer, target, chain or frame beyond the format's
/// bounds; a refused one leaves the structure as it was.
/// </summary>
internal static class Av1Targets
{
    private static readonly byte[] Structure = Descriptor(structure: true, mask: false, custom: false);

    public static FuzzTarget Payload => new("Z-07-av1", "AV1 payload", PayloadSeeds(), () => CheckPayload) { MaxLength = 1500 };

    /// <summary>An input is a descriptor that follows a good structure, so that references to templates get somewhere.</summary>
    public static FuzzTarget Dependencies => new("Z-07-dd", "dependency descriptor", DescriptorSeeds(), NewDescriptorCheck)
    {
        MaxLength = 300,
    };

    private static FuzzVerdict CheckPayload(ReadOnlySpan<byte> input)
    {
        if (!Av1AggregationHeader.TryParse(input, out var header))
        {
            return FuzzVerdict.Refused;
        }

        var reader = new Av1ElementReader(header, input);
        int count = 0, octets = 0;
        while (reader.TryRead(out var element))
        {
            count++;
            octets += element.Length;
            if (Av1ElementReader.ObuType(element) > 15)
            {
                return FuzzVerdict.Violates("an OBU type of more than four bits");
            }
        }

        return octets >= input.Length || count > input.Length ? FuzzVerdict.Violates("elements are longer than the payload")
            : !reader.IsMalformed && header.ElementCount > 0 && count != header.ElementCount ? FuzzVerdict.Violates("another number of elements")
            : reader.IsMalformed ? FuzzVerdict.Refused : FuzzVerdict.Accepted;
    }

    private static FuzzCheck NewDescriptorCheck()
    {
        var structure = new DependencyStructure();
        return input => CheckDescriptor(input, structure);
    }

    private static FuzzVerdict CheckDescriptor(ReadOnlySpan<byte> input, DependencyStructure structure)
    {
        if (DependencyDescriptor.TryParse(Structure, structure, out _) != DependencyOutcome.Parsed)
        {
            return FuzzVerdict.Violates("the good structure is refused");
        }

        var before = Shape(structure);
        var outcome = DependencyDescriptor.TryParse(input, structure, out var frame);
        if (outcome != DependencyOutcome.Parsed)
        {
            return Shape(structure) == before ? FuzzVerdict.Refused : FuzzVerdict.Violates("a refused descriptor changed the structure");
        }

        var fault = CheckBounds(structure, frame) ?? CheckRewrites(input, structure, frame);
        return fault is null ? FuzzVerdict.Accepted : FuzzVerdict.Violates(fault);
    }

    private static (int, int, int, int, int) Shape(DependencyStructure structure) =>
        (structure.TemplateIdOffset, structure.TemplateCount, structure.DecodeTargetCount, structure.ChainCount, structure.MaxSpatialId);

    private static string? CheckBounds(DependencyStructure structure, in FrameDependencies frame)
    {
        if (structure.IsEmpty || structure.MaxSpatialId > 3 || frame.SpatialId > structure.MaxSpatialId || frame.TemporalId > 7
            || frame.FrameDiffCount is < 0 or > 8 || frame.DecodeTargetCount != structure.DecodeTargetCount
            || frame.ChainCount != structure.ChainCount || frame.ChainCount > frame.DecodeTargetCount)
        {
            return "a layer or count out of bounds";
        }

        if ((frame.ActiveDecodeTargets & ~structure.AllDecodeTargets) != 0)
        {
            return "a decode target that does not exist is active";
        }

        for (var i = 0; i < frame.FrameDiffCount; i++)
        {
            if (frame.FrameDiff(i) is < 1 or > 4096)
            {
                return "a frame difference out of bounds";
            }
        }

        for (var target = 0; target < frame.DecodeTargetCount; target++)
        {
            if (structure.TargetSpatialId(target) > structure.MaxSpatialId || structure.TargetTemporalId(target) > 7
                || structure.ProtectingChain(target) >= Math.Max(1, structure.ChainCount))
            {
                return "a decode target out of bounds";
            }
        }

        return null;
    }

    private static string? CheckRewrites(ReadOnlySpan<byte> input, DependencyStructure structure, in FrameDependencies frame)
    {
        Span<byte> copy = stackalloc byte[input.Length + 5];
        var mask = structure.AllDecodeTargets & 0x5555_5555;
        var length = DependencyDescriptor.WriteActiveTargets(input, frame, mask, copy);
        if (length == 0 || DependencyDescriptor.TryParse(copy[..length], structure, out var masked) != DependencyOutcome.Parsed
            || !masked.HasActiveDecodeTargets || masked.ActiveDecodeTargets != mask || !IsSameFrame(frame, masked)
            || masked.FrameNumber != frame.FrameNumber)
        {
            return "another mask of active targets changes the frame";
        }

        input.CopyTo(copy);
        DependencyDescriptor.Patch(copy, frame.TemplateId, 0xBEEF);
        return DependencyDescriptor.TryParse(copy[..input.Length], structure, out var patched) == DependencyOutcome.Parsed
            && patched.FrameNumber == 0xBEEF && IsSameFrame(frame, patched)
                ? null
                : "another frame number changes the frame";
    }

    private static bool IsSameFrame(in FrameDependencies a, in FrameDependencies b)
    {
        var same = a.TemplateId == b.TemplateId && a.SpatialId == b.SpatialId && a.TemporalId == b.TemporalId
            && a.HasStructure == b.HasStructure && a.StartOfFrame == b.StartOfFrame && a.EndOfFrame == b.EndOfFrame
            && a.FrameDiffCount == b.FrameDiffCount && a.ChainCount == b.ChainCount;
        for (var i = 0; same && i < a.FrameDiffCount; i++)
        {
            same = a.FrameDiff(i) == b.FrameDiff(i);
        }

        for (var i = 0; same && i < a.DecodeTargetCount; i++)
        {
            same = a.Indication(i) == b.Indication(i);
        }

        return same;
    }

    private static IReadOnlyList<byte[]> PayloadSeeds() =>
    [
        [0x18, 0x0A, 1, 2, 3],
        [0x20, 0x03, 0x0A, 1, 2, 0x32, 5, 6, 7],
        [0x30, 0x02, 0x12, 0x00, 0x03, 0x0A, 1, 2, 0x32, 9, 9],
        [0x40, 0x02, 0x12, 0x00, 0x02, 0x32, 9],
        [0x90, 1, 2, 3, 4],
        [0x28, 0x81, 0x01, .. new byte[129], 0x32, 1],
    ];

    private static IReadOnlyList<byte[]> DescriptorSeeds() =>
    [
        Structure,
        Descriptor(structure: true, mask: true, custom: true),
        Descriptor(structure: false, mask: false, custom: false),
        Descriptor(structure: false, mask: true, custom: false),
        Descriptor(structure: false, mask: false, custom: true),
        [0xC1, 0x00, 0x05],
    ];

    /// <summary>Two spatial with two temporal layers each: four templates, four decode targets, two chains.</summary>
    private static byte[] Descriptor(bool structure, bool mask, bool custom)
    {
        var bits = new DescriptorBits().Write(0b11, 2).Write(structure ? 0u : 2, 6).Write(100, 16);
        bits.Write(structure ? 1u : 0, 1).Write(mask ? 1u : 0, 1).Write(custom ? 0b111u : 0, 3);
        if (structure)
        {
            WriteStructure(bits);
        }

        if (mask)
        {
            bits.Write(0b0011, 4);
        }

        if (custom)
        {
            bits.Write(0b11_10_01_00, 8);
            bits.Write(1, 2).Write(3, 4).Write(2, 2).Write(200, 8).Write(3, 2).Write(4000, 12).Write(0, 2);
            bits.Write(7, 8).Write(9, 8);
        }

        return bits.ToBytes();
    }

    private static void WriteStructure(DescriptorBits bits)
    {
        bits.Write(0, 6).Write(3, 5).Write(1, 2).Write(2, 2).Write(1, 2).Write(3, 2);
        foreach (var indications in new uint[] { 0b10_10_11_11, 0b00_01_00_10, 0b00_00_10_11, 0b00_00_00_01 })
        {
            bits.Write(indications, 8);
        }

        bits.Write(0, 1).Write(1, 1).Write(1, 4).Write(0, 1).Write(1, 1).Write(0, 4).Write(0, 1).Write(1, 1).Write(1, 4).Write(0, 1);
        bits.WriteBelow(2, 5);
        foreach (var chain in new uint[] { 0, 0, 1, 1 })
        {
            bits.WriteBelow(chain, 2);
        }

        bits.Write(0x0021, 16).Write(0x1132, 16);
        bits.Write(1, 1).Write(639, 16).Write(359, 16).Write(1279, 16).Write(719, 16);
    }
}
