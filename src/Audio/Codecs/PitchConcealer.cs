using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Codecs;

/// <summary>
/// Fills gaps of a waveform codec (JB-5 d): repeats the last periods, whose length it finds by correlation, fades by 20 dB until
/// 60 ms, and crosses over into what comes after the gap.
/// </summary>
internal sealed class PitchConcealer
{
    private readonly int _rate, _shortest, _longest, _template, _cross;
    private readonly float[] _history, _cycle, _tail;
    private int _period, _at, _concealed;

    /// <param name="rate">8,000 or 16,000.</param>
    public PitchConcealer(int rate)
    {
        _rate = rate;
        (_shortest, _longest, _template, _cross) = (rate / 400, rate / 66, rate / 100, rate / 250);
        _history = new float[_longest * 2 + _template + _cross];
        _cycle = new float[_longest];
        _tail = new float[_cross];
    }

    /// <summary>Tells what was decoded; right after a gap its first 4 ms are crossed over with the concealment.</summary>
    public void OnDecoded(Span<float> pcm)
    {
        if (_concealed > 0) CrossOver(pcm);
        Remember(pcm);
    }

    public void Conceal(Span<float> pcm)
    {
        if (_concealed == 0) Begin();
        for (var i = 0; i < pcm.Length; i++) pcm[i] = Next();
        Remember(pcm);
    }

    public void Reset()
    {
        Array.Clear(_history);
        _concealed = 0;
    }

    private void CrossOver(Span<float> pcm)
    {
        var length = Math.Min(_cross, pcm.Length);
        for (var i = 0; i < length; i++) _tail[i] = Next();
        for (var i = 0; i < length; i++)
        {
            var weight = (i + 1f) / (length + 1);
            pcm[i] = _tail[i] * (1 - weight) + pcm[i] * weight;
        }

        _concealed = 0;
    }

    private void Begin()
    {
        _period = FindPeriod();
        _at = 0;
        var end = _history.Length;
        var last = _history.AsSpan(end - _period);
        last.CopyTo(_cycle);
        // The end of the cycle runs into its beginning: what preceded the beginning takes over smoothly.
        var blend = Math.Min(_period / 4, _cross);
        for (var i = 0; i < blend; i++)
        {
            var weight = (i + 1f) / (blend + 1);
            var at = _period - blend + i;
            _cycle[at] = last[at] * (1 - weight) + _history[end - _period - blend + i] * weight;
        }

    }

    /// <summary>The lag at which the last 10 ms resemble what was before them best.</summary>
    private int FindPeriod()
    {
        var end = _history.Length;
        var template = _history.AsSpan(end - _template);
        var (best, period) = (float.MinValue, _longest);
        for (var lag = _shortest; lag <= _longest; lag++)
        {
            var candidate = _history.AsSpan(end - _template - lag, _template);
            var energy = Block.Dot(candidate, candidate) + 1e-9f;
            var match = Block.Dot(template, candidate);
            var score = match * Math.Abs(match) / energy;
            if (score <= best * 1.0001f) continue;
            (best, period) = (score, lag);
        }

        return period;
    }

    private float Next()
    {
        var sample = _cycle[_at];
        if (++_at == _period) _at = 0;
        var milliseconds = _concealed++ * 1_000f / _rate;
        return sample * Strength(milliseconds);
    }

    /// <summary>Full for 10 ms, then 20 dB down at 60 ms and so on.</summary>
    private static float Strength(float milliseconds) => milliseconds <= 10 ? 1 : MathF.Pow(10, -(milliseconds - 10) / 50);

    private void Remember(ReadOnlySpan<float> pcm)
    {
        if (pcm.Length >= _history.Length)
        {
            pcm[^_history.Length..].CopyTo(_history);
            return;
        }

        Array.Copy(_history, pcm.Length, _history, 0, _history.Length - pcm.Length);
        pcm.CopyTo(_history.AsSpan(_history.Length - pcm.Length));
    }
}
