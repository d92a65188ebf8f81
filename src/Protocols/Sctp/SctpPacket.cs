using System.Buffers.Binary;
using System.Numerics;

namespace Sylk.Conference.Protocols.Sctp;

/// <summary>The common header and its checksum (RFC 9260 section 3.1, CRC32c of appendix A).</summary>
internal static class SctpPacket
{
    public const int HeaderSize = 12;

    public static uint Checksum(ReadOnlySpan<byte> packet)
    {
        var crc = Add(uint.MaxValue, packet[..8]);
        crc = BitOperations.Crc32C(crc, 0u);
        return ~Add(crc, packet[HeaderSize..]);
    }

    /// <summary>True when it is a whole SCTP packet between the two ports with the right checksum.</summary>
    public static bool IsSound(ReadOnlySpan<byte> packet, ushort from, ushort to) =>
        packet.Length >= HeaderSize + 4 && packet.Length % 4 == 0
        && BinaryPrimitives.ReadUInt16BigEndian(packet) == from
        && BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) == to
        && BinaryPrimitives.ReadUInt32LittleEndian(packet[8..]) == Checksum(packet);

    public static uint TagOf(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);

    public static void Seal(Span<byte> packet, ushort from, ushort to, uint tag)
    {
        BinaryPrimitives.WriteUInt16BigEndian(packet, from);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], to);
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], tag);
        BinaryPrimitives.WriteUInt32LittleEndian(packet[8..], Checksum(packet));
    }

    private static uint Add(uint crc, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }
}

/// <summary>Walks the chunks of a packet, or the parameters of a chunk: both are type, length and padding to four bytes.</summary>
internal ref struct ChunkWalk(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Set when a length lied; what was read before it stands.</summary>
    public bool Malformed { get; private set; }

    /// <summary>The next one with its four-byte header and without padding.</summary>
    public bool TryNext(out ReadOnlySpan<byte> item)
    {
        item = default;
        if (_rest.Length < 4)
        {
            Malformed |= !_rest.IsEmpty;
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        if (length < 4 || length > _rest.Length)
        {
            Malformed = true;
            return false;
        }

        item = _rest[..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & ~3)..];
        return true;
    }
}

/// <summary>Builds one chunk, or a list of parameters.</summary>
internal ref struct ChunkWriter(Span<byte> destination)
{
    private readonly Span<byte> _bytes = destination;

    public int Length { get; private set; }

    public readonly int Left => _bytes.Length - Length;

    /// <summary>Writes a chunk's or a parameter's header; for a parameter both first bytes are its type.</summary>
    public int Begin(byte type, byte flags)
    {
        var at = Length;
        _bytes[Length++] = type;
        _bytes[Length++] = flags;
        Length += 2;
        return at;
    }

    public int BeginParameter(ushort type) => Begin((byte)(type >> 8), (byte)type);

    /// <summary>Fills in the length of what began at <paramref name="start"/>, which padding does not count.</summary>
    public void End(int start)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes[(start + 2)..], (ushort)(Length - start));
        while (Length % 4 != 0)
        {
            _bytes[Length++] = 0;
        }
    }

    public void Add16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes[Length..], value);
        Length += 2;
    }

    public void Add32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes[Length..], value);
        Length += 4;
    }

    public void Add(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes[Length..]);
        Length += bytes.Length;
    }
}
