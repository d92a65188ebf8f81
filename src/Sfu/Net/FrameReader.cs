using System.Buffers.Binary;

namespace Sylk.Conference.Sfu.Net;

internal enum FrameOutcome : byte
{
    /// <summary>The next frame has not arrived in full.</summary>
    Incomplete,

    Frame,

    /// <summary>A frame longer than limit L1: not ICE-TCP, or not anything we want. The stream cannot be read on.</summary>
    TooLong,
}

/// <summary>
/// Cuts a byte stream into packets (RFC 4571 section 2: 16-bit length, then that many bytes). Bytes are received straight into
/// <see cref="Free"/>; empty frames are skipped. Memory is bounded whatever the stream says.
/// </summary>
internal sealed class FrameReader
{
    private const int Header = 2;
    private const int Capacity = 4 * (DatagramTransport.MaxDatagram + Header);

    private readonly byte[] _buffer = new byte[Capacity];
    private int _start;
    private int _end;

    /// <summary>Where the next bytes go; never empty once <see cref="TryRead"/> has said Incomplete.</summary>
    public Span<byte> Free
    {
        get
        {
            Compact();
            return _buffer.AsSpan(_end);
        }
    }

    /// <param name="count">Bytes written to the start of <see cref="Free"/>.</param>
    public void Received(int count) => _end += count;

    /// <summary>Takes the next packet, valid until <see cref="Free"/> is used again.</summary>
    public FrameOutcome TryRead(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        while (_end - _start >= Header)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start));
            if (length > DatagramTransport.MaxDatagram) return FrameOutcome.TooLong;
            if (_end - _start - Header < length) return FrameOutcome.Incomplete;
            frame = _buffer.AsSpan(_start + Header, length);
            _start += Header + length;
            if (length > 0) return FrameOutcome.Frame;
        }

        return FrameOutcome.Incomplete;
    }

    private void Compact()
    {
        if (_start == 0) return;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
    }
}
