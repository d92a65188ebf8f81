using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Speakers;

/// <summary>
/// Speech activity of one member over 20 ms, 100 ms and 1 s (Volfin and Cohen, "Dominant speaker identification for
/// multipoint videoconferencing", 2013): each stage counts how much of the finer one was active.
/// </summary>
internal struct SpeechActivity
{
    private const int Frames = 50;
    private const int Subbands = 13;
    private const int ShortBlock = 5;
    private const int LongBlock = 10;
    private const int QuietSteps = 3;
    private const int ActiveFrame = 7;
    private const int ActiveBlock = 4;
    private const long FrameNanoseconds = 20_000_000;
    private const int FloorFrames = 15_000 / 20;
    private const double LeastScore = 1e-10;

    private static readonly double[] ImmediateScores = Scores(Subbands, 0.78);
    private static readonly double[] MediumScores = Scores(ShortBlock, 24);
    private static readonly double[] LongScores = Scores(LongBlock, 47);

    private LevelRing _levels;
    private int _newest;
    private byte _floor;
    private byte _floorCandidate;
    private int _floorFrames;
    private Instant _filledTo;

    public double Immediate { get; private set; }

    public double Medium { get; private set; }

    public double Long { get; private set; }

    /// <summary>Newest frame's loudness in steps of 13 dB, 0..9.</summary>
    public int InstantSteps { get; private set; }

    /// <summary>The newest frame is hardly above the noise.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>A level was heard since the last <see cref="Clear"/>.</summary>
    public bool IsHeard { get; private set; }

    /// <param name="loudness">127 - level: 0 silence, 127 loudest.</param>
    public void Add(Instant now, byte loudness)
    {
        if (!IsHeard) _filledTo = new Instant(now.Nanoseconds - FrameNanoseconds);
        IsHeard = true;
        var elapsed = now.Nanoseconds - _filledTo.Nanoseconds;
        var missing = (int)Math.Clamp(elapsed / FrameNanoseconds - 1, 0, Frames);
        for (var i = 0; i < missing; i++) Push(0);
        Push(loudness);
        FollowFloor(loudness);
        _filledTo = now;
    }

    /// <summary>Nothing of what was heard counts any more (muted, left).</summary>
    public void Clear() => this = default;

    public void Evaluate(Instant now)
    {
        FillSilence(now);
        Span<byte> steps = stackalloc byte[Frames];
        for (var i = 0; i < Frames; i++) steps[i] = StepsOf(_levels[(_newest - i + Frames) % Frames]);

        var activeBlocks = 0;
        var newestBlock = 0;
        for (var block = 0; block < LongBlock; block++)
        {
            var active = 0;
            foreach (var step in steps.Slice(block * ShortBlock, ShortBlock)) active += step > ActiveFrame ? 1 : 0;
            if (block == 0) newestBlock = active;
            activeBlocks += active > ActiveBlock ? 1 : 0;
        }

        InstantSteps = steps[0];
        IsQuiet = steps[0] < QuietSteps || _levels[_newest] < _floor + Subbands;
        Immediate = ImmediateScores[steps[0]];
        Medium = MediumScores[newestBlock];
        Long = LongScores[activeBlocks];
    }

    // What lies within one step of the noise floor is noise; 0 is a frame that was not even sent.
    private readonly byte StepsOf(byte level) => (byte)((level == 0 ? 0 : level < _floor + Subbands ? _floor : level) / Subbands);

    // One frame may just be late; what is missing beyond that is silence (discontinuous transmission).
    private void FillSilence(Instant now)
    {
        if (!IsHeard) return;
        var silent = Math.Min((now.Nanoseconds - _filledTo.Nanoseconds) / FrameNanoseconds - 1, Frames);
        for (var i = 0L; i < silent; i++) Push(0);
        if (silent > 0) _filledTo = new Instant(now.Nanoseconds - FrameNanoseconds);
    }

    private void Push(byte loudness)
    {
        _newest = (_newest + 1) % Frames;
        _levels[_newest] = loudness;
    }

    // Falls at once, rises every 15 s to the geometric mean of itself and the least level of those 15 s.
    private void FollowFloor(byte loudness)
    {
        if (loudness == 0) return;
        if (_floor == 0 || loudness < _floor)
        {
            _floor = loudness;
            _floorFrames = 0;
            return;
        }

        _floorCandidate = _floorFrames++ == 0 ? loudness : Math.Min(_floorCandidate, loudness);
        if (_floorFrames < FloorFrames) return;
        _floor = (byte)Math.Sqrt(_floor * _floorCandidate);
        _floorFrames = 0;
    }

    // ln C(n, v) + v ln p + (n - v) ln(1 - p) - ln lambda + lambda v with p = 1/2.
    private static double[] Scores(int n, double lambda)
    {
        var scores = new double[n + 1];
        var lnChoose = 0.0;
        for (var v = 0; v <= n; v++)
        {
            scores[v] = Math.Max(LeastScore, lnChoose - n * Math.Log(2) - Math.Log(lambda) + lambda * v);
            lnChoose += Math.Log((double)(n - v) / (v + 1));
        }

        return scores;
    }

    [InlineArray(Frames)]
    private struct LevelRing
    {
        private byte _first;
    }
}
