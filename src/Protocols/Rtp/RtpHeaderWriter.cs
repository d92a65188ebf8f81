using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtp;

/// <summary>
/// Writes an RTP header: fixed part, then CSRCs, then extension elements, then <see cref="Complete"/>. The extension
/// block takes the one-byte form until an element needs the other (RFC 8285 section 4.3). Nothing throws: what does not fit
/// makes <see cref="Complete"/> return 0.
/// </summary>
public ref struct RtpHeaderWriter
{
    private const int BlockHeader = 4;
    private readonly Span<byte> _buffer;
    private int _length;
    private int _block;
    private bool _twoByte;
    private bool _failed;

    public RtpHeaderWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>Writes the 12 octets every packet has. It comes first.</summary>
    public void WriteFixed(bool marker, byte payloadType, ushort sequenceNumber, uint timestamp, uint ssrc)
    {
        if (!Fits(RtpPacket.FixedHeaderLength)) return;
        _buffer[0] = 0x80;
        _buffer[1] = (byte)((marker ? 0x80 : 0) | (payloadType & 0x7F));
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], sequenceNumber);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[4..], timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[8..], ssrc);
        _length = RtpPacket.FixedHeaderLength;
    }

    /// <summary>Appends a contributing source; at most 15, all before the first extension.</summary>
    public bool AddCsrc(uint csrc)
    {
        if (_block != 0 || _length == 0 || (_buffer[0] & 0x0F) == 15) return Fail();
        if (!Fits(4)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[_length..], csrc);
        _buffer[0]++;
        _length += 4;
        return true;
    }

    /// <summary>Appends an element. Ids are 1..255; values have 0..255 octets.</summary>
    public bool AddExtension(int id, scoped ReadOnlySpan<byte> value)
    {
        if (!TryReserve(id, value.Length, out var slot)) return false;
        value.CopyTo(slot);
        return true;
    }

    /// <summary>
    /// Appends an element of zeros and gives its octets to be filled in at once: a later element may move them.
    /// </summary>
    public bool TryReserve(int id, int length, out Span<byte> slot)
    {
        slot = default;
        if (id is < 1 or > 255 || length is < 0 or > 255 || _length == 0) return Fail();
        if (!OpenBlock() || !ChooseForm(id, length)) return false;
        var prefix = _twoByte ? 2 : 1;
        if (!Fits(prefix + length)) return false;
        if (_twoByte) (_buffer[_length], _buffer[_length + 1]) = ((byte)id, (byte)length);
        else _buffer[_length] = (byte)(id << 4 | (length - 1));
        slot = _buffer.Slice(_length + prefix, length);
        slot.Clear();
        _length += prefix + length;
        return true;
    }

    /// <summary>Pads and closes the extension block.</summary>
    /// <returns>The octets of the header, or 0 when something did not fit.</returns>
    public int Complete()
    {
        if (_block == 0) return _failed ? 0 : _length;
        var padding = -(_length - _block) & 3;
        if (!Fits(padding)) return 0;
        _buffer.Slice(_length, padding).Clear();
        _length += padding;
        var profile = _twoByte ? RtpExtensionReader.TwoByteProfile : RtpExtensionReader.OneByteProfile;
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_block..], profile);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_block + 2)..], (ushort)((_length - _block - BlockHeader) / 4));
        return _length;
    }

    private bool OpenBlock()
    {
        if (_block != 0) return !_failed;
        if (!Fits(BlockHeader)) return false;
        _block = _length;
        _length += BlockHeader;
        _buffer[0] |= 0x10;
        return true;
    }

    private bool ChooseForm(int id, int length)
    {
        if (_twoByte || (id <= 14 && length is >= 1 and <= 16)) return true;
        var at = _block + BlockHeader;
        while (at < _length)
        {
            if (!Fits(1)) return false;
            var header = _buffer[at];
            _buffer[(at + 1).._length].CopyTo(_buffer[(at + 2)..]);
            _length++;
            _buffer[at] = (byte)(header >> 4);
            _buffer[at + 1] = (byte)((header & 0x0F) + 1);
            at += 2 + _buffer[at + 1];
        }
        _twoByte = true;
        return true;
    }

    private bool Fits(int octets) => !_failed && _length + octets <= _buffer.Length || Fail();

    private bool Fail()
    {
        _failed = true;
        return false;
    }
}
