using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

internal enum KeyframeReason : byte { Subscribe, LayerUp, SourceSwitch, DecoderLoss, UpstreamLoss, Recording }

/// <summary>
/// When to ask a publisher for a keyframe of one source. All wishes within the gap become one request (L7: at most one a
/// second on average, also for a low layer that may ask twice in short order); it is repeated until a keyframe starts.
/// </summary>
internal sealed class KeyframeGovernor
{
    public const int LowLayerGapMs = 500;
    public const int GapMs = 1_000;
    private const int PairGapMs = 2_000;
    private const int RttMarginMs = 100;
    private const int GiveUpMs = 10_000;
    private const int Reasons = 6;
    private static readonly Instant LongAgo = new(long.MinValue / 2);

    private readonly int _gapMs;
    private readonly int[] _wishes = new int[Reasons];
    private Instant _dueAt = Instant.Never;
    private Instant _wishedAt;
    private Instant _lastSentAt = LongAgo;
    private Instant _formerSentAt = LongAgo;

    /// <param name="isLowLayer">The lowest layer is cheap and may be asked again after 500 ms.</param>
    public KeyframeGovernor(bool isLowLayer) => _gapMs = isLowLayer ? LowLayerGapMs : GapMs;

    public bool IsPending => _dueAt != Instant.Never;

    public Instant NextDeadline => _dueAt;

    /// <summary>Requests sent.</summary>
    public int Sent { get; private set; }

    public int WishesFor(KeyframeReason reason) => _wishes[(int)reason];

    /// <summary>Wishes for a keyframe. True: a request may go out now (ask <see cref="TakeDue"/>).</summary>
    public bool Request(Instant now, KeyframeReason reason)
    {
        _wishes[(int)reason]++;
        if (!IsPending) _dueAt = Later(now, Earliest(_gapMs));
        _wishedAt = now;
        return _dueAt <= now;
    }

    /// <summary>A keyframe of the source starts: all wishes are fulfilled.</summary>
    public void OnKeyframe() => _dueAt = Instant.Never;

    /// <summary>True: send one request now.</summary>
    public bool TakeDue(Instant now, int rttMs)
    {
        if (now < _dueAt) return false;
        if (now >= _wishedAt.PlusMilliseconds(GiveUpMs))
        {
            _dueAt = Instant.Never;
            return false;
        }

        _formerSentAt = _lastSentAt;
        _lastSentAt = now;
        _dueAt = Earliest(Math.Max(rttMs + RttMarginMs, _gapMs));
        Sent++;
        return true;
    }

    private Instant Earliest(int gapMs) => Later(_lastSentAt.PlusMilliseconds(gapMs), _formerSentAt.PlusMilliseconds(PairGapMs));

    private static Instant Later(Instant a, Instant b) => a > b ? a : b;
}

/// <summary>How many keyframe wishes of one receiver for one track are honoured: one per 200 ms and three per 10 s (L7).</summary>
internal struct KeyframeWishLimit
{
    private const int GapMs = 200;
    private const int WindowMs = 10_000;

    private Instant _newest;
    private Instant _second;
    private Instant _third;
    private int _count;

    public bool TryHonour(Instant now)
    {
        if (_count >= 1 && now < _newest.PlusMilliseconds(GapMs)) return false;
        if (_count >= 3 && now < _third.PlusMilliseconds(WindowMs)) return false;
        (_third, _second, _newest) = (_second, _newest, now);
        if (_count < 3) _count++;
        return true;
    }
}
