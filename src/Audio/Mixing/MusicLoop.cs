using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Mixing;

/// <summary>Music on hold: one sound over and over, the same place for everybody in the room.</summary>
internal sealed class MusicLoop(double decibels)
{
    private readonly float _gain = Block.Gain(decibels);
    private ReadOnlyMemory<float> _samples;
    private int _at;

    public void Set(ReadOnlyMemory<float> samples) => (_samples, _at) = (samples, 0);

    /// <summary>Adds the next samples.</summary>
    public void AddTo(Span<float> frame)
    {
        var samples = _samples.Span;
        if (samples.IsEmpty) return;
        foreach (ref var value in frame)
        {
            value += samples[_at] * _gain;
            if (++_at == samples.Length) _at = 0;
        }
    }
}
