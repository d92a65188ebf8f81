using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Jitter;

/// <summary>
/// Decoded sound that waits, at 48 kHz. It can be made a little shorter or longer at its head without being heard (JB-3): by a stretch
/// of 2.5 to 10 ms after which the sound resembles itself.
/// </summary>
internal sealed class PlayoutLine
{
    private const int Capacity = 12_000, MinStretch = 120, MaxStretch = 480, Cross = 240, Coarse = 4, EdgeFade = 120;

    private readonly float[] _samples = new float[Capacity];
    private int _head = MaxStretch, _tail = MaxStretch;
    private bool _fadeIn;

    /// <summary>Samples that wait.</summary>
    public int Count => _tail - _head;

    /// <summary>What a stretch needs to have in front of it.</summary>
    public const int StretchNeeds = MaxStretch + Cross;

    /// <summary>A place for the next samples; <see cref="Commit"/> takes those that were written.</summary>
    public Span<float> Reserve(int samples)
    {
        if (_tail + samples > Capacity) Compact();
        return _samples.AsSpan(_tail, Math.Min(samples, Capacity - _tail));
    }

    public void Commit(int samples)
    {
        if (_fadeIn) Block.Ramp(_samples.AsSpan(_tail, Math.Min(EdgeFade, samples)), 0, 1);
        _fadeIn = false;
        _tail += samples;
    }

    /// <summary>What follows does not fit to what is here: lets the end go out and the next beginning come in, 2.5 ms each.</summary>
    public void Break()
    {
        var length = Math.Min(EdgeFade, Count);
        Block.Ramp(_samples.AsSpan(_tail - length, length), 1, 0);
        _fadeIn = true;
    }

    public void Read(Span<float> frame)
    {
        var length = Math.Min(frame.Length, Count);
        _samples.AsSpan(_head, length).CopyTo(frame);
        frame[length..].Clear();
        _head += length;
    }

    /// <summary>The last samples there were, heard or not yet.</summary>
    public ReadOnlySpan<float> Last(int samples) => _samples.AsSpan(Math.Max(0, _tail - samples), Math.Min(samples, _tail));

    public void Clear() => (_head, _tail, _fadeIn) = (MaxStretch, MaxStretch, true);

    /// <summary>Leaves a period out.</summary>
    /// <returns>Samples left out; 0 when there is too little here.</returns>
    public int Shorten()
    {
        if (Count < StretchNeeds) return 0;
        var lag = FindLag();
        for (var i = 0; i < Cross; i++)
        {
            var weight = (i + 0.5f) / Cross;
            ref var there = ref _samples[_head + lag + i];
            there = _samples[_head + i] * (1 - weight) + there * weight;
        }

        _head += lag;
        return lag;
    }

    /// <summary>Plays a period twice.</summary>
    /// <returns>Samples added; 0 when there is too little here.</returns>
    public int Lengthen()
    {
        if (Count < StretchNeeds) return 0;
        var lag = FindLag();
        if (_head < lag) Compact();
        var head = _head;
        Array.Copy(_samples, head, _samples, head - lag, lag);
        var cross = Math.Min(Cross, lag);
        for (var i = 0; i < cross; i++)
        {
            var weight = (i + 0.5f) / cross;
            _samples[head + i] = _samples[head + lag + i] * (1 - weight) + _samples[head + i] * weight;
        }

        _head = head - lag;
        return lag;
    }

    /// <summary>Moves what waits to the front, leaving room for <see cref="Lengthen"/>.</summary>
    private void Compact()
    {
        var count = Count;
        Array.Copy(_samples, _head, _samples, MaxStretch, count);
        (_head, _tail) = (MaxStretch, MaxStretch + count);
    }

    /// <summary>The distance at which the head resembles what follows best: coarsely at 12 kHz, then exactly.</summary>
    private int FindLag()
    {
        var coarse = Search(MinStretch, MaxStretch, Coarse, Coarse);
        return Search(Math.Max(MinStretch, coarse - Coarse), Math.Min(MaxStretch, coarse + Coarse), 1, 1);
    }

    private int Search(int from, int to, int step, int stride)
    {
        var (best, found) = (float.MinValue, from);
        for (var lag = from; lag <= to; lag += step)
        {
            float match = 0, energy = 1e-9f;
            for (var i = 0; i < Cross; i += stride)
            {
                var other = _samples[_head + lag + i];
                match += _samples[_head + i] * other;
                energy += other * other;
            }

            var score = match * MathF.Abs(match) / energy;
            if (score > best) (best, found) = (score, lag);
        }

        return found;
    }
}
