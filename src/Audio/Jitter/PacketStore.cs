namespace Sylk.Conference.Audio.Jitter;

/// <summary>
/// Packets that wait, by extended sequence number (JB-1): at most 128, and 64 kB of payloads. Old bytes are overwritten, and a packet
/// whose bytes are gone is gone.
/// </summary>
internal sealed class PacketStore
{
    public const int Slots = 128;
    private const int Bytes = 65_536;

    private readonly Slot[] _slots = new Slot[Slots];
    private readonly byte[] _bytes = new byte[Bytes];
    private long _written;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The highest sequence number that was ever put in since <see cref="Clear"/>; −1 before.</summary>
    public long Newest { get; private set; } = -1;

    /// <returns>False when it is there already, or too long.</returns>
    public bool TryAdd(long sequence, long timestamp, ReadOnlySpan<byte> payload, bool isNoise = false)
    {
        if (payload.Length > Bytes / 4 || Contains(sequence)) return false;
        ref var slot = ref _slots[sequence & Slots - 1];
        if (slot.IsUsed) Count--;
        var at = _written;
        if (at % Bytes + payload.Length > Bytes) at += Bytes - at % Bytes;
        payload.CopyTo(_bytes.AsSpan((int)(at % Bytes)));
        _written = at + payload.Length;
        slot = new Slot(sequence, timestamp, at, payload.Length, true, isNoise);
        Count++;
        Newest = Math.Max(Newest, sequence);
        return true;
    }

    public bool Contains(long sequence)
    {
        ref var slot = ref _slots[sequence & Slots - 1];
        return slot.IsUsed && slot.Sequence == sequence;
    }

    /// <param name="payload">Valid until the next <see cref="TryAdd"/>; empty when it carried no sound.</param>
    public bool TryGet(long sequence, out long timestamp, out ReadOnlySpan<byte> payload)
    {
        timestamp = 0;
        payload = default;
        if (!Contains(sequence)) return false;
        ref var slot = ref _slots[sequence & Slots - 1];
        timestamp = slot.Timestamp;
        if (_written - slot.At <= Bytes) payload = _bytes.AsSpan((int)(slot.At % Bytes), slot.Length);
        return true;
    }

    /// <summary>It tells of comfort noise (RFC 3389) and has no sound.</summary>
    public bool IsNoise(long sequence) => Contains(sequence) && _slots[sequence & Slots - 1].IsNoise;

    public void Remove(long sequence)
    {
        if (!Contains(sequence)) return;
        _slots[sequence & Slots - 1] = default;
        Count--;
    }

    /// <summary>The lowest sequence number at or after one that waits; −1 when none does.</summary>
    public long FirstFrom(long sequence)
    {
        if (Count == 0) return -1;
        for (var candidate = sequence; candidate <= Newest && candidate < sequence + Slots; candidate++)
            if (Contains(candidate)) return candidate;
        return -1;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        (Count, Newest) = (0, -1);
    }

    private readonly record struct Slot(long Sequence, long Timestamp, long At, int Length, bool IsUsed, bool IsNoise);
}
