using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// Arrival times of one publisher transport, for its transport-wide congestion feedback
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01). A packet that comes after it was reported lost is reported again.
/// </summary>
internal sealed class TransportCcRecorder
{
    /// <summary>In <see cref="Take"/>: this packet did not arrive.</summary>
    public const long NotReceived = long.MinValue;

    private const int FirstSize = 128;
    private const int LargestSize = 4_096;
    private const int UsualMs = 100;
    private const int UsualPackets = 20;
    private const int ManyPackets = 100;
    private const int MarkerMs = 50;
    private const int LongestMs = 250;
    private const long ForgetNanoseconds = 500_000_000;

    private long[] _arrivals = [];
    private long _begin;
    private long _end;
    private long _oldest;
    private int _waiting;
    private bool _markerSeen;
    private bool _started;
    private Instant _lastTakenAt;

    /// <summary>The transport-wide number of the first packet <see cref="Take"/> would give.</summary>
    public ushort BaseSequence => (ushort)_begin;

    /// <summary>How many numbers, received or lost, wait to be reported.</summary>
    public int Count => _waiting == 0 ? 0 : (int)(_end - _begin);

    public Instant NextDeadline
    {
        get
        {
            if (_waiting == 0) return Instant.Never;
            if (_waiting >= ManyPackets) return _lastTakenAt;
            if (_markerSeen) return _lastTakenAt.PlusMilliseconds(MarkerMs);
            return _lastTakenAt.PlusMilliseconds(_waiting >= UsualPackets ? UsualMs : LongestMs);
        }
    }

    public bool IsDue(Instant now) => now >= NextDeadline;

    public void OnPacket(Instant now, ushort transportSeq, bool marker)
    {
        var number = Extend(now, transportSeq);
        if (number >= _end)
        {
            if (!MakeRoom(number)) Restart(number);
            for (; _end < number; _end++) At(_end) = NotReceived;
            _end = number + 1;
        }
        else if (number < _oldest || At(number) != NotReceived)
        {
            return;
        }
        else if (number < _begin)
        {
            _begin = number;
        }

        if (_waiting == 0 && now >= _lastTakenAt.PlusMilliseconds(LongestMs)) _lastTakenAt = now;
        At(number) = now.Nanoseconds;
        _waiting++;
        _markerSeen |= marker;
    }

    /// <summary>
    /// Gives the arrivals (nanoseconds, or <see cref="NotReceived"/>) from <see cref="BaseSequence"/> on, beginning with a received
    /// one. What does not fit stays for the next call: call until it gives 0.
    /// </summary>
    /// <param name="baseSequence">The number of the first arrival given.</param>
    public int Take(Instant now, Span<long> arrivals, out ushort baseSequence)
    {
        baseSequence = (ushort)_begin;
        if (_waiting == 0) return 0;
        Forget(now);
        baseSequence = (ushort)_begin;
        var count = (int)Math.Min(_end - _begin, arrivals.Length);
        for (var i = 0; i < count; i++) arrivals[i] = At(_begin + i);
        _begin += count;
        if (_begin == _end || !AnyReceived())
        {
            _waiting = 0;
            _markerSeen = false;
            _begin = _end;
        }

        _lastTakenAt = now;
        return count;
    }

    private bool AnyReceived()
    {
        for (var n = _begin; n < _end; n++)
        {
            if (At(n) != NotReceived) return true;
        }

        return false;
    }

    private void Forget(Instant now)
    {
        while (_oldest < _begin && (At(_oldest) == NotReceived || now.Nanoseconds - At(_oldest) > ForgetNanoseconds)) _oldest++;
    }

    private long Extend(Instant now, ushort sequence)
    {
        if (_started) return _end - 1 + (short)(sequence - (ushort)(_end - 1));
        _started = true;
        _arrivals = new long[FirstSize];
        _begin = _end = _oldest = 0x1_0000L + sequence;
        _lastTakenAt = now;
        return _begin;
    }

    private bool MakeRoom(long number)
    {
        if (number - _begin >= LargestSize) return false;
        while (number - _begin >= _arrivals.Length) Grow();
        _oldest = Math.Max(_oldest, number + 1 - _arrivals.Length);
        return true;
    }

    private void Restart(long number)
    {
        _begin = _end = _oldest = number;
        _waiting = 0;
        _markerSeen = false;
    }

    private void Grow()
    {
        var larger = new long[_arrivals.Length * 2];
        for (var n = Math.Max(_oldest, _end - _arrivals.Length); n < _end; n++) larger[n & (larger.Length - 1)] = At(n);
        _arrivals = larger;
    }

    private ref long At(long number) => ref _arrivals[number & (_arrivals.Length - 1)];
}
