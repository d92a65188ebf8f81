using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>How many keyframe wishes of one receiver for one track are honoured: one per 200 ms and three per 10 s (L7).</summary>
internal sealed class KeyframeRequestLimit
{
    private const int GapMs = 200;
    private const int WindowMs = 10_000;

    private Instant _newest;
    private Instant _second;
    private Instant _third;
    private int _count;

    public bool Allow(Instant now)
    {
        if (_count >= 1 && now < _newest.PlusMilliseconds(GapMs)) return false;
        if (_count >= 3 && now < _third.PlusMilliseconds(WindowMs)) return false;
        (_third, _second, _newest) = (_second, _newest, now);
        if (_count < 3) _count++;
        return true;
    }
}
