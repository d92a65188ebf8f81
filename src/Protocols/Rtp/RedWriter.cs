namespace Sylk.Conference.Protocols.Rtp;

/// <summary>Builds a RED payload: redundant blocks oldest first, then the primary (RFC 2198 section 3).</summary>
public ref struct RedWriter
{
    public const int LongestRedundantBlock = 1023;
    public const int LargestTimestampOffset = 16383;
    private readonly Span<byte> _buffer;
    private int _headers;
    private int _length;

    public RedWriter(Span<byte> buffer) => _buffer = buffer;

    /// <param name="payloadType">The codec of the block.</param>
    /// <param name="timestampOffset">Units of the RTP clock before the primary, 0..<see cref="LargestTimestampOffset"/>.</param>
    /// <param name="data">At most <see cref="LongestRedundantBlock"/> octets.</param>
    /// <returns>False, and nothing added, when the block cannot be expressed or does not fit.</returns>
    public bool TryAddRedundant(byte payloadType, int timestampOffset, scoped ReadOnlySpan<byte> data)
    {
        if (timestampOffset is < 0 or > LargestTimestampOffset || data.Length > LongestRedundantBlock) return false;
        if (_length + RedReader.RedundantHeader + data.Length > _buffer.Length) return false;
        _buffer[_headers.._length].CopyTo(_buffer[(_headers + RedReader.RedundantHeader)..]);
        var header = _buffer.Slice(_headers, RedReader.RedundantHeader);
        header[0] = (byte)(0x80 | (payloadType & 0x7F));
        header[1] = (byte)(timestampOffset >> 6);
        header[2] = (byte)(timestampOffset << 2 | data.Length >> 8);
        header[3] = (byte)data.Length;
        _headers += RedReader.RedundantHeader;
        _length += RedReader.RedundantHeader;
        data.CopyTo(_buffer[_length..]);
        _length += data.Length;
        return true;
    }

    /// <summary>Adds the primary block, the last.</summary>
    /// <returns>Octets of the payload; 0 when it does not fit.</returns>
    public int Complete(byte payloadType, scoped ReadOnlySpan<byte> primary)
    {
        if (_length + 1 + primary.Length > _buffer.Length) return 0;
        _buffer[_headers.._length].CopyTo(_buffer[(_headers + 1)..]);
        _buffer[_headers] = (byte)(payloadType & 0x7F);
        primary.CopyTo(_buffer[(_length + 1)..]);
        return _length + 1 + primary.Length;
    }
}
