using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// What a stream will cost while it has not been measured: for a second after a layer of it comes back (an encoding after a pause,
/// a spatial layer within it) that is what it cost before, or what our own page allows it the first time.
/// </summary>
internal sealed class ReturnedLayer
{
    private const int UnmeasuredMs = 1_000;
    private static readonly double[] Limits = [150_000, 450_000, 1_500_000, 1_500_000];

    private readonly double[] _usual = new double[Limits.Length];
    private Instant _since = new(long.MinValue / 2);

    /// <summary>The newest layer has been sent for less than a second.</summary>
    public bool IsUnmeasured(Instant now) => now < _since.PlusMilliseconds(UnmeasuredMs);

    public void OnReturned(Instant now) => _since = now;

    /// <summary>Bits per second it cost when it was there; before it ever was, what our own page allows it.</summary>
    /// <param name="layer">The encoding, or the spatial layers of the only one less one; 0..3.</param>
    public double Usual(int layer) => _usual[layer] > 0 ? _usual[layer] : Limits[layer];

    /// <summary>The same; 0 before it ever was.</summary>
    public double Seen(int layer) => _usual[layer];

    /// <param name="layer">As for <see cref="Usual"/>.</param>
    /// <param name="measured">Bits per second over the last second.</param>
    public double Expect(Instant now, int layer, double measured) =>
        IsUnmeasured(now) ? Math.Max(measured, Usual(layer)) : _usual[layer] = measured;
}
