using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Codecs;

/// <summary>
/// Comfort noise as packets tell of it (RFC 3389, G.711 appendix II): a level and reflection coefficients of an all-pole filter, and
/// the noise made of them. Nothing a payload can hold does harm: the filter is kept stable and short.
/// </summary>
internal sealed class NoisePayload
{
    /// <summary>Coefficients taken; the rest count as zero (RFC 3389 section 3).</summary>
    public const int MostCoefficients = 12;

    /// <summary>RFC 3389 section 3.1: dBov below zero.</summary>
    public const int Quietest = 127;

    /// <summary>Of a coefficient: nearer to one the filter would ring for long.</summary>
    private const float Steepest = 0.98f;

    private readonly float[] _coefficients = new float[MostCoefficients];
    private readonly float[] _backward = new float[MostCoefficients + 1];
    private readonly ComfortNoise _excitation = new(1, LoudestDb);
    private int _order;
    private float _gain;

    /// <summary>White noise of ±1 / √3: what <see cref="_gain"/> begins with.</summary>
    private const double LoudestDb = -4.771_212_5;

    /// <summary>0 to −127 dBov.</summary>
    public int Decibels { get; private set; } = -Quietest;

    /// <summary>One octet: white noise of a level (section 3.3, a model of order 0).</summary>
    /// <param name="decibels">dBov; what is above 0 or below −127 becomes that.</param>
    public static byte Level(double decibels) => (byte)Math.Clamp(Math.Round(-decibels), 0, Quietest);

    /// <summary>Takes a payload; an empty one is silence.</summary>
    public void Set(ReadOnlySpan<byte> payload)
    {
        Decibels = payload.IsEmpty ? -Quietest : -(payload[0] & 0x7F);
        _order = Math.Clamp(payload.Length - 1, 0, MostCoefficients);
        var power = Math.Pow(10, Decibels / 10.0);
        for (var i = 0; i < _order; i++)
        {
            // 255 is reserved (section 3.2).
            var index = payload[i + 1] == byte.MaxValue ? 127 : payload[i + 1];
            _coefficients[i] = Math.Clamp(258f * (index - 127) / 32_768, -Steepest, Steepest);
            power *= 1 - _coefficients[i] * _coefficients[i];
        }

        _gain = Decibels == -Quietest ? 0 : (float)Math.Sqrt(power) / Block.Gain(LoudestDb);
    }

    /// <summary>The next samples.</summary>
    public void Fill(Span<float> samples)
    {
        _excitation.Fill(samples);
        foreach (ref var sample in samples) sample = Next(sample * _gain);
    }

    /// <summary>A lattice: 1 / A(z), with A of one coefficient 1 + k z⁻¹.</summary>
    private float Next(float forward)
    {
        for (var i = _order - 1; i >= 0; i--)
        {
            forward -= _coefficients[i] * _backward[i];
            _backward[i + 1] = _backward[i] + _coefficients[i] * forward;
        }

        _backward[0] = forward;
        return forward;
    }
}
