namespace Sylk.Conference.Protocols.Payloads;

/// <summary>A packet to be sent in the place of sound.</summary>
/// <param name="Timestamp">Of the press, not of the packet.</param>
/// <param name="Marker">First packet of the press.</param>
/// <param name="Event">What its payload says.</param>
public readonly record struct TelephoneEventPacket(uint Timestamp, bool Marker, TelephoneEvent Event);

/// <summary>
/// Presses keys one after the other (RFC 4733 section 2.5.1): 160 ms each, told every packet time, the end three times, then
/// 100 ms of nothing. Asked once for each packet time.
/// </summary>
public sealed class TelephoneEventWriter
{
    /// <summary>Keys that wait; more are refused.</summary>
    public const int MostKeys = 64;

    private const int PressMs = 160, GapMs = 100, Ends = 3;
    private const byte Volume = 10;
    private readonly Queue<byte> _keys = new(MostKeys);
    private uint _began;
    private int _elapsedMs = -1;
    private int _endsLeft;
    private int _gapMs;
    private int _lastMs;

    /// <summary>A key is down, or just let go: no sound is sent meanwhile.</summary>
    public bool IsBusy => _elapsedMs >= 0 || _endsLeft > 0;

    /// <returns>False when one of them is no key, or too many wait; then none is taken.</returns>
    public bool TryPress(ReadOnlySpan<char> keys)
    {
        if (_keys.Count + keys.Length > MostKeys)
        {
            return false;
        }

        foreach (var key in keys)
        {
            if (TelephoneEvent.NumberOf(key) < 0)
            {
                return false;
            }
        }

        foreach (var key in keys)
        {
            _keys.Enqueue((byte)TelephoneEvent.NumberOf(key));
        }

        return true;
    }

    /// <param name="timestamp">Of the sound that would be sent now.</param>
    /// <param name="packetMs">Milliseconds until the next call.</param>
    /// <param name="clockRate">Of the events, Hz.</param>
    /// <param name="packet">What to send instead of sound.</param>
    public bool TryNext(uint timestamp, int packetMs, int clockRate, out TelephoneEventPacket packet)
    {
        packet = default;
        if (!IsBusy)
        {
            _gapMs = Math.Max(0, _gapMs - packetMs);
            if (_keys.Count == 0 || _gapMs > 0)
            {
                return false;
            }

            (_began, _elapsedMs) = (timestamp, 0);
        }

        var first = _elapsedMs == 0;
        if (_elapsedMs >= 0)
        {
            _elapsedMs += packetMs;
        }

        var isEnd = _endsLeft > 0 || _elapsedMs >= PressMs;
        packet = new TelephoneEventPacket(_began, first, new TelephoneEvent(_keys.Peek(), isEnd, Volume, Duration(clockRate)));
        if (isEnd)
        {
            CountEnd();
        }

        return true;
    }

    private ushort Duration(int clockRate)
    {
        _lastMs = _elapsedMs >= 0 ? _elapsedMs : _lastMs;
        return (ushort)Math.Min(ushort.MaxValue, (long)_lastMs * clockRate / 1000);
    }

    private void CountEnd()
    {
        _endsLeft = _elapsedMs >= 0 ? Ends - 1 : _endsLeft - 1;
        _elapsedMs = -1;
        if (_endsLeft == 0)
        {
            _keys.Dequeue();
            _gapMs = GapMs;
        }
    }
}
