using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// When to probe and how far: at the start, when more is wanted than the link is known to carry, regularly while we send less
/// than we may, and after a sharp fall (sfu E.11 "Probing").
/// </summary>
internal sealed class ProbeController
{
    private const double FirstFactor = 3;
    private const double SecondFactor = 6;
    private const double GrowthFactor = 2;
    private const double FullFactor = 1.5;
    private const double FurtherShare = 0.7;
    private const double FallShare = 0.66;
    private const double RecoveryShare = 0.85;
    private const double LossLimitedFactor = 1.5;
    private const double WantedFactor = 2;
    private const double Enough = 1.3;
    private const double Grown = 1.2;
    private const int IntervalMs = 5_000;
    private const int ResultMs = 1_000;

    private double _pending;
    private double _thenPending;
    private double _furtherAbove = double.PositiveInfinity;
    private double _estimate;
    private double _beforeFall;
    private double _wanted;
    private Instant _fellAt;
    private Instant _lastProbeAt;
    private byte _lastId;
    private bool _started;
    private bool _grew;

    /// <summary>Bits per second all that the receiver wants would take; what is more is not probed for.</summary>
    public double Wanted => _wanted;

    /// <summary>More is known to fit than is wanted, and no probe is being waited for.</summary>
    public bool IsContent(Instant now) => _wanted > 0 && _estimate >= Enough * _wanted && now > _lastProbeAt.PlusMilliseconds(ResultMs);

    public void Start(Instant now, double estimate)
    {
        if (_started)
            return;
        _started = true;
        _estimate = estimate;
        _pending = FirstFactor * estimate;
        _thenPending = SecondFactor * estimate;
        _lastProbeAt = now;
    }

    public void OnWanted(double wanted)
    {
        _grew |= wanted > _wanted * Grown;
        _wanted = wanted;
    }

    /// <param name="isProbed">The estimate rests on a probe's result.</param>
    public void OnEstimate(Instant now, double estimate, bool isProbed)
    {
        if (isProbed && estimate >= _furtherAbove)
        {
            _furtherAbove = double.PositiveInfinity;
            if (_thenPending == 0)
                _pending = GrowthFactor * estimate;
        }

        if (estimate < FallShare * _estimate)
            (_beforeFall, _fellAt) = (_estimate, now);
        _estimate = estimate;
    }

    /// <summary>A cluster to send now.</summary>
    /// <param name="isLimited">We send less than we may.</param>
    public bool TryTake(Instant now, bool isLimited, bool isLossLimited, out ProbeCluster cluster)
    {
        cluster = default;
        if (!_started)
            return false;
        if (now > _lastProbeAt.PlusMilliseconds(ResultMs))
            _furtherAbove = double.PositiveInfinity;
        Consider(now, isLimited);
        var rate = Math.Min(_pending, (isLossLimited ? LossLimitedFactor : double.PositiveInfinity) * _estimate);
        _pending = _thenPending;
        _thenPending = 0;
        rate = Math.Min(rate, WantedFactor * _wanted);
        if (rate <= _estimate || _estimate >= Enough * _wanted)
            return false;
        _lastProbeAt = now;
        _furtherAbove = FurtherShare * rate;
        _lastId = (byte)(_lastId == byte.MaxValue ? 1 : _lastId + 1);
        cluster = ProbeCluster.Of(_lastId, rate);
        return true;
    }

    private void Consider(Instant now, bool isLimited)
    {
        if (_pending > 0 || now < _lastProbeAt.PlusMilliseconds(_grew ? ResultMs : IntervalMs))
            return;
        _grew = false;
        if (_beforeFall > 0 && now >= _fellAt.PlusMilliseconds(IntervalMs))
        {
            _pending = RecoveryShare * _beforeFall;
            _beforeFall = 0;
        }
        else
        {
            // Also while the link is used in full: growing by arrivals alone takes a dozen seconds to find a link twice as wide.
            _pending = (isLimited ? GrowthFactor : FullFactor) * _estimate;
        }
    }
}
