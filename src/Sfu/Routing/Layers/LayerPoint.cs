namespace Sylk.Conference.Sfu.Routing.Layers;

/// <summary>A quality a source can be had in: one of its encodings and how many of its frames.</summary>
/// <param name="Spatial">0 is the smallest picture.</param>
/// <param name="Temporal">0 is the fewest frames; each layer includes those below it.</param>
internal readonly record struct LayerPoint(byte Spatial, byte Temporal)
{
    public static readonly LayerPoint Lowest = new(0, 0);

    /// <summary>Everything there is.</summary>
    public static readonly LayerPoint Highest = new(byte.MaxValue, byte.MaxValue);
}
