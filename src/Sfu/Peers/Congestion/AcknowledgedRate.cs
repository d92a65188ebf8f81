namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// The rate at which packets arrive at the receiver: samples over 150 ms of its clock (500 ms the first time), joined by a
/// Bayesian update that trusts samples near the estimate most (sfu E.11).
/// </summary>
internal sealed class AcknowledgedRate
{
    private const long FirstWindow = 500_000_000;
    private const long Window = 150_000_000;
    private const double FirstVariance = 50;
    private const double Drift = 5;
    private const double Uncertainty = 10;
    private const double ChangeVariance = 200;

    private double _kbps = -1;
    private double _variance = FirstVariance;
    private long _lastArrival = long.MinValue;
    private long _inWindow;
    private long _bytes;

    /// <summary>False until the first half second of arrivals.</summary>
    public bool IsKnown => _kbps >= 0;

    public double BitsPerSecond => Math.Max(0, _kbps * 1_000);

    /// <param name="arrivedAt">Nanoseconds on the receiver's clock.</param>
    public void OnReceived(long arrivedAt, int bytes)
    {
        var window = IsKnown ? Window : FirstWindow;
        var sample = -1.0;
        if (_lastArrival != long.MinValue)
        {
            var passed = Math.Max(0, arrivedAt - _lastArrival);
            _inWindow += passed;
            if (passed > window)
            {
                // Nothing came for longer than a window: what was counted before says nothing about now.
                _bytes = 0;
                _inWindow %= window;
            }
        }

        _lastArrival = Math.Max(_lastArrival, arrivedAt);
        if (_inWindow >= window)
        {
            sample = _bytes * 8e6 / window;
            _inWindow -= window;
            _bytes = 0;
        }

        _bytes += bytes;
        if (sample >= 0)
            Update(sample);
    }

    /// <summary>The rate is known to change now: follow at once.</summary>
    public void ExpectChange() => _variance += ChangeVariance;

    private void Update(double sample)
    {
        if (!IsKnown)
        {
            _kbps = sample;
            return;
        }

        var deviation = Uncertainty * Math.Abs(_kbps - sample) / Math.Max(_kbps, 1);
        var sampleVariance = Math.Max(deviation * deviation, 1e-6);
        var predicted = _variance + Drift;
        _kbps = ((sampleVariance * _kbps) + (predicted * sample)) / (sampleVariance + predicted);
        _variance = sampleVariance * predicted / (sampleVariance + predicted);
    }
}
