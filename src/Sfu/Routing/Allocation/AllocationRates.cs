using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Routing.Allocation;

/// <summary>What a receiver's tracks cost now, in bits per second on the wire.</summary>
internal static class AllocationRates
{
    /// <summary>What our header, extensions and authentication add to a packet of the source.</summary>
    private const double Overhead = 1.04;

    /// <summary>The base layer sent twice.</summary>
    private const double RepeatOverhead = 1.4;
    private const double AudioOverhead = 1.1;
    private const double LeastAudio = 20_000;

    /// <summary>The stage gets this picture (360 lines at full rate) before others get more than nothing.</summary>
    private const byte PreferredSpatial = 1;

    public static double Audio(Instant now, Peer peer)
    {
        var sum = 0.0;
        foreach (var slot in peer.AudioSlots)
            if (slot.Source is { } source && source.IsActive(now))
                sum += source.Bitrate.BitsPerSecond(now) * AudioOverhead;
        return Math.Max(sum, LeastAudio);
    }

    /// <summary>
    /// Cameras by frames first, then size; a larger picture at a quarter of its frames is no gain over the smaller one at all of
    /// them, so it is no step. Screens by size first: text must be readable.
    /// </summary>
    public static void AddSteps(Instant now, Slot slot, ref AllocationItem item)
    {
        var track = slot.Track!;
        var overhead = slot.Viewer.Congestion is { RepeatsBase: true } ? Overhead * RepeatOverhead : Overhead;
        var screen = AllocationOrder.IsScreen(slot);
        for (byte spatial = 0; spatial < track.SpatialLayers && spatial <= Math.Max(slot.WantedLayer, LowestOf(now, track)); spatial++)
        {
            var temporals = track.TemporalLayers(spatial);
            for (byte temporal = 0; temporal < temporals; temporal++)
            {
                var point = new LayerPoint(spatial, temporal);
                var isStep = screen || spatial == 0 || temporal > 0 || temporals == 1;
                if (isStep && track.BitrateOf(point, now) is > 0 and var rate)
                    item.Add(point, rate * overhead);
            }
        }
    }

    public static int PreferredStep(in AllocationItem item)
    {
        var step = 0;
        for (var i = 0; i < item.Count; i++)
            if (item.Point(i).Spatial <= PreferredSpatial)
                step = i;
        return step;
    }

    public static bool IsWithin(LayerPoint point, LayerPoint cap) =>
        point.Spatial < cap.Spatial || (point.Spatial == cap.Spatial && point.Temporal <= cap.Temporal);

    private static int LowestOf(Instant now, Track track)
    {
        for (var i = 0; i < track.Layers.Length && track.Layered is null; i++)
            if (track.Layers[i] is { } stream && stream.IsActive(now))
                return i;
        return 0;
    }
}
