using System.Buffers.Binary;

namespace Sylk.Conference.Sfu.Net;

/// <summary>
/// Frames (RFC 4571) a TCP connection has yet to take. Grows on demand up to its limit; beyond it whole frames are refused,
/// since half a frame would end the stream's meaning.
/// </summary>
internal sealed class FrameQueue
{
    /// <summary>Enough for any connection that keeps up, and all that a stranger gets.</summary>
    public const int InitialBytes = 4 << 10;

    /// <summary>About a second of 2 Mb/s: older media is worth nothing.</summary>
    public const int MaxBytes = 256 << 10;

    private const int Header = 2;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public bool IsEmpty => _start == _end;

    public ReadOnlySpan<byte> Pending => _buffer.AsSpan(_start, _end - _start);

    /// <param name="packet">At most 65,535 bytes.</param>
    /// <param name="limit">Bytes that may wait.</param>
    /// <returns>False when the frame does not fit.</returns>
    public bool TryAppend(ReadOnlySpan<byte> packet, int limit)
    {
        var length = Header + packet.Length;
        if (_end - _start + length > limit || packet.Length > ushort.MaxValue) return false;
        MakeRoom(length);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_end), (ushort)packet.Length);
        packet.CopyTo(_buffer.AsSpan(_end + Header));
        _end += length;
        return true;
    }

    public void Consume(int count)
    {
        _start += count;
        if (_start == _end) _start = _end = 0;
    }

    private void MakeRoom(int length)
    {
        if (_buffer.Length - _end >= length) return;
        var pending = _end - _start;
        var target = _buffer;
        if (_buffer.Length < pending + length)
        {
            target = new byte[Math.Min(MaxBytes, Math.Max(Math.Max(InitialBytes, _buffer.Length * 2), pending + length))];
        }

        _buffer.AsSpan(_start, pending).CopyTo(target);
        _buffer = target;
        _start = 0;
        _end = pending;
    }
}
