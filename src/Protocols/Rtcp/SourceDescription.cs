namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>
/// Walks the chunks of a source description for their CNAME (RFC 3550 section 6.5). A chunk that passes the end of the
/// packet ends the walk; those before it stand.
/// </summary>
public ref struct SdesReader
{
    private const byte EndOfItems = 0;
    private const byte CnameItem = 1;
    private readonly ReadOnlySpan<byte> _body;
    private int _left;
    private int _at;

    internal SdesReader(ReadOnlySpan<byte> body, int chunks)
    {
        _body = body;
        _left = chunks;
    }

    /// <param name="ssrc">The source described.</param>
    /// <param name="cname">Its canonical name in UTF-8; empty when the chunk has none.</param>
    public bool TryRead(out uint ssrc, out ReadOnlySpan<byte> cname)
    {
        ssrc = 0;
        cname = default;
        if (_left == 0 || _at + 8 > _body.Length) return false;
        _left--;
        ssrc = RtcpBlock.Word(_body, _at);
        _at += 4;
        while (_at < _body.Length && _body[_at] != EndOfItems)
        {
            if (!TryTakeItem(out var type, out var value)) return false;
            if (type == CnameItem) cname = value;
        }
        if (_at >= _body.Length) return false;
        _at = (_at + 4) & ~3;
        return true;
    }

    private bool TryTakeItem(out byte type, out ReadOnlySpan<byte> value)
    {
        type = _body[_at];
        value = default;
        if (_at + 2 > _body.Length || _at + 2 + _body[_at + 1] > _body.Length)
        {
            _left = 0;
            return false;
        }
        value = _body.Slice(_at + 2, _body[_at + 1]);
        _at += 2 + value.Length;
        return true;
    }
}

/// <summary>Sources that leave (RFC 3550 section 6.6).</summary>
public readonly ref struct Bye
{
    private readonly ReadOnlySpan<byte> _body;

    private Bye(ReadOnlySpan<byte> body, int count)
    {
        _body = body;
        Count = count;
    }

    public int Count { get; }

    /// <param name="index">0 .. <see cref="Count"/> - 1.</param>
    public uint Ssrc(int index) => RtcpBlock.Word(_body, index * 4);

    /// <summary>Why, in UTF-8; empty when not told or cut short.</summary>
    public ReadOnlySpan<byte> Reason
    {
        get
        {
            var rest = _body[(Count * 4)..];
            return rest.IsEmpty || rest[0] >= rest.Length ? default : rest.Slice(1, rest[0]);
        }
    }

    internal static bool TryParse(RtcpBlock block, out Bye bye)
    {
        var good = block.PacketType == RtcpPacketType.Bye && block.Body.Length >= block.Count * 4;
        bye = good ? new Bye(block.Body, block.Count) : default;
        return good;
    }
}
