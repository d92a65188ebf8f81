using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>Rates of a stream's spatial and temporal layers, for those that have any.</summary>
internal sealed class LayerRates
{
    public const int MostSpatial = 4;
    private const int MostTemporal = 4;
    private const double PacketOverhead = 1.03;

    private BitrateMeter?[] _meters = [];

    /// <summary>What is left out of a lower layer where a higher one is shown.</summary>
    private BitrateMeter?[] _unusedAbove = [];

    /// <summary>Temporal layers seen; 1 until a frame of a higher one came.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>Spatial layers the source sends in this stream; 1 unless it tells.</summary>
    public int SpatialCount { get; private set; } = 1;

    /// <summary>A receiver of the highest layers does not get all of the lower ones.</summary>
    public bool LeavesOut => _unusedAbove.Length > 0 && SpatialCount > 1;

    /// <summary>The source tells how many spatial layers it sends from here on.</summary>
    public void OnStructure(int spatialCount) => SpatialCount = Math.Clamp(spatialCount, 1, MostSpatial);

    /// <param name="bytes">Payload.</param>
    /// <param name="unusedAbove">No upper spatial layer needs the frame.</param>
    public void Add(Instant now, byte spatial, byte temporal, int bytes, bool unusedAbove)
    {
        if ((spatial | temporal) == 0 && Count == 1 && SpatialCount == 1)
            return;
        if (spatial >= MostSpatial || temporal >= MostTemporal)
            return;
        if (_meters.Length == 0)
            _meters = new BitrateMeter?[MostSpatial * MostTemporal];
        Count = Math.Max(Count, temporal + 1);
        SpatialCount = Math.Max(SpatialCount, spatial + 1);
        var layer = (spatial * MostTemporal) + temporal;
        (_meters[layer] ??= new BitrateMeter()).Add(now, bytes);
        if (!unusedAbove)
            return;
        if (_unusedAbove.Length == 0)
            _unusedAbove = new BitrateMeter?[MostSpatial * MostTemporal];
        (_unusedAbove[layer] ??= new BitrateMeter()).Add(now, bytes);
    }

    /// <summary>Bits per second of what a receiver of these layers gets, headers included.</summary>
    public double BitsPerSecond(Instant now, int spatial, int temporal)
    {
        var sum = 0L;
        for (var s = 0; s <= spatial && s < MostSpatial; s++)
        {
            sum += Sum(_meters, now, s, temporal);
            if (s < spatial && s < SpatialCount - 1)
                sum -= Sum(_unusedAbove, now, s, temporal);
        }

        return sum * PacketOverhead;
    }

    private static long Sum(BitrateMeter?[] meters, Instant now, int spatial, int temporal)
    {
        var sum = 0L;
        for (var t = 0; t <= temporal && t < MostTemporal && meters.Length > 0; t++)
            sum += meters[(spatial * MostTemporal) + t]?.BitsPerSecond(now) ?? 0;
        return sum;
    }
}
