namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>What the link is thought to carry: learned from the rates at which it was full and from probes that filled it.</summary>
internal struct LinkCapacity
{
    private const double ByOveruse = 0.05;
    private const double ByProbe = 0.5;
    private const double LeastDeviation = 0.4;
    private const double MostDeviation = 2.5;

    private double _kbps;
    private double _deviation;

    public readonly bool IsKnown => _kbps > 0;

    public readonly double BitsPerSecond => _kbps * 1_000;

    /// <summary>Three standard deviations above; unlimited while unknown.</summary>
    public readonly double Upper => IsKnown ? (_kbps + Spread) * 1_000 : double.PositiveInfinity;

    /// <summary>Three standard deviations below; 0 while unknown.</summary>
    public readonly double Lower => IsKnown ? Math.Max(0, _kbps - Spread) * 1_000 : 0;

    private readonly double Spread => 3 * Math.Sqrt(_deviation * _kbps);

    public void Reset() => _kbps = 0;

    public void OnOveruse(double acknowledged) => Update(acknowledged / 1_000, ByOveruse);

    public void OnProbe(double rate) => Update(rate / 1_000, ByProbe);

    private void Update(double sample, double weight)
    {
        if (!IsKnown)
            (_kbps, _deviation) = (sample, LeastDeviation);
        else
            _kbps += (sample - _kbps) * weight;
        var error = _kbps - sample;
        var relative = error * error / Math.Max(_kbps, 1);
        _deviation = Math.Clamp(_deviation + ((relative - _deviation) * weight), LeastDeviation, MostDeviation);
    }
}
