using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>What a receiver's feedback says of one packet sent to it.</summary>
/// <param name="Number">Extended transport-wide sequence number.</param>
/// <param name="ArrivedAt">On the receiver's clock, nanoseconds from an arbitrary start; <see cref="Lost"/> when it did not come.</param>
/// <param name="Bytes">Size of the datagram's payload.</param>
/// <param name="Cluster">The probe cluster the packet belonged to; 0 for none.</param>
/// <param name="WasLost">An earlier feedback called it lost: it was only late.</param>
internal readonly record struct PacketResult(long Number, Instant SentAt, long ArrivedAt, int Bytes, byte Cluster, bool WasLost = false)
{
    public const long Lost = long.MinValue;

    public bool IsReceived => ArrivedAt != Lost;
}

/// <summary>
/// Numbers everything sent to one receiver (transport-wide sequence numbers) and remembers when it left, until the receiver
/// says when it came. Starts small and doubles while entries younger than a second would be overwritten, up to 16,384.
/// </summary>
internal sealed class SentPackets
{
    private const int FirstEntries = 64;
    private const int MostEntries = 16_384;
    private const long KeepNanoseconds = 1_000_000_000;

    /// <summary>The oldest entry is looked at once in so many packets: it is in nobody's cache.</summary>
    private const int LookMask = 15;

    private Entry[] _entries = [];
    private long _next = 1;
    private long _oldest = 1;

    /// <summary>The number the next packet gets.</summary>
    public long Next => _next;

    public Instant LastSentAt { get; private set; }

    public int MemoryBytes => _entries.Length * Entry.Size;

    /// <summary>Where the next packet will be remembered (<see cref="CacheLine"/>).</summary>
    public void FetchNext() => CacheLine.FetchElement(_entries, (int)(_next & (_entries.Length - 1)));

    /// <summary>Takes the next number for a packet whose size and time <see cref="Complete"/> tells when it is written.</summary>
    public ushort Take() => (ushort)_next;

    public void Complete(Instant now, int bytes, byte cluster)
    {
        if (_entries.Length == 0 || (_next & LookMask) == 0)
            MakeRoom(now);
        ref var entry = ref _entries[_next++ & (_entries.Length - 1)];
        entry.SentAt = (uint)now.Microseconds;
        entry.Bytes = (ushort)bytes;
        entry.Cluster = cluster;
        entry.State = SentState.UnderWay;
        LastSentAt = now;
    }

    /// <summary>
    /// The packet a feedback names, once as lost and once as received: a number seen before, never given out or forgotten is refused.
    /// </summary>
    public bool TryTake(ushort sequence, bool received, out PacketResult packet)
    {
        packet = default;
        if (!TryFind(sequence, out var number))
            return false;
        ref var entry = ref _entries[number & (_entries.Length - 1)];
        if (entry.State == SentState.Received || (!received && entry.State == SentState.Lost))
            return false;
        packet = new PacketResult(
            number, SentAt(entry), PacketResult.Lost, entry.Bytes, entry.Cluster, entry.State == SentState.Lost);
        entry.State = received ? SentState.Received : SentState.Lost;
        return true;
    }

    /// <summary>When a packet left that is still remembered.</summary>
    public bool TryLook(ushort sequence, out Instant sentAt)
    {
        var found = TryFind(sequence, out var number);
        sentAt = found ? SentAt(_entries[number & (_entries.Length - 1)]) : default;
        return found;
    }

    private bool TryFind(ushort sequence, out long number)
    {
        number = _next - 1 - (ushort)((ushort)(_next - 1) - sequence);
        return number >= _oldest && number >= _next - _entries.Length;
    }

    /// <summary>Microseconds count back from the newest packet: an entry has room for an hour of them.</summary>
    private Instant SentAt(in Entry entry) =>
        new((LastSentAt.Microseconds - ((uint)LastSentAt.Microseconds - entry.SentAt)) * 1_000);

    private void MakeRoom(Instant now)
    {
        if (_entries.Length == 0)
            _entries = new Entry[FirstEntries];
        var oldest = _next - _entries.Length;
        if (_entries.Length == MostEntries || oldest < _oldest
            || (now - SentAt(_entries[oldest & (_entries.Length - 1)])).Ticks * 100 > KeepNanoseconds)
            return;
        var larger = new Entry[_entries.Length * 2];
        for (var number = oldest; number < _next; number++)
            larger[number & (larger.Length - 1)] = _entries[number & (_entries.Length - 1)];
        _entries = larger;
        _oldest = oldest;
    }

    private enum SentState : byte { UnderWay, Lost, Received }

    /// <summary>Small, because a large audience has a great many: eight lie in one line of the cache.</summary>
    private struct Entry
    {
        public const int Size = 8;

        /// <summary>Microseconds, the lower half.</summary>
        public uint SentAt;
        public ushort Bytes;
        public byte Cluster;
        public SentState State;
    }
}
