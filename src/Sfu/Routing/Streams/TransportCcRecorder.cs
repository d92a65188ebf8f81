using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// Arrival times of one publisher transport, for its transport-wide congestion feedback
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01). A packet that comes after it was reported lost is reported again.
/// </summary>
internal sealed class TransportCcRecorder
{
    private const long NotReceived = long.MinValue;

    public const int StatusesPerPacket = 256;
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
    private byte _feedbackCount;
    private bool _markerSeen;
    private bool _started;
    private Instant _lastTakenAt;

    /// <summary>The transport-wide number of the first packet, received or lost, to be reported.</summary>
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
    /// Writes the next feedback packet, beginning where the last one ended, so that a gap between them is told of; false when all
    /// is reported. Call until then: one packet holds at most <see cref="StatusesPerPacket"/> numbers.
    /// </summary>
    /// <param name="mediaSsrc">A source of the transport.</param>
    public bool TryWrite(Instant now, uint senderSsrc, uint mediaSsrc, Span<byte> destination, out int length)
    {
        length = 0;
        if (_waiting == 0) return false;
        Forget(now);
        Span<TransportCcArrival> arrivals = stackalloc TransportCcArrival[StatusesPerPacket];
        var count = Fill(arrivals);
        var header = new TransportCcHeader(senderSsrc, mediaSsrc, _feedbackCount++);
        length = TransportCcWriter.Write(header, _begin, arrivals[..count], now.Microseconds, destination, out var consumed);
        Consume(now, consumed);
        return length > 0;
    }

    private int Fill(Span<TransportCcArrival> arrivals)
    {
        var count = (int)Math.Min(_end - _begin, arrivals.Length);
        for (var i = 0; i < count; i++)
        {
            var arrival = At(_begin + i);
            arrivals[i] = arrival == NotReceived ? default : new TransportCcArrival(true, arrival / 1_000);
        }

        return count;
    }

    private void Consume(Instant now, int count)
    {
        _begin += count;
        _lastTakenAt = now;
        if (_begin < _end) return;
        _waiting = 0;
        _markerSeen = false;
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
