using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>A few datagrams in one array, taken in order; a flight can be rewound and sent again.</summary>
/// <param name="capacity">Bytes in all; what does not fit is dropped, as a network would.</param>
internal struct DatagramQueue(int capacity)
{
    private const int Prefix = 2;
    private byte[] _bytes = [];
    private int _used;
    private int _next;

    public readonly bool HasNext => _next < _used;

    public readonly bool IsEmpty => _used == 0;

    public void Add(ReadOnlySpan<byte> datagram)
    {
        Compact();
        var needed = _used + Prefix + datagram.Length;
        if (needed > capacity || datagram.Length > ushort.MaxValue)
        {
            return;
        }

        if (needed > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Min(capacity, Math.Max(needed, 2 * _bytes.Length)));
        }

        BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_used), (ushort)datagram.Length);
        datagram.CopyTo(_bytes.AsSpan(_used + Prefix));
        _used = needed;
    }

    /// <summary>False when there is none; a datagram too long for the destination is lost.</summary>
    public bool TryTake(Span<byte> destination, out int length)
    {
        length = 0;
        while (_next < _used)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(_next));
            var datagram = _bytes.AsSpan(_next + Prefix, size);
            _next += Prefix + size;
            if (size <= destination.Length)
            {
                datagram.CopyTo(destination);
                length = size;
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes them all again from the first.</summary>
    public void Rewind() => _next = 0;

    public void Clear()
    {
        _used = 0;
        _next = 0;
    }

    /// <summary>Gives back the array, or what of it is not used.</summary>
    public void Trim()
    {
        if (_bytes.Length != _used)
        {
            _bytes = _used == 0 ? [] : _bytes.AsSpan(0, _used).ToArray();
        }
    }

    /// <summary>Set for queues that are never rewound: what was taken makes room.</summary>
    public bool Forgets { get; init; }

    private void Compact()
    {
        if (Forgets && _next == _used)
        {
            Clear();
        }
    }
}
