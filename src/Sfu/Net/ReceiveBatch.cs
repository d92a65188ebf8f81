using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>
/// The datagrams of one <see cref="IDatagramTransport.Receive"/>. Each is a slice of a slab owned by the batch,
/// writable (SRTP is unprotected in place) and valid until the next Receive into this batch.
/// </summary>
internal sealed class ReceiveBatch
{
    /// <summary>Bytes for what the UDP socket delivers: 64 slots of 2 KiB, or 16 of 64 KiB with coalescing.</summary>
    internal const int DatagramArea = 1 << 20;

    /// <summary>Most segments one coalesced message can hold (the kernel's UDP_GRO_CNT_MAX).</summary>
    internal const int MaxSegments = 64;

    /// <summary>Bytes for packets of TCP connections, so that neither kind starves the other.</summary>
    private const int FrameArea = 128 << 10;

    private const int MaxDatagrams = 16 * MaxSegments;
    private const int MaxFrames = 128;
    private const int MaxPaths = 64;

    private readonly byte[] _slab = GC.AllocateUninitializedArray<byte>(DatagramArea + FrameArea, pinned: true);
    private readonly Entry[] _entries = new Entry[MaxDatagrams + MaxFrames];
    private readonly NetworkPath[] _paths = new NetworkPath[MaxPaths + MaxFrames];
    private int _frames;
    private int _frameBytes;

    /// <summary>How many datagrams are there.</summary>
    public int Count { get; private set; }

    internal byte[] Slab => _slab;

    internal bool HasRoomForFrame => _frames < MaxFrames && _frameBytes + DatagramTransport.MaxDatagram <= FrameArea;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Data(int i)
    {
        ref readonly var entry = ref At(i);
        return _slab.AsSpan(entry.Offset, entry.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly NetworkPath Path(int i) => ref _paths[At(i).Path];

    internal void Clear()
    {
        Count = 0;
        _frames = 0;
        _frameBytes = 0;
    }

    /// <summary>Where the path of message <paramref name="message"/> (0 to 63) of one receive call is kept.</summary>
    internal ref NetworkPath PathSlot(int message) => ref _paths[message];

    internal void Add(int offset, int length, int message) => _entries[Count++] = new Entry(offset, length, message);

    /// <summary>Copies one packet of a TCP connection; the caller has asked <see cref="HasRoomForFrame"/>.</summary>
    internal void AddFrame(ReadOnlySpan<byte> frame, in NetworkPath path)
    {
        var offset = DatagramArea + _frameBytes;
        frame.CopyTo(_slab.AsSpan(offset));
        _frameBytes += frame.Length;
        _paths[MaxPaths + _frames] = path;
        Add(offset, frame.Length, MaxPaths + _frames++);
    }

    private ref readonly Entry At(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
        return ref _entries[i];
    }

    private readonly record struct Entry(int Offset, int Length, int Path);
}
