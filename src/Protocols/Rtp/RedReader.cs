namespace Sylk.Conference.Protocols.Rtp;

/// <summary>One block of a RED payload.</summary>
public readonly ref struct RedBlock
{
    internal RedBlock(byte payloadType, int timestampOffset, bool isPrimary, ReadOnlySpan<byte> data)
    {
        PayloadType = payloadType;
        TimestampOffset = timestampOffset;
        IsPrimary = isPrimary;
        Data = data;
    }

    public byte PayloadType { get; }

    /// <summary>How far before the packet's own timestamp the block belongs, in its units, 0..16,383.</summary>
    public int TimestampOffset { get; }

    public bool IsPrimary { get; }

    public ReadOnlySpan<byte> Data { get; }
}

/// <summary>
/// Walks the blocks of a RED payload, oldest first, the primary last (RFC 2198 section 3). When the headers do not agree
/// with the octets present, there are no blocks at all.
/// </summary>
public ref struct RedReader
{
    internal const int RedundantHeader = 4;
    private readonly ReadOnlySpan<byte> _payload;
    private int _header;
    private int _data;
    private bool _done;

    public RedReader(ReadOnlySpan<byte> payload)
    {
        _payload = payload;
        IsValid = TryMeasure(out _data);
        _done = !IsValid;
    }

    public bool IsValid { get; }

    public bool TryRead(out RedBlock block)
    {
        block = default;
        if (_done) return false;
        var payloadType = (byte)(_payload[_header] & 0x7F);
        _done = (_payload[_header] & 0x80) == 0;
        if (_done)
        {
            block = new RedBlock(payloadType, 0, true, _payload[_data..]);
            return true;
        }
        var length = LengthAt(_header);
        var offset = _payload[_header + 1] << 6 | _payload[_header + 2] >> 2;
        block = new RedBlock(payloadType, offset, false, _payload.Slice(_data, length));
        _header += RedundantHeader;
        _data += length;
        return true;
    }

    private readonly int LengthAt(int header) => (_payload[header + 2] & 3) << 8 | _payload[header + 3];

    private readonly bool TryMeasure(out int dataStart)
    {
        var redundant = 0;
        dataStart = 0;
        while (dataStart < _payload.Length && (_payload[dataStart] & 0x80) != 0)
        {
            if (dataStart + RedundantHeader > _payload.Length) return false;
            redundant += LengthAt(dataStart);
            dataStart += RedundantHeader;
        }
        dataStart++;
        return dataStart + redundant <= _payload.Length;
    }
}
