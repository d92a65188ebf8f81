namespace Sylk.Conference.Protocols.Payloads;

/// <summary>Writes big-endian bit fields. What does not fit sets <see cref="IsOverrun"/> and is not written.</summary>
internal ref struct BitWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;

    internal int Position { get; private set; }

    internal bool IsOverrun { get; private set; }

    /// <param name="value">Its low <paramref name="count"/> bits are written.</param>
    /// <param name="count">0..32.</param>
    internal void Write(uint value, int count)
    {
        if (Position + count > _bytes.Length * 8)
        {
            IsOverrun = true;
            return;
        }
        for (var bit = count - 1; bit >= 0; bit--, Position++)
        {
            var mask = (byte)(0x80 >> (Position & 7));
            ref var octet = ref _bytes[Position >> 3];
            octet = (byte)((value >> bit & 1) != 0 ? octet | mask : octet & ~mask);
        }
    }

    /// <summary>Fills the last octet with zeros.</summary>
    /// <returns>Octets written.</returns>
    internal int Align()
    {
        Write(0, -Position & 7);
        return Position / 8;
    }
}
