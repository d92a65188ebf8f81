namespace Sylk.Conference.Protocols.Rtp;

/// <summary>Where one header extension element's value lies.</summary>
/// <param name="Id">1..14 in the one-byte form, 1..255 in the two-byte form.</param>
/// <param name="Offset">Octets from the start of the packet to the value.</param>
/// <param name="Length">Octets of the value; 0 only in the two-byte form.</param>
public readonly record struct RtpExtensionElement(byte Id, ushort Offset, byte Length);

/// <summary>
/// Walks the elements of a header extension block (RFC 8285 section 4.2 and 4.3). An element that would pass the end
/// of the block ends the walk; those before it stand.
/// </summary>
public ref struct RtpExtensionReader
{
    public const ushort OneByteProfile = 0xBEDE;
    public const ushort TwoByteProfile = 0x1000;

    private readonly ReadOnlySpan<byte> _block;
    private readonly int _origin;
    private readonly bool _twoByte;
    private int _at;

    internal RtpExtensionReader(ushort profile, ReadOnlySpan<byte> block, int origin)
    {
        _twoByte = (profile & 0xFFF0) == TwoByteProfile;
        _block = _twoByte || profile == OneByteProfile ? block : default;
        _origin = origin;
    }

    public bool TryRead(out RtpExtensionElement element)
    {
        while (_at < _block.Length && _block[_at] == 0) _at++;
        return _twoByte ? TryReadTwoByte(out element) : TryReadOneByte(out element);
    }

    private bool TryReadOneByte(out RtpExtensionElement element)
    {
        element = default;
        if (_at >= _block.Length) return false;
        var id = _block[_at] >> 4;
        var length = (_block[_at] & 0x0F) + 1;
        // Id 15 stops the walk, and so does id 0 that claims a length.
        if (id is 0 or 15) return Stop();
        return TryTake(id, _at + 1, length, out element);
    }

    private bool TryReadTwoByte(out RtpExtensionElement element)
    {
        element = default;
        if (_at + 2 > _block.Length) return Stop();
        return TryTake(_block[_at], _at + 2, _block[_at + 1], out element);
    }

    private bool TryTake(int id, int start, int length, out RtpExtensionElement element)
    {
        element = default;
        if (start + length > _block.Length) return Stop();
        element = new RtpExtensionElement((byte)id, (ushort)(_origin + start), (byte)length);
        _at = start + length;
        return true;
    }

    private bool Stop()
    {
        _at = _block.Length;
        return false;
    }
}
