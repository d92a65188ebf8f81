using System.Numerics;
using System.Runtime.InteropServices;

namespace Sylk.Conference.Audio.Levels;

/// <summary>Arithmetic on blocks of samples, as wide as the machine allows.</summary>
internal static class Block
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var wideA = MemoryMarshal.Cast<float, Vector<float>>(a);
        var wideB = MemoryMarshal.Cast<float, Vector<float>>(b[..a.Length]);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < wideA.Length; i++) sums += wideA[i] * wideB[i];
        var sum = Vector.Sum(sums);
        for (var i = wideA.Length * Vector<float>.Count; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    public static void Add(ReadOnlySpan<float> from, Span<float> to)
    {
        var wideFrom = MemoryMarshal.Cast<float, Vector<float>>(from);
        var wideTo = MemoryMarshal.Cast<float, Vector<float>>(to[..from.Length]);
        for (var i = 0; i < wideFrom.Length; i++) wideTo[i] += wideFrom[i];
        for (var i = wideFrom.Length * Vector<float>.Count; i < from.Length; i++) to[i] += from[i];
    }

    public static void Subtract(ReadOnlySpan<float> from, Span<float> to)
    {
        var wideFrom = MemoryMarshal.Cast<float, Vector<float>>(from);
        var wideTo = MemoryMarshal.Cast<float, Vector<float>>(to[..from.Length]);
        for (var i = 0; i < wideFrom.Length; i++) wideTo[i] -= wideFrom[i];
        for (var i = wideFrom.Length * Vector<float>.Count; i < from.Length; i++) to[i] -= from[i];
    }

    /// <summary>Adds with a gain that moves from one value to another over the block.</summary>
    public static void AddRamp(ReadOnlySpan<float> from, Span<float> to, float begin, float end)
    {
        if (begin == 1 && end == 1)
        {
            Add(from, to);
            return;
        }

        var step = (end - begin) / from.Length;
        for (var i = 0; i < from.Length; i++) to[i] += from[i] * (begin + step * i);
    }

    /// <summary>Multiplies with a gain that moves from one value to another over the block.</summary>
    public static void Ramp(Span<float> samples, float begin, float end)
    {
        if (begin == 1 && end == 1) return;
        var step = (end - begin) / samples.Length;
        for (var i = 0; i < samples.Length; i++) samples[i] *= begin + step * i;
    }

    /// <summary>Mean of the squares.</summary>
    public static float Power(ReadOnlySpan<float> samples) => samples.IsEmpty ? 0 : Dot(samples, samples) / samples.Length;

    /// <summary>dBov of a mean square; −127 is the floor (RFC 6464).</summary>
    public static double Decibels(float power) => power < 2e-13f ? -127 : Math.Max(-127, 10 * Math.Log10(power));

    public static float Gain(double decibels) => (float)Math.Pow(10, decibels / 20);
}
