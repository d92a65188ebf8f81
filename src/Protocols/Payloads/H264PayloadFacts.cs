using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Payloads;

/// <summary>What one H.264 RTP payload shows without decoding (RFC 6184, packetization modes 0 and 1).</summary>
/// <param name="IsKeyframeStart">An IDR slice or a sequence parameter set begins here.</param>
/// <param name="HasIdr">Part of an IDR picture is in here, its beginning or not.</param>
/// <param name="HasParameterSets">A sequence or picture parameter set begins here.</param>
/// <param name="BeginsPicture">A slice with the first macroblock begins here, or what can only stand before one.</param>
/// <param name="BeginsUnit">A NAL unit begins here; false within a fragmented one.</param>
/// <param name="EndsUnit">A NAL unit ends here; false before the last fragment.</param>
public readonly record struct H264PayloadFacts(
    bool IsKeyframeStart,
    bool HasIdr,
    bool HasParameterSets,
    bool BeginsPicture,
    bool BeginsUnit,
    bool EndsUnit)
{
    private const int Idr = 5;
    private const int SequenceSet = 7;
    private const int PictureSet = 8;
    private const int StapA = 24;
    private const int FuA = 28;

    /// <returns>False when the payload is cut short, lies about its lengths, or has a form of packetization mode 2.</returns>
    public static bool TryRead(ReadOnlySpan<byte> payload, out H264PayloadFacts facts)
    {
        facts = default;
        if (payload.Length < 2 || (payload[0] & 0x80) != 0) return false;
        var type = payload[0] & 0x1F;
        if (type == StapA) return TryReadAggregate(payload[1..], out facts);
        if (type == FuA) return TryReadFragment(payload, out facts);
        if (type is 0 or > 23) return false;
        facts = Unit(type, payload[1]);
        return true;
    }

    private static bool TryReadAggregate(ReadOnlySpan<byte> units, out H264PayloadFacts facts)
    {
        facts = default;
        var sum = new H264PayloadFacts(false, false, false, false, true, true);
        while (!units.IsEmpty)
        {
            if (units.Length < 2) return false;
            int size = BinaryPrimitives.ReadUInt16BigEndian(units);
            if (size == 0 || size > units.Length - 2) return false;
            var unit = units.Slice(2, size);
            sum = sum.With(Unit(unit[0] & 0x1F, unit.Length > 1 ? unit[1] : (byte)0));
            units = units[(2 + size)..];
        }
        facts = sum;
        return true;
    }

    private static bool TryReadFragment(ReadOnlySpan<byte> payload, out H264PayloadFacts facts)
    {
        facts = default;
        var header = payload[1];
        var starts = (header & 0x80) != 0;
        var ends = (header & 0x40) != 0;
        var type = header & 0x1F;
        if ((starts && ends) || payload.Length < 3 || type is 0 or > 23) return false;
        facts = starts
            ? Unit(type, payload[2]) with { EndsUnit = false }
            : new H264PayloadFacts(false, type == Idr, false, false, false, ends);
        return true;
    }

    private static H264PayloadFacts Unit(int type, byte afterHeader)
    {
        // first_mb_in_slice is an Exp-Golomb code: a leading one bit is the value zero.
        var firstSlice = type is 1 or 2 or Idr && (afterHeader & 0x80) != 0;
        return new H264PayloadFacts(
            type is Idr or SequenceSet,
            type == Idr,
            type is SequenceSet or PictureSet,
            firstSlice || type is >= 6 and <= 9,
            true,
            true);
    }

    private H264PayloadFacts With(in H264PayloadFacts other) => this with
    {
        IsKeyframeStart = IsKeyframeStart || other.IsKeyframeStart,
        HasIdr = HasIdr || other.HasIdr,
        HasParameterSets = HasParameterSets || other.HasParameterSets,
        BeginsPicture = BeginsPicture || other.BeginsPicture,
    };
}
