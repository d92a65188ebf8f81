namespace Sylk.Conference.Audio.Levels;

/// <summary>A fourth-order Butterworth low-pass: two second-order sections.</summary>
internal sealed class LowPass
{
    private Section _first, _second;

    /// <param name="cutoff">−3 dB, in Hz.</param>
    public LowPass(double cutoff, int rate) => (_first, _second) = (new Section(cutoff / rate, 0.541196), new Section(cutoff / rate, 1.306563));

    public void Process(ReadOnlySpan<float> from, Span<float> to)
    {
        for (var i = 0; i < from.Length; i++) to[i] = _second.Next(_first.Next(from[i]));
    }

    public void Reset()
    {
        _first.Reset();
        _second.Reset();
    }

    private struct Section
    {
        private readonly float _b, _a1, _a2;
        private float _z1, _z2;

        public Section(double cutoff, double quality)
        {
            this = default;
            var k = Math.Tan(Math.PI * cutoff);
            var norm = 1 / (1 + k / quality + k * k);
            (_b, _a1, _a2) = ((float)(k * k * norm), (float)(2 * (k * k - 1) * norm), (float)((1 - k / quality + k * k) * norm));
        }

        public float Next(float x)
        {
            var y = _b * x + _z1;
            _z1 = 2 * _b * x - _a1 * y + _z2;
            _z2 = _b * x - _a2 * y;
            return y;
        }

        public void Reset() => (_z1, _z2) = (0, 0);
    }
}
