using System.Numerics;

namespace Sylk.Conference.Headless.Receiving;

/// <summary>Counts delays in buckets 3 % wide, from nanoseconds to minutes. Adding costs no allocation.</summary>
public sealed class DelayHistogram
{
    private const int StepBits = 5;
    private const int Steps = 1 << StepBits;
    private const int Octaves = 40;
    private readonly long[] _counts = new long[Octaves * Steps];

    public long Count { get; private set; }

    public long MaximumNanoseconds { get; private set; }

    public void Add(long nanoseconds)
    {
        var value = Math.Max(nanoseconds, Steps);
        var octave = BitOperations.Log2((ulong)value);
        var index = (octave - StepBits) * Steps + (int)(value >> (octave - StepBits)) - Steps;
        _counts[Math.Min(index, _counts.Length - 1)]++;
        Count++;
        MaximumNanoseconds = Math.Max(MaximumNanoseconds, nanoseconds);
    }

    public void Add(DelayHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        Count += other.Count;
        MaximumNanoseconds = Math.Max(MaximumNanoseconds, other.MaximumNanoseconds);
    }

    public void Clear()
    {
        Array.Clear(_counts);
        Count = MaximumNanoseconds = 0;
    }

    /// <summary>The middle of the bucket below which <paramref name="share"/> (0..1) of the delays lie; 0 when there are none.</summary>
    public double Milliseconds(double share)
    {
        var rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var i = 0; i < _counts.Length && rank > 0; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return (Steps + i % Steps + 0.5) * Math.Pow(2, i / Steps) / 1e6;
        }

        return 0;
    }
}
