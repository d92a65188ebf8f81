using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Payloads;

/// <summary>What one H.265 RTP payload shows without decoding (RFC 7798 section 4.4, without DONL fields).</summary>
/// <param name="IsKeyframeStart">An IRAP slice segment, a video or a sequence parameter set begins here.</param>
/// <param name="HasIrap">Part of an intra random access picture is in here, its beginning or not.</param>
/// <param name="BeginsPicture">The first slice segment of a picture begins here, or what can only stand before one.</param>
/// <param name="BeginsUnit">A NAL unit begins here; false within a fragmented one.</param>
/// <param name="EndsUnit">A NAL unit ends here; false before the last fragment.</param>
/// <param name="TemporalId">0..6, of the payload header.</param>
public readonly record struct H265PayloadFacts(
    bool IsKeyframeStart,
    bool HasIrap,
    bool BeginsPicture,
    bool BeginsUnit,
    bool EndsUnit,
    byte TemporalId)
{
    private const int HeaderLength = 2;
    private const int LastVcl = 31;
    private const int VideoSet = 32;
    private const int SequenceSet = 33;
    private const int AccessUnitDelimiter = 35;
    private const int PrefixSei = 39;
    private const int Aggregate = 48;
    private const int Fragment = 49;
    private const int Paci = 50;

    /// <returns>False when the payload is cut short or lies about its lengths.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out H265PayloadFacts facts)
    {
        facts = default;
        if (payload.Length <= HeaderLength || (payload[0] & 0x80) != 0 || (payload[1] & 7) == 0) return false;
        var temporalId = (byte)((payload[1] & 7) - 1);
        var type = payload[0] >> 1 & 0x3F;
        var content = payload[HeaderLength..];
        if (type == Paci && !TryOpenPaci(ref type, ref content)) return false;
        if (!TryReadContent(type, content, out facts)) return false;
        facts = facts with { TemporalId = temporalId };
        return true;
    }

    /// <summary>A PACI packet (section 4.4.4) carries another payload structure after an extension of the header.</summary>
    private static bool TryOpenPaci(ref int type, ref ReadOnlySpan<byte> content)
    {
        if (content.Length < 2) return false;
        type = content[0] >> 1 & 0x3F;
        var extension = (content[0] & 1) << 4 | content[1] >> 4;
        if (2 + extension >= content.Length) return false;
        content = content[(2 + extension)..];
        return type != Paci;
    }

    private static bool TryReadContent(int type, ReadOnlySpan<byte> content, out H265PayloadFacts facts)
    {
        facts = default;
        if (type == Aggregate) return TryReadAggregate(content, out facts);
        if (type == Fragment) return TryReadFragment(content, out facts);
        if (type > 47) return false;
        facts = Unit(type, content[0]);
        return true;
    }

    private static bool TryReadAggregate(ReadOnlySpan<byte> units, out H265PayloadFacts facts)
    {
        facts = default;
        var sum = new H265PayloadFacts(false, false, false, true, true, 0);
        while (!units.IsEmpty)
        {
            if (units.Length < 2) return false;
            int size = BinaryPrimitives.ReadUInt16BigEndian(units);
            if (size <= HeaderLength || size > units.Length - 2) return false;
            sum = sum.With(Unit(units[2] >> 1 & 0x3F, units[2 + HeaderLength]));
            units = units[(2 + size)..];
        }
        facts = sum;
        return true;
    }

    private static bool TryReadFragment(ReadOnlySpan<byte> content, out H265PayloadFacts facts)
    {
        facts = default;
        if (content.Length < 2) return false;
        var starts = (content[0] & 0x80) != 0;
        var ends = (content[0] & 0x40) != 0;
        var type = content[0] & 0x3F;
        if ((starts && ends) || type > 47) return false;
        facts = starts
            ? Unit(type, content[1]) with { EndsUnit = false }
            : new H265PayloadFacts(false, IsIrap(type), false, false, ends, 0);
        return true;
    }

    private static H265PayloadFacts Unit(int type, byte afterHeader)
    {
        var firstSlice = type <= LastVcl && (afterHeader & 0x80) != 0;
        return new H265PayloadFacts(
            IsIrap(type) || type is VideoSet or SequenceSet,
            IsIrap(type),
            firstSlice || type is (>= VideoSet and <= AccessUnitDelimiter) or PrefixSei,
            true,
            true,
            0);
    }

    private static bool IsIrap(int type) => type is >= 16 and <= 23;

    private H265PayloadFacts With(in H265PayloadFacts other) => this with
    {
        IsKeyframeStart = IsKeyframeStart || other.IsKeyframeStart,
        HasIrap = HasIrap || other.HasIrap,
        BeginsPicture = BeginsPicture || other.BeginsPicture,
    };
}
