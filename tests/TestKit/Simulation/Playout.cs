using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A listener's jitter buffer, as far as counting goes: which frames of sound (20 ms each) were here, by themselves or repeated in
/// a later packet, within 250 ms of their capture. A frame that is missing alone is concealed.
/// </summary>
public sealed class Playout
{
    private const int LatestMs = 250;
    private const int FramesPerWindow = 5;
    private const int FramesNeeded = 4;

    private readonly HashSet<uint> _inTime = [];
    private uint _first;
    private uint _last;

    public void Forget() => _inTime.Clear();

    /// <summary>Share of windows of 100 ms in which at least four of five frames could be played, since the first frame kept.</summary>
    public double Windows
    {
        get
        {
            var (whole, good) = (0, 0);
            for (var begin = _first; begin + FramesPerWindow <= _last; begin += FramesPerWindow)
            {
                var here = 0;
                for (var frame = begin; frame < begin + FramesPerWindow; frame++)
                    here += _inTime.Contains(frame) ? 1 : 0;
                whole++;
                good += here >= FramesNeeded ? 1 : 0;
            }

            return whole == 0 ? 0 : (double)good / whole;
        }
    }

    internal void Add(Instant now, in PayloadMark mark)
    {
        if (now.Nanoseconds - mark.CapturedAt > LatestMs * 1_000_000L)
            return;
        if (_inTime.Count == 0)
            _first = _last = mark.Frame;
        _inTime.Add(mark.Frame);
        _last = Math.Max(_last, mark.Frame);
    }
}
