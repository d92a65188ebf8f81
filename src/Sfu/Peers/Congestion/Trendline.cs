using System.Runtime.CompilerServices;

namespace Sylk.Conference.Sfu.Peers.Congestion;

internal enum LinkUse : byte { Normal, Over, Under }

/// <summary>
/// Whether the queue on the way grows: the slope of the smoothed one-way delay over the last 20 groups against a threshold
/// that adapts, so that a competing flow that fills queues does not starve us (sfu E.11).
/// </summary>
internal sealed class Trendline
{
    private const int Window = 20;
    private const double Smoothing = 0.9;
    private const double Gain = 4;
    private const int MostDeltas = 60;
    private const double OveruseMs = 10;
    private const double FirstThreshold = 12.5;
    private const double LeastThreshold = 6;
    private const double MostThreshold = 600;
    private const double ThresholdUp = 0.0087;
    private const double ThresholdDown = 0.039;
    private const double Spike = 15;
    private const double LongestStepMs = 100;

    private Samples _arrivals;
    private Samples _delays;
    private int _count;
    private int _newest;
    private int _deltas;
    private double _firstArrival;
    private double _accumulated;
    private double _smoothed;
    private double _slope;
    private double _formerSlope;
    private double _threshold = FirstThreshold;
    private double _thresholdAt = double.NaN;
    private double _overFor = -1;
    private int _overCount;

    public LinkUse State { get; private set; }

    public void Update(in GroupDelta delta)
    {
        if (_deltas == 0)
            _firstArrival = delta.ArrivedAtMs;
        _deltas = Math.Min(_deltas + 1, 1_000);
        _accumulated += delta.ArrivalMs - delta.SendMs;
        _smoothed = (Smoothing * _smoothed) + ((1 - Smoothing) * _accumulated);
        _newest = (_newest + 1) % Window;
        _arrivals[_newest] = delta.ArrivedAtMs - _firstArrival;
        _delays[_newest] = _smoothed;
        _count = Math.Min(_count + 1, Window);
        if (_count == Window && TrySlope(out var slope))
            _slope = slope;
        Detect(delta.SendMs, delta.ArrivedAtMs);
    }

    private bool TrySlope(out double slope)
    {
        double meanX = 0, meanY = 0;
        for (var i = 0; i < Window; i++)
        {
            meanX += _arrivals[i] / Window;
            meanY += _delays[i] / Window;
        }

        double numerator = 0, denominator = 0;
        for (var i = 0; i < Window; i++)
        {
            var x = _arrivals[i] - meanX;
            numerator += x * (_delays[i] - meanY);
            denominator += x * x;
        }

        slope = denominator == 0 ? 0 : numerator / denominator;
        return denominator != 0;
    }

    private void Detect(double sendMs, double at)
    {
        if (_deltas < 2)
            return;
        var trend = Math.Min(_deltas, MostDeltas) * _slope * Gain;
        if (trend > _threshold)
        {
            _overFor = _overFor < 0 ? sendMs / 2 : _overFor + sendMs;
            _overCount++;
            if (_overFor > OveruseMs && _overCount > 1 && _slope >= _formerSlope)
            {
                _overFor = 0;
                _overCount = 0;
                State = LinkUse.Over;
            }
        }
        else
        {
            _overFor = -1;
            _overCount = 0;
            State = trend < -_threshold ? LinkUse.Under : LinkUse.Normal;
        }

        _formerSlope = _slope;
        Adapt(Math.Abs(trend), at);
    }

    private void Adapt(double trend, double at)
    {
        if (double.IsNaN(_thresholdAt))
            _thresholdAt = at;
        var passed = Math.Clamp(at - _thresholdAt, 0, LongestStepMs);
        _thresholdAt = at;
        if (trend > _threshold + Spike)
            return; // a sudden jump, as when a route changes, is not what the threshold should learn
        var speed = trend < _threshold ? ThresholdDown : ThresholdUp;
        _threshold = Math.Clamp(_threshold + (speed * (trend - _threshold) * passed), LeastThreshold, MostThreshold);
    }

    [InlineArray(Window)]
    private struct Samples
    {
        private double _first;
    }
}
