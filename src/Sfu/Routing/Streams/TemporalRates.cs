using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>Rates of a stream's temporal layers, for those that have any.</summary>
internal sealed class TemporalRates
{
    private const int Most = 4;
    private const double PacketOverhead = 1.03;

    private BitrateMeter?[] _meters = [];

    /// <summary>Layers seen; 1 until a frame of a higher one came.</summary>
    public int Count { get; private set; } = 1;

    /// <param name="bytes">Payload.</param>
    public void Add(Instant now, byte layer, int bytes)
    {
        if (layer >= Most || (layer == 0 && Count == 1))
            return;
        if (_meters.Length == 0)
            _meters = new BitrateMeter?[Most];
        Count = Math.Max(Count, layer + 1);
        (_meters[layer] ??= new BitrateMeter()).Add(now, bytes);
    }

    /// <summary>Bits per second of a layer and those below it, headers included.</summary>
    public double BitsPerSecond(Instant now, int layer)
    {
        var sum = 0L;
        for (var i = 0; i <= layer && i < _meters.Length; i++)
            sum += _meters[i]?.BitsPerSecond(now) ?? 0;
        return sum * PacketOverhead;
    }
}
