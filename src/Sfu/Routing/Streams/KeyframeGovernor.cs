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
    private Instant _keyframeAt = LongAgo;

    /// <param name="isLowLayer">The lowest layer is cheap and may be asked again after 500 ms.</param>
    public KeyframeGovernor(bool isLowLayer) => _gapMs = isLowLayer ? LowLayerGapMs : GapMs;

    public bool IsPending => _dueAt != Instant.Never;

    public Instant NextDeadline => _dueAt;

    /// <summary>Requests sent.</summary>
    public int Sent { get; private set; }

    /// <summary>Of the newest wish.</summary>
    public KeyframeReason Reason { get; private set; }

    public int WishesFor(KeyframeReason reason) => _wishes[(int)reason];

    /// <summary>Wishes for a keyframe. True: <see cref="NextDeadline"/> was set by this wish; false: one was pending already.</summary>
    public bool Request(Instant now, KeyframeReason reason = KeyframeReason.DecoderLoss)
    {
        _wishes[(int)reason]++;
        Reason = reason;
        _wishedAt = now;
        if (IsPending) return false;
        _dueAt = Later(now, Earliest(_gapMs));
        return true;
    }

    /// <summary>A keyframe of the source starts: all wishes are fulfilled.</summary>
    public void OnKeyframe(Instant now) => (_dueAt, _keyframeAt) = (Instant.Never, now);

    /// <summary>A receiver that asks now may not have seen the keyframe yet that was asked for or has just been sent.</summary>
    public bool IsUnderWay(Instant now, int rttMs) => IsPending || now < _keyframeAt.PlusMilliseconds(rttMs + RttMarginMs);

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
