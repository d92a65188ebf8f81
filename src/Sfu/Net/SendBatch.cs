using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net;

/// <summary>One destination's stretch of the arena: datagrams of <see cref="SegmentSize"/> bytes, the last may be shorter.</summary>
internal struct SendRun
{
    public NetworkPath Path;
    public int Offset;
    public int Length;
    public int SegmentSize;

    public readonly int Datagrams => (Length + SegmentSize - 1) / SegmentSize;
}

/// <summary>
/// Datagrams waiting to leave, grouped in runs. Written in place: <see cref="Reserve"/>, write, <see cref="Commit"/>.
/// A commit that continues the run before it (same path, same segment size, no short segment yet) joins it, so that a caller who
/// writes datagram by datagram for one receiver still leaves one run behind.
/// </summary>
internal sealed class SendBatch
{
    public const int DefaultArena = 1 << 20;

    private const int MaxRuns = 4096;

    private readonly byte[] _arena;
    private readonly SendRun[] _runs = new SendRun[MaxRuns];
    private int _used;

    /// <param name="arenaBytes">Size of the arena, fixed for life.</param>
    public SendBatch(int arenaBytes = DefaultArena) => _arena = GC.AllocateUninitializedArray<byte>(arenaBytes, pinned: true);

    /// <summary>How many runs wait.</summary>
    public int Count { get; private set; }

    public bool IsEmpty => Count == 0;

    internal byte[] Arena => _arena;

    /// <summary>The next contiguous free bytes; empty when they do not fit: send and clear first. Reserving again without a commit gives the same place.</summary>
    public Span<byte> Reserve(int length) =>
        length > _arena.Length - _used || Count == MaxRuns ? default : _arena.AsSpan(_used, length);

    /// <summary>Takes over what was just written at the reserved place.</summary>
    /// <param name="path">Where it goes, and from which address of ours.</param>
    /// <param name="length">Bytes written, at most what was reserved.</param>
    /// <param name="segmentSize">Length of each datagram but the last; equal to <paramref name="length"/> for a single one.</param>
    public void Commit(in NetworkPath path, int length, int segmentSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _arena.Length - _used);
        if (length <= 0 || segmentSize <= 0) return;
        if (Count == 0 || !TryJoin(ref _runs[Count - 1], in path, length, segmentSize))
        {
            ref var run = ref _runs[Count++];
            run.Path = path;
            run.Offset = _used;
            run.Length = length;
            run.SegmentSize = Math.Min(segmentSize, length);
        }

        _used += length;
    }

    public void Clear()
    {
        Count = 0;
        _used = 0;
    }

    public ref readonly SendRun Run(int i)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(i, Count);
        return ref _runs[i];
    }

    public ReadOnlySpan<byte> Data(in SendRun run) => _arena.AsSpan(run.Offset, run.Length);

    /// <summary>A shorter single datagram may join as the last of its run; nothing joins after it.</summary>
    private static bool TryJoin(ref SendRun last, in NetworkPath path, int length, int segmentSize)
    {
        var fits = segmentSize == last.SegmentSize || (segmentSize == length && length < last.SegmentSize);
        if (!fits || last.Length % last.SegmentSize != 0 || last.Path != path || last.Path.Local != path.Local) return false;
        last.Length += length;
        return true;
    }
}
