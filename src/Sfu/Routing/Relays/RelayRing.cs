using System.Runtime.InteropServices;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>
/// Records on their way from one shard's thread to another's: one writer, one reader, memory taken once, no lock and no
/// waiting. A record lies in one piece; where the rest of the memory is too short for it a wrap record fills the rest.
/// </summary>
internal sealed class RelayRing
{
    /// <summary>About 1,600 packets of full size: a reader that is away for tens of milliseconds loses nothing.</summary>
    public const int DefaultBytes = 2 * 1024 * 1024;

    private readonly byte[] _bytes;
    private Cursor _written;
    private Cursor _read;

    /// <summary>The writer's: how far the reader was seen to be.</summary>
    private long _readSeen;

    /// <param name="bytes">A power of two.</param>
    public RelayRing(int bytes = DefaultBytes) => _bytes = new byte[bytes];

    /// <summary>The reader's: what was written so far, as a position for <see cref="TryRead"/>.</summary>
    public long Written => Volatile.Read(ref _written.At);

    public bool IsEmpty => Volatile.Read(ref _written.At) == Volatile.Read(ref _read.At);

    /// <summary>False: no room; nothing was written.</summary>
    public bool TryWrite(in RelayRecord record, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> descriptor = default)
    {
        var at = _written.At;
        var offset = (int)(at & (_bytes.Length - 1));
        var rest = _bytes.Length - offset;
        var stride = record.Stride;
        var skipped = rest < stride ? rest : 0;
        if (!HasRoom(at + skipped + stride))
            return false;
        if (skipped > 0)
        {
            _bytes[offset] = (byte)RelayKind.Wrap; // records are multiples of eight octets: one always fits
            offset = 0;
        }

        MemoryMarshal.Write(_bytes.AsSpan(offset), record);
        payload.CopyTo(_bytes.AsSpan(offset + RelayRecord.Size));
        descriptor.CopyTo(_bytes.AsSpan(offset + RelayRecord.Size + payload.Length));
        Volatile.Write(ref _written.At, at + skipped + stride);
        return true;
    }

    /// <summary>The next record before <paramref name="end"/>; what it returns is valid until <see cref="Release"/>.</summary>
    public bool TryRead(long end, out RelayRecord record, out ReadOnlySpan<byte> payload)
    {
        record = default;
        payload = default;
        var at = _read.At;
        var offset = (int)(at & (_bytes.Length - 1));
        if (at < end && _bytes[offset] == (byte)RelayKind.Wrap)
        {
            at += _bytes.Length - offset;
            offset = 0;
            Volatile.Write(ref _read.At, at);
        }

        if (at >= end)
            return false;
        record = MemoryMarshal.Read<RelayRecord>(_bytes.AsSpan(offset));
        payload = _bytes.AsSpan(offset + RelayRecord.Size, record.PayloadLength);
        return true;
    }

    /// <summary>Gives the memory of the record read last back to the writer.</summary>
    public void Release(in RelayRecord record) => Volatile.Write(ref _read.At, _read.At + record.Stride);

    private bool HasRoom(long end)
    {
        if (end - _readSeen <= _bytes.Length)
            return true;
        _readSeen = Volatile.Read(ref _read.At);
        return end - _readSeen <= _bytes.Length;
    }

    /// <summary>A position with a cache line to itself, so that the two threads do not take it from each other.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Cursor
    {
        [FieldOffset(64)]
        public long At;
    }
}
