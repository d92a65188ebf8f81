namespace Sylk.Conference.Protocols.Rtp;

/// <summary>
/// Extends 16-bit sequence numbers to 64 bits: of all numbers with those low bits it takes the one nearest to the last.
/// The first number is taken as it is, so numbers before it come out negative once they wrap.
/// </summary>
public struct SequenceUnwrapper
{
    private long _last;
    private bool _started;

    public readonly bool Started => _started;

    /// <summary>The number last given out.</summary>
    public readonly long Last => _last;

    public long Unwrap(ushort sequence)
    {
        _last = Peek(sequence);
        _started = true;
        return _last;
    }

    /// <summary>What <see cref="Unwrap"/> would answer, without moving.</summary>
    public readonly long Peek(ushort sequence) => _started ? _last + (short)(sequence - (ushort)_last) : sequence;
}

/// <summary>Extends 32-bit RTP timestamps to 64 bits, nearest to the last.</summary>
public struct TimestampUnwrapper
{
    private long _last;
    private bool _started;

    public readonly bool Started => _started;

    /// <summary>The timestamp last given out.</summary>
    public readonly long Last => _last;

    public long Unwrap(uint timestamp)
    {
        _last = Peek(timestamp);
        _started = true;
        return _last;
    }

    /// <summary>What <see cref="Unwrap"/> would answer, without moving.</summary>
    public readonly long Peek(uint timestamp) => _started ? _last + (int)(timestamp - (uint)_last) : timestamp;
}
