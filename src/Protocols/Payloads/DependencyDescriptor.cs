using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Payloads;

/// <summary>What came of parsing a dependency descriptor.</summary>
public enum DependencyOutcome
{
    Parsed,

    /// <summary>The structure it refers to has not come: ask for a keyframe.</summary>
    StructureMissing,

    /// <summary>Cut short, or beyond the bounds of the format or of ours.</summary>
    Malformed,
}

/// <summary>The dependency descriptor header extension (AV1 RTP specification appendix A.8).</summary>
public static class DependencyDescriptor
{
    /// <summary>Octets every descriptor has.</summary>
    public const int MandatoryOctets = 3;

    private const int MandatoryBits = 24;
    private const int FlagBits = 5;
    private const uint MaskFlag = 0x08;

    /// <summary>
    /// Parses one descriptor. A structure in it takes the place of the one in <paramref name="structure"/>, whether the packet
    /// is late or not; a caller who knows it to be late parses it with another structure.
    /// </summary>
    public static DependencyOutcome TryParse(ReadOnlySpan<byte> value, DependencyStructure structure, out FrameDependencies frame)
    {
        frame = default;
        if (value.Length < MandatoryOctets) return DependencyOutcome.Malformed;
        var bits = new BitReader(value);
        var parsed = default(FrameDependencies);
        parsed.StartOfFrame = bits.ReadFlag();
        parsed.EndOfFrame = bits.ReadFlag();
        parsed.TemplateId = (byte)bits.Read(6);
        parsed.FrameNumber = (ushort)bits.Read(16);
        var flags = value.Length > MandatoryOctets ? new Flags(bits.Read(FlagBits)) : default;
        parsed.HasStructure = flags.Structure;
        if (flags.Structure && !structure.Spare.TryRead(ref bits)) return DependencyOutcome.Malformed;
        var tables = flags.Structure ? structure.Spare : structure.Tables;
        var outcome = ReadFrame(ref bits, flags, tables, ref parsed);
        if (outcome != DependencyOutcome.Parsed) return outcome;
        if (flags.Structure) structure.TakeSpare();
        frame = parsed;
        return DependencyOutcome.Parsed;
    }

    /// <summary>
    /// Writes another frame number and template id over a descriptor; for one with a structure see also
    /// <see cref="PatchTemplateOffset"/>.
    /// </summary>
    /// <param name="value">At least <see cref="MandatoryOctets"/>.</param>
    /// <param name="templateId">Its low six bits count.</param>
    /// <param name="frameNumber">The new number.</param>
    public static void Patch(Span<byte> value, int templateId, ushort frameNumber)
    {
        value[0] = (byte)((value[0] & 0xC0) | (templateId & 0x3F));
        BinaryPrimitives.WriteUInt16BigEndian(value[1..], frameNumber);
    }

    /// <summary>The template id offset of the structure in a descriptor, 0..63. False without a structure.</summary>
    public static bool TryReadTemplateOffset(ReadOnlySpan<byte> value, out int offset)
    {
        offset = 0;
        if (value.Length <= MandatoryOctets + 1 || (value[MandatoryOctets] & 0x80) == 0) return false;
        offset = (value[MandatoryOctets] & 7) << 3 | value[MandatoryOctets + 1] >> 5;
        return true;
    }

    /// <summary>Writes another template id offset over a descriptor with a structure; without one it does nothing.</summary>
    public static void PatchTemplateOffset(Span<byte> value, int offset)
    {
        if (value.Length <= MandatoryOctets + 1 || (value[MandatoryOctets] & 0x80) == 0) return;
        // Five flags stand before it: three of its bits are in this octet and three in the next.
        value[MandatoryOctets] = (byte)((value[MandatoryOctets] & 0xF8) | (offset >> 3 & 7));
        value[MandatoryOctets + 1] = (byte)((value[MandatoryOctets + 1] & 0x1F) | (offset & 7) << 5);
    }

    /// <summary>Writes a descriptor again with a mask of active decode targets, in place of its own or as a new field.</summary>
    /// <param name="value">The descriptor.</param>
    /// <param name="frame">What it was parsed to.</param>
    /// <param name="activeTargets">One bit for each decode target, the first lowest.</param>
    /// <param name="destination">Up to five octets more than <paramref name="value"/>; elsewhere than it.</param>
    /// <returns>Octets written; 0 when it does not fit.</returns>
    public static int WriteActiveTargets(ReadOnlySpan<byte> value, in FrameDependencies frame, uint activeTargets, Span<byte> destination) =>
        WriteActiveTargets(value, frame.MaskPosition, frame.DecodeTargetCount, activeTargets, destination);

    /// <summary>The same for who has not kept the frame.</summary>
    /// <param name="value">The descriptor.</param>
    /// <param name="position">Its frame's <see cref="FrameDependencies.MaskPosition"/>.</param>
    /// <param name="targets">Decode targets of its structure, 1..32.</param>
    /// <param name="activeTargets">One bit for each decode target, the first lowest.</param>
    /// <param name="destination">At least <see cref="LengthWithActiveTargets"/>; elsewhere than <paramref name="value"/>.</param>
    /// <returns>Octets written; 0 when it does not fit.</returns>
    public static int WriteActiveTargets(ReadOnlySpan<byte> value, int position, int targets, uint activeTargets, Span<byte> destination)
    {
        var source = new BitReader(value);
        var target = new BitWriter(destination);
        Copy(ref source, ref target, MandatoryBits);
        var flags = value.Length > MandatoryOctets ? source.Read(FlagBits) : 0;
        target.Write(flags | MaskFlag, FlagBits);
        Copy(ref source, ref target, position - source.Position);
        target.Write(activeTargets, targets);
        if ((flags & MaskFlag) != 0) source.Read(targets);
        Copy(ref source, ref target, value.Length * 8 - source.Position);
        var length = target.Align();
        return target.IsOverrun ? 0 : length;
    }

    /// <summary>Octets that <see cref="WriteActiveTargets(ReadOnlySpan{byte}, int, int, uint, Span{byte})"/> writes.</summary>
    public static int LengthWithActiveTargets(ReadOnlySpan<byte> value, int targets)
    {
        if (value.Length <= MandatoryOctets) return (MandatoryBits + FlagBits + targets + 7) / 8;
        var hasMask = (value[MandatoryOctets] & MaskFlag << 8 - FlagBits) != 0;
        return value.Length + (hasMask ? 0 : (targets + 7) / 8);
    }

    private static DependencyOutcome ReadFrame(ref BitReader bits, Flags flags, DependencyTables tables, ref FrameDependencies frame)
    {
        var template = frame.TemplateId + DependencyTables.MaximumTemplates - tables.IdOffset & DependencyTables.MaximumTemplates - 1;
        if (template >= tables.Templates) return flags.Structure ? DependencyOutcome.Malformed : DependencyOutcome.StructureMissing;
        frame.TakeTemplate(tables, template);
        ReadActiveTargets(ref bits, flags, ref frame);
        if (flags.Indications) frame.ReadIndications(ref bits);
        else frame.TakeIndications(tables, template);
        if (!flags.Diffs) frame.TakeDiffs(tables, template);
        else if (!frame.ReadDiffs(ref bits)) return DependencyOutcome.Malformed;
        if (flags.Chains) frame.ReadChains(ref bits);
        else frame.TakeChains(tables, template);
        return bits.IsOverrun ? DependencyOutcome.Malformed : DependencyOutcome.Parsed;
    }

    private static void ReadActiveTargets(ref BitReader bits, Flags flags, ref FrameDependencies frame)
    {
        frame.MaskPosition = bits.Position;
        frame.HasActiveDecodeTargets = flags.ActiveTargets || flags.Structure;
        if (flags.ActiveTargets) frame.ActiveDecodeTargets = bits.Read(frame.DecodeTargetCount);
        else if (flags.Structure) frame.ActiveDecodeTargets = uint.MaxValue >> (32 - frame.DecodeTargetCount);
    }

    private static void Copy(ref BitReader source, ref BitWriter target, int count)
    {
        for (; count > 0; count -= 32) target.Write(source.Read(Math.Min(count, 32)), Math.Min(count, 32));
    }

    private readonly struct Flags(uint bits)
    {
        internal bool Structure => (bits & 0x10) != 0;

        internal bool ActiveTargets => (bits & MaskFlag) != 0;

        internal bool Indications => (bits & 0x04) != 0;

        internal bool Diffs => (bits & 0x02) != 0;

        internal bool Chains => (bits & 0x01) != 0;
    }
}
