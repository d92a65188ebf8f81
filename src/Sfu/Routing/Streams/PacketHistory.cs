using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>A packet found in a <see cref="PacketHistory"/>; valid until the next packet is added.</summary>
internal readonly ref struct StoredPacket
{
    public ReadOnlySpan<byte> Payload { get; init; }

    public uint Timestamp { get; init; }

    public bool Marker { get; init; }

    public byte PayloadType { get; init; }

    public byte Flags { get; init; }

    /// <summary>Its dependency descriptor; empty without one.</summary>
    public ReadOnlySpan<byte> Descriptor { get; init; }

    public Instant Arrival { get; init; }
}

/// <summary>
/// The newest decrypted packets of one source, kept once for all its receivers. Starts with next to nothing and doubles
/// up to its limits only while packets younger than <c>retentionMs</c> would be overwritten, so that a source that rarely
/// sends costs about a kilobyte.
/// </summary>
internal sealed class PacketHistory
{
    public const int AudioSlots = 256;
    public const int AudioBytes = 64 * 1024;
    public const int VideoSlots = 2_048;
    public const int VideoBytes = 1024 * 1024;
    private const int FirstSlots = 16;
    private const int LargestPayload = 0x7FFF;
    private const ushort MarkerBit = 0x8000;

    private readonly int _slotCapacity;
    private readonly int _byteCapacity;
    private readonly long _retention;
    private StoredBytes _bytes;
    private Slot[] _slots = [];

    /// <param name="byteCapacity">Limit of payload bytes, rounded up to a power of two.</param>
    /// <param name="slotCapacity">Limit of packets, rounded up to a power of two.</param>
    public PacketHistory(int byteCapacity, int slotCapacity, int retentionMs = 2_000)
    {
        _byteCapacity = byteCapacity;
        _slotCapacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)slotCapacity);
        _retention = retentionMs * 1_000_000L;
    }

    /// <summary>Packets may have dependency descriptors, whose length then takes the place of the caller's flags.</summary>
    public bool KeepsDescriptors { get; init; }

    /// <summary>Bytes of memory held now.</summary>
    public int MemoryBytes => _bytes.Capacity + _slots.Length * Slot.Size;

    public void Add(
        long extendedSequence, uint timestamp, bool marker, byte payloadType, ReadOnlySpan<byte> payload, Instant arrival, byte flags,
        ReadOnlySpan<byte> descriptor = default)
    {
        if (payload.Length > LargestPayload || descriptor.Length > byte.MaxValue) return;
        if (_slots.Length == 0) Begin();
        MakeRoom(extendedSequence, arrival);
        ref var slot = ref _slots[extendedSequence & (_slots.Length - 1)];
        if (slot.Sequence > extendedSequence) return;
        if (!_bytes.TryWrite(payload, descriptor, arrival.Nanoseconds - _retention, arrival, out var position)) return;
        slot.Sequence = extendedSequence;
        slot.Position = position;
        slot.Arrival = arrival.Nanoseconds;
        slot.Timestamp = timestamp;
        slot.LengthAndMarker = (ushort)(payload.Length | (marker ? MarkerBit : 0));
        slot.PayloadType = payloadType;
        slot.Flags = KeepsDescriptors ? (byte)descriptor.Length : flags;
    }

    public bool Contains(long extendedSequence)
    {
        if (_slots.Length == 0) return false;
        ref readonly var slot = ref _slots[extendedSequence & (_slots.Length - 1)];
        return slot.Sequence == extendedSequence && _bytes.Holds(slot.Position);
    }

    /// <summary>False: never seen, or overwritten since.</summary>
    public bool TryGet(long extendedSequence, out StoredPacket packet)
    {
        packet = default;
        if (!Contains(extendedSequence)) return false;
        ref readonly var slot = ref _slots[extendedSequence & (_slots.Length - 1)];
        var length = slot.LengthAndMarker & ~MarkerBit;
        packet = new StoredPacket
        {
            Payload = _bytes.Read(slot.Position, length),
            Descriptor = KeepsDescriptors ? _bytes.Read(slot.Position + length, slot.Flags) : default,
            Timestamp = slot.Timestamp,
            Marker = (slot.LengthAndMarker & MarkerBit) != 0,
            PayloadType = slot.PayloadType,
            Flags = slot.Flags,
            Arrival = new Instant(slot.Arrival),
        };
        return true;
    }

    private void Begin()
    {
        _bytes = new StoredBytes(_byteCapacity);
        _slots = Empty(Math.Min(FirstSlots, _slotCapacity));
    }

    // The loop ends: each round doubles the table, and the limit stops it.
    private void MakeRoom(long sequence, Instant now)
    {
        while (_slots.Length < _slotCapacity && IsYoung(_slots[sequence & (_slots.Length - 1)], sequence, now)) GrowSlots();
    }

    private bool IsYoung(in Slot slot, long sequence, Instant now) =>
        slot.Sequence != Slot.None && slot.Sequence != sequence && now.Nanoseconds - slot.Arrival < _retention;

    private void GrowSlots()
    {
        var larger = Empty(_slots.Length * 2);
        foreach (ref readonly var slot in _slots.AsSpan())
        {
            if (slot.Sequence != Slot.None) larger[slot.Sequence & (larger.Length - 1)] = slot;
        }

        _slots = larger;
    }

    private static Slot[] Empty(int count)
    {
        var slots = new Slot[count];
        foreach (ref var slot in slots.AsSpan()) slot.Sequence = Slot.None;
        return slots;
    }

    private struct Slot
    {
        public const long None = long.MinValue;
        public const int Size = 32;

        public long Sequence;
        public long Position;
        public long Arrival;
        public uint Timestamp;
        public ushort LengthAndMarker;
        public byte PayloadType;
        public byte Flags;
    }
}
