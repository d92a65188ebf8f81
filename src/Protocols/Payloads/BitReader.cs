namespace Sylk.Conference.Protocols.Payloads;

/// <summary>Reads big-endian bit fields. Past the end it gives zeros and sets <see cref="IsOverrun"/>.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    internal int Position { get; private set; }

    internal bool IsOverrun { get; private set; }

    internal bool ReadFlag() => Read(1) != 0;

    /// <param name="count">0..32.</param>
    internal uint Read(int count)
    {
        if (Position + count > _bytes.Length * 8)
        {
            Position = _bytes.Length * 8;
            IsOverrun = true;
            return 0;
        }
        uint value = 0;
        while (count > 0)
        {
            var free = 8 - (Position & 7);
            var take = Math.Min(free, count);
            var bits = _bytes[Position >> 3] >> (free - take) & ((1 << take) - 1);
            value = value << take | (uint)bits;
            Position += take;
            count -= take;
        }
        return value;
    }

    /// <summary>A value below <paramref name="limit"/> in the fewest bits: ns(n) of the AV1 specification section 4.10.7.</summary>
    internal uint ReadBelow(uint limit)
    {
        var width = 32 - System.Numerics.BitOperations.LeadingZeroCount(limit);
        var shortValues = (1u << width) - limit;
        var value = Read(width - 1);
        return value < shortValues ? value : (value << 1) - shortValues + Read(1);
    }
}
