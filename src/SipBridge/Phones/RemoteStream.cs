using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// Numbers of their packets, unwrapped. Another source goes on far away, so that nobody takes it for the same.
/// </summary>
internal struct RemoteStream
{
    private const int Apart = 10_000;
    private SequenceUnwrapper _numbers;
    private ReceptionStatistics _statistics;
    private long _offset;
    private long _newest;
    private bool _started;

    public uint Ssrc { get; private set; }

    public readonly bool IsStarted => _started;

    /// <returns>True when this packet is of another source than the one before.</returns>
    public bool Begin(uint ssrc, ushort sequence)
    {
        if (_started && ssrc == Ssrc)
        {
            return false;
        }

        _numbers = default;
        _statistics = default;
        _statistics.Accept(sequence);
        _offset = _started ? _newest + Apart - sequence : 0;
        (Ssrc, _started) = (ssrc, true);
        return true;
    }

    public long Take(ushort sequence, uint timestamp, uint arrival)
    {
        _statistics.Update(sequence, timestamp, arrival);
        var number = _numbers.Unwrap(sequence) + _offset;
        _newest = Math.Max(_newest, number);
        return number;
    }

    public LossReport TakeLoss() => _statistics.TakeLossReport();

    public readonly uint Jitter => _statistics.Jitter;
}
