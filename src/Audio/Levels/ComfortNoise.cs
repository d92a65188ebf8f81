namespace Sylk.Conference.Audio.Levels;

/// <summary>Quiet noise of a given level, the same on every run of one seed.</summary>
internal sealed class ComfortNoise(uint seed, double decibels)
{
    // White noise of ±1 has a mean square of one third.
    private readonly float _amplitude = decibels == 0 ? 0 : Block.Gain(decibels) * MathF.Sqrt(3);
    private uint _state = seed | 1;

    /// <summary>Writes the next samples.</summary>
    public void Fill(Span<float> samples)
    {
        if (_amplitude == 0)
        {
            samples.Clear();
            return;
        }

        var state = _state;
        for (var i = 0; i < samples.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            samples[i] = (int)state * (1f / 2_147_483_648f) * _amplitude;
        }

        _state = state;
    }
}
