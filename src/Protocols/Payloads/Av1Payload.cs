namespace Sylk.Conference.Protocols.Payloads;

/// <summary>The AV1 aggregation header (AV1 RTP specification section 4.4).</summary>
/// <param name="ContinuesObu">The first element goes on with an OBU of the former packet (Z).</param>
/// <param name="ObuContinues">The last element's OBU goes on in the next packet (Y).</param>
/// <param name="ElementCount">Elements in the packet, 1..3; 0 when each tells its length (W).</param>
/// <param name="IsSequenceStart">First packet of a coded video sequence, so of a keyframe (N).</param>
public readonly record struct Av1AggregationHeader(bool ContinuesObu, bool ObuContinues, int ElementCount, bool IsSequenceStart)
{
    public const int Octets = 1;

    /// <returns>False without elements, or when a sequence would start in the middle of an OBU.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Av1AggregationHeader header)
    {
        header = default;
        if (payload.Length <= Octets || (payload[0] & 0x88) == 0x88) return false;
        var first = payload[0];
        header = new Av1AggregationHeader((first & 0x80) != 0, (first & 0x40) != 0, first >> 4 & 3, (first & 0x08) != 0);
        return true;
    }
}

/// <summary>
/// Walks the OBU elements of an AV1 payload (AV1 RTP specification section 4.3). A length past the end ends the walk and sets
/// <see cref="IsMalformed"/>.
/// </summary>
public ref struct Av1ElementReader
{
    private const int LongestLength = 8;
    private readonly int _count;
    private ReadOnlySpan<byte> _rest;
    private int _read;

    /// <param name="header">The payload's aggregation header.</param>
    /// <param name="payload">The payload, header included.</param>
    public Av1ElementReader(in Av1AggregationHeader header, ReadOnlySpan<byte> payload)
    {
        _count = header.ElementCount;
        _rest = payload[Av1AggregationHeader.Octets..];
    }

    public bool IsMalformed { get; private set; }

    /// <param name="element">An OBU or a part of one.</param>
    public bool TryRead(out ReadOnlySpan<byte> element)
    {
        element = default;
        if (_rest.IsEmpty) return Ends(_read < _count);
        _read++;
        if (_read == _count)
        {
            element = _rest;
            _rest = default;
            return true;
        }
        if (!TryTakeLength(out var length)) return Ends(true);
        element = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    /// <summary>OBU type of the beginning of an OBU (AV1 specification section 5.3.2).</summary>
    public static int ObuType(ReadOnlySpan<byte> element) => element.IsEmpty ? 0 : element[0] >> 3 & 0x0F;

    private bool TryTakeLength(out int length)
    {
        ulong value = 0;
        length = 0;
        for (var i = 0; i < LongestLength && i < _rest.Length; i++)
        {
            value |= (ulong)(_rest[i] & 0x7F) << (7 * i);
            if ((_rest[i] & 0x80) != 0) continue;
            _rest = _rest[(i + 1)..];
            length = (int)Math.Min(value, int.MaxValue);
            return length <= _rest.Length;
        }
        return false;
    }

    private bool Ends(bool malformed)
    {
        IsMalformed |= malformed;
        _rest = default;
        _read = _count;
        return false;
    }
}
