using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// What is missing of one source and when to ask for it (RFC 4585 section 6.2.1). A gap is asked for after a short wait
/// for reordered packets, then again each round trip, until it came, grew too old or was asked for often enough.
/// </summary>
internal sealed class NackGenerator
{
    public const int LongestList = 1_000;
    private const int OldestGap = 10_000;
    private const long ReorderWait = 10_000_000;
    private const int ShortestRetryMs = 40;
    private const int AudioRttLimitMs = 100;
    private const long NoNumber = long.MinValue;

    private readonly int _maxTries;
    private readonly bool _isAudio;
    private Missing[] _missing = [];
    private int _count;
    private long _highest = NoNumber;
    private long _newestKeyframe = NoNumber;
    private Instant _next = Instant.Never;
    private bool _keyframeNeeded;

    public NackGenerator(bool isAudio = false)
    {
        _isAudio = isAudio;
        _maxTries = isAudio ? 2 : 10;
    }

    /// <summary>How many numbers are missing now; never above <see cref="LongestList"/>.</summary>
    public int Count => _count;

    /// <summary>Numbers that were noted missing, since the start.</summary>
    public long TotalMissing { get; private set; }

    /// <summary>Numbers that were asked for and came, since the start.</summary>
    public long TotalRecovered { get; private set; }

    /// <summary>Smoothed time from the first question to the packet; 0 before any was recovered.</summary>
    public double RecoveryMs { get; private set; }

    /// <summary>False while nobody receives this source: nothing is asked for, numbers are still followed.</summary>
    public bool IsWanted { get; set; } = true;

    /// <summary>When <see cref="Collect"/> has something to do next.</summary>
    public Instant NextDeadline => _count == 0 ? Instant.Never : _next;

    /// <param name="isRtx">Came by retransmission.</param>
    /// <param name="isKeyframeStart">First packet of a keyframe: what is older may be given up when the list overflows.</param>
    public void OnPacket(Instant now, long extSeq, bool isRtx = false, bool isKeyframeStart = false)
    {
        if (isKeyframeStart && extSeq > _newestKeyframe) _newestKeyframe = extSeq;
        if (_highest == NoNumber)
        {
            if (!isRtx) _highest = extSeq;
            return;
        }

        if (extSeq <= _highest)
        {
            Remove(now, extSeq);
            return;
        }

        var first = _highest + 1;
        _highest = extSeq;
        if (IsWanted) Note(now, first, extSeq);
        DropBefore(extSeq - OldestGap);
    }

    /// <summary>Writes the sequence numbers to ask for now, in order; what does not fit is due again at once.</summary>
    public int Collect(Instant now, int rttMs, Span<ushort> lost)
    {
        if (!IsWanted || (_isAudio && rttMs >= AudioRttLimitMs)) _count = 0;
        var retry = Math.Max(rttMs, ShortestRetryMs) * 1_000_000L;
        var written = 0;
        var kept = 0;
        _next = Instant.Never;
        for (var i = 0; i < _count; i++)
        {
            ref var entry = ref _missing[i];
            if (entry.DueAt <= now.Nanoseconds && written < lost.Length)
            {
                if (entry.Tries >= _maxTries) continue;
                lost[written++] = (ushort)entry.Sequence;
                entry.MarkAsked(now, retry);
            }

            _next = Instant.Earlier(_next, new Instant(entry.DueAt));
            _missing[kept++] = entry;
        }

        _count = kept;
        return written;
    }

    /// <summary>True once after the list had to be thrown away: only a keyframe helps the receivers.</summary>
    public bool TakeKeyframeNeeded()
    {
        var needed = _keyframeNeeded;
        _keyframeNeeded = false;
        return needed;
    }

    private void Note(Instant now, long first, long end)
    {
        var added = end - first;
        if (added == 0) return;
        TotalMissing += added;
        if (added + _count > LongestList)
        {
            first = Math.Clamp(_newestKeyframe, first, end);
            DropBefore(_newestKeyframe);
            added = end - first;
        }

        if (added + _count > LongestList)
        {
            _count = 0;
            _keyframeNeeded = true;
            return;
        }

        Append(now, first, (int)added);
    }

    private void Append(Instant now, long first, int added)
    {
        if (added == 0) return;
        if (_count + added > _missing.Length)
        {
            var size = System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(_count + added, 16));
            Array.Resize(ref _missing, (int)size);
        }

        var due = now.Nanoseconds + ReorderWait;
        if (_count == 0) _next = Instant.Never;
        _next = Instant.Earlier(_next, new Instant(due));
        for (var i = 0; i < added; i++) _missing[_count++] = new Missing(first + i, due);
    }

    private void Remove(Instant now, long sequence)
    {
        var at = IndexOf(sequence);
        if (at >= _count || _missing[at].Sequence != sequence) return;
        if (_missing[at].Tries > 0)
        {
            TotalRecovered++;
            var took = (now.Nanoseconds - _missing[at].FirstAskedAt) / 1e6;
            RecoveryMs = RecoveryMs == 0 ? took : RecoveryMs + (took - RecoveryMs) / 8;
        }

        _missing.AsSpan(at + 1, _count - at - 1).CopyTo(_missing.AsSpan(at));
        _count--;
    }

    private void DropBefore(long sequence)
    {
        if (_count == 0 || _missing[0].Sequence >= sequence) return;
        var at = IndexOf(sequence);
        _missing.AsSpan(at, _count - at).CopyTo(_missing);
        _count -= at;
    }

    private int IndexOf(long sequence)
    {
        var low = 0;
        var high = _count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if (_missing[middle].Sequence < sequence) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private struct Missing(long sequence, long dueAt)
    {
        public readonly long Sequence = sequence;
        public long DueAt = dueAt;
        public long FirstAskedAt;
        public byte Tries;

        public void MarkAsked(Instant now, long retry)
        {
            if (Tries++ == 0) FirstAskedAt = now.Nanoseconds;
            DueAt = now.Nanoseconds + retry;
        }
    }
}
