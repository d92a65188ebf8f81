namespace Sylk.Conference.Sfu.Quality;

/// <summary>What is known of all media of one kind in one direction of one connection, over the last few seconds.</summary>
internal record struct LineConditions
{
    /// <summary>Percent of packets that did not arrive and that no redundancy replaces.</summary>
    public double LossPercent;

    public double JitterMs;

    /// <summary>0 when unknown.</summary>
    public double RoundTripMs;

    /// <summary>Of what was asked for, the share that is not sent at all because the link does not carry it, 0–1.</summary>
    public double PausedShare;

    /// <summary>How many sizes smaller than asked for pictures are because the link does not carry more, on average.</summary>
    public double LayersMissing;

    /// <summary>Pictures that stood still in the last ten seconds.</summary>
    public double Freezes;

    public bool IsCpuLimited;
}
