namespace Sylk.Conference.Sfu.Quality;

/// <summary>Adds up the streams of one kind and direction to <see cref="LineConditions"/>.</summary>
internal struct KindSum
{
    /// <summary>With fewer packets than this a share of loss says nothing.</summary>
    private const double Enough = 25;

    private double _expected;
    private double _lost;
    private double _jitterMs;
    private int _wanted;
    private double _paused;
    private double _missing;
    private double _freezes;

    /// <summary>There is media of this kind, or there should be.</summary>
    public bool IsPresent { get; private set; }

    public void AddStream(in LossWindow loss, double jitterMs)
    {
        IsPresent = true;
        _expected += loss.Expected;
        _lost += loss.Lost;
        _jitterMs = Math.Max(_jitterMs, jitterMs);
    }

    public void AddPicture(bool isPaused, int layersMissing, double freezes)
    {
        IsPresent = true;
        _wanted++;
        _paused += isPaused ? 1 : 0;
        _missing += isPaused ? 0 : Math.Max(0, layersMissing);
        _freezes = Math.Max(_freezes, freezes);
    }

    /// <param name="redundancy">How often each packet is repeated: what random loss takes then is little, but loss comes in bursts.</param>
    public readonly LineConditions Total(double roundTripMs, int redundancy)
    {
        var share = _expected < Enough ? 0 : _lost / _expected;
        if (redundancy > 0)
            share = Math.Max(Math.Pow(share, 1 + redundancy), share / 4);
        return new LineConditions
        {
            LossPercent = share * 100,
            JitterMs = _jitterMs,
            RoundTripMs = roundTripMs,
            PausedShare = _wanted == 0 ? 0 : _paused / _wanted,
            LayersMissing = _wanted == 0 ? 0 : _missing / _wanted,
            Freezes = _freezes,
        };
    }
}
