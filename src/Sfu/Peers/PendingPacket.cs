using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers;

[Flags]
internal enum PendingFlags : byte
{
    None = 0,
    Marker = 1,
    Retransmission = 2,
    RewriteVp8 = 4,
    RewriteVp9 = 8,
    PrimaryOfRed = 16,
    Audio = 32,

    /// <summary>A keyframe begins here: it goes ahead of other video when not everything may leave.</summary>
    Keyframe = 64,

    /// <summary>Opus that goes out as RED with the packets before it (RFC 2198).</summary>
    Redundant = 128,
}

/// <summary>
/// A packet promised to one receiver: where its payload lies (the source's history) and how its header will read.
/// Bytes are written once, at flush, straight into the receiver's stretch of the send arena.
/// </summary>
internal struct PendingPacket
{
    public Slot Slot;
    public IngressStream Source;
    public long SourceSequence;

    /// <summary>Extended: the upper bits are the SRTP roll-over counter.</summary>
    public long OutSequence;

    public uint OutTimestamp;

    /// <summary>What its dependency descriptor says of decode targets; without one the place of <see cref="KeyIndex"/>.</summary>
    public TargetMask Targets;
    public ushort PictureId;
    public ushort PayloadLength;
    public byte Tl0PictureIndex;
    public byte PayloadType;

    /// <summary>Octets its dependency descriptor will have; then <see cref="PictureId"/> is the frame number and <see cref="Tl0PictureIndex"/> how far template ids are moved.</summary>
    public byte DescriptorLength;
    public PendingFlags Flags;

    public byte KeyIndex
    {
        readonly get => (byte)Targets.Bits;
        set => Targets = new TargetMask(value);
    }
}

/// <summary>What waits for one receiver until the next flush. Grows to the receiver's usual burst; refuses beyond <see cref="Capacity"/>.</summary>
internal sealed class PendingQueue
{
    public const int Capacity = 1024;

    private PendingPacket[] _items = [];
    private int _count;

    public int Count => _count;

    public Span<PendingPacket> Items => _items.AsSpan(0, _count);

    public bool TryAdd(in PendingPacket packet)
    {
        if (_count == _items.Length)
        {
            if (_count == Capacity)
                return false;
            Array.Resize(ref _items, Math.Max(8, _count * 2));
        }

        _items[_count++] = packet;
        return true;
    }

    /// <summary>The receiver waits for the next flush already.</summary>
    public bool IsMarked { get; set; }

    /// <summary>The receiver has something that goes out in later slots.</summary>
    public bool IsPaced { get; set; }

    /// <summary>The first few, which is all there usually are (<see cref="Protocols.CacheLine"/>).</summary>
    public void FetchItems() => Protocols.CacheLine.Fetch(_items, 4);

    public void Clear() => _count = 0;

    /// <summary>Takes out what was chosen; the rest keeps its order.</summary>
    public void Remove(ReadOnlySpan<bool> chosen)
    {
        var kept = 0;
        for (var i = 0; i < _count; i++)
            if (!chosen[i])
                _items[kept++] = _items[i];
        _count = kept;
    }
}
