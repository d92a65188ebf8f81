namespace Sylk.Conference.Protocols.Sctp;

/// <summary>The retransmission timeout (RFC 9260 section 6.3.1).</summary>
internal struct RetransmissionTimeout(SctpSettings settings)
{
    private double _smoothed = -1;
    private double _variation;

    public TimeSpan Value { get; private set; } = settings.InitialTimeout;

    /// <summary>Smoothed round trip; null before the first measurement.</summary>
    public readonly TimeSpan? RoundTrip => _smoothed < 0 ? null : TimeSpan.FromMilliseconds(_smoothed);

    public void Measure(TimeSpan roundTrip)
    {
        var sample = Math.Clamp(roundTrip.TotalMilliseconds, 0, settings.MaxTimeout.TotalMilliseconds);
        if (_smoothed < 0)
        {
            _smoothed = sample;
            _variation = sample / 2;
        }
        else
        {
            _variation += (Math.Abs(_smoothed - sample) - _variation) / 4;
            _smoothed += (sample - _smoothed) / 8;
        }

        Set(_smoothed + (4 * _variation));
    }

    public void BackOff() => Set(2 * Value.TotalMilliseconds);

    private void Set(double milliseconds) => Value = TimeSpan.FromMilliseconds(
        Math.Clamp(milliseconds, settings.MinTimeout.TotalMilliseconds, settings.MaxTimeout.TotalMilliseconds));
}
