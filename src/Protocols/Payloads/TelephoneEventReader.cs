namespace Sylk.Conference.Protocols.Payloads;

/// <summary>
/// Makes one digit of the many packets of a key press (FOC-3): a press is one RTP timestamp, its end is said three times or
/// never. Keys held for longer than a duration can say go on under the next timestamp (RFC 4733 section 2.5.1.3).
/// </summary>
public struct TelephoneEventReader
{
    /// <summary>No packet for so long: the key was let go, though nobody said so.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    private bool _started;
    private bool _ended;
    private byte _event;
    private uint _timestamp;
    private ushort _duration;
    private Instant _heard;

    /// <summary>Another source: whatever it sends is a new press.</summary>
    public void Reset() => this = default;

    /// <param name="now">When the packet came.</param>
    /// <param name="timestamp">Its RTP timestamp.</param>
    /// <param name="marker">Its marker: the first packet of a press.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="key">The key when the packet begins a press.</param>
    /// <returns>True once for each press, with the first packet that tells of it.</returns>
    public bool Receive(Instant now, uint timestamp, bool marker, ReadOnlySpan<byte> payload, out char key)
    {
        key = '\0';
        if (!TelephoneEvent.TryParse(payload, out var told) || told.Key == '\0' || (_started && (int)(timestamp - _timestamp) < 0 && !IsOver(now)))
        {
            return false;
        }

        var isNew = IsNew(now, timestamp, marker, told);
        var isSame = _started && timestamp == _timestamp;
        _ended = told.IsEnd || (isSame && _ended);
        (_started, _event, _timestamp, _duration, _heard) = (true, told.Event, timestamp, told.Duration, now);
        key = told.Key;
        return isNew;
    }

    private readonly bool IsNew(Instant now, uint timestamp, bool marker, TelephoneEvent told)
    {
        if (!_started)
        {
            return true;
        }

        if (timestamp == _timestamp)
        {
            return false;
        }

        return _ended || marker || told.Event != _event || IsOver(now) || timestamp - _timestamp > (uint)_duration + told.Duration;
    }

    private readonly bool IsOver(Instant now) => now - _heard >= Silence;
}
