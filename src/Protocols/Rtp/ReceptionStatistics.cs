namespace Sylk.Conference.Protocols.Rtp;

/// <summary>What a report block says about loss (RFC 3550 section 6.4.1).</summary>
/// <param name="Fraction">Lost of expected since the former report, in 1/256.</param>
/// <param name="Cumulative">Lost since the start, clamped to 24 signed bits; duplicates make it negative.</param>
/// <param name="ExtendedHighest">Highest sequence number received with its cycles.</param>
public readonly record struct LossReport(byte Fraction, int Cumulative, uint ExtendedHighest);

/// <summary>Reception statistics of one source: sequence (A.1), loss (A.3) and jitter (A.8) of RFC 3550.</summary>
public struct ReceptionStatistics
{
    private SourceSequence _sequence;
    private long _expectedPrior;
    private long _receivedPrior;
    private int _restarts;
    private uint _transit;
    private uint _scaledJitter;
    private bool _hasTransit;

    public readonly bool IsValid => _sequence.IsValid;

    public readonly long Received => _sequence.Received;

    public readonly long Expected => _sequence.Expected;

    public readonly uint ExtendedHighest => _sequence.ExtendedHighest;

    /// <summary>Mean deviation of the transit time, in timestamp units.</summary>
    public readonly uint Jitter => _scaledJitter >> 4;

    /// <summary>Packets lost since the start; negative when duplicates outnumber the lost.</summary>
    public readonly int CumulativeLost => (int)Math.Clamp(Expected - Received, -0x80_0000, 0x7F_FFFF);

    /// <summary>Accepts the source without probation; its first packet still goes to <see cref="Update"/>.</summary>
    public void Accept(ushort firstSequence) => _sequence.Accept(firstSequence);

    /// <param name="sequence">The packet's sequence number.</param>
    /// <param name="timestamp">The packet's RTP timestamp.</param>
    /// <param name="arrival">When it came, on a clock that runs at the timestamp's rate; wraps.</param>
    /// <returns>Whether the packet counts, see <see cref="SourceSequence.Update"/>.</returns>
    public bool Update(ushort sequence, uint timestamp, uint arrival)
    {
        if (!_sequence.Update(sequence)) return false;
        UpdateJitter(arrival - timestamp);
        return true;
    }

    /// <summary>Loss since the former call, which begins a new interval.</summary>
    public LossReport TakeLossReport()
    {
        if (_restarts != _sequence.Restarts) (_expectedPrior, _receivedPrior, _restarts) = (0, 0, _sequence.Restarts);
        var expected = Expected - _expectedPrior;
        var lost = expected - (Received - _receivedPrior);
        _expectedPrior = Expected;
        _receivedPrior = Received;
        var fraction = expected <= 0 || lost <= 0 ? 0 : Math.Min(255, (lost << 8) / expected);
        return new LossReport((byte)fraction, CumulativeLost, ExtendedHighest);
    }

    private void UpdateJitter(uint transit)
    {
        // Unsigned throughout: a hostile timestamp may make the difference int.MinValue, which has no absolute value.
        var difference = (int)(transit - _transit);
        _transit = transit;
        if (!_hasTransit)
        {
            _hasTransit = true;
            return;
        }
        var distance = (uint)Math.Min(Math.Abs((long)difference), 0x0FFF_FFFF);
        _scaledJitter = (uint)(_scaledJitter + distance - ((_scaledJitter + 8) >> 4));
    }
}
