using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>
/// Z-11: however often keyframes are wished for, a source is asked no more than L7 allows and only while somebody waits; and
/// a wish that may be fulfilled is.
/// </summary>
internal sealed class KeyframeScript
{
    private const int PairGapMs = 2_000;
    private const int GiveUpMs = 10_000;
    private const int WishGapMs = 200;
    private const int WishWindowMs = 10_000;
    private const int WishesPerWindow = 3;
    private readonly List<Instant> _sent = [];
    private readonly List<Instant> _allowed = [];
    private KeyframeGovernor _governor = new(false);
    private KeyframeRequestLimit _limit = new();
    private Instant _wishedAt;
    private bool _isPending;
    private int _gapMs;

    public static FuzzTarget Target => new("Z-11-keyframe", "keyframe requests", EventScript.Seeds(), () => new KeyframeScript().Check)
    {
        MaxLength = EventScript.MaxLength,
    };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        var isLow = input.Length > 1 && (input[1] & 1) != 0;
        (_governor, _limit, _isPending) = (new KeyframeGovernor(isLow), new KeyframeRequestLimit(), false);
        _gapMs = isLow ? KeyframeGovernor.LowLayerGapMs : KeyframeGovernor.GapMs;
        _sent.Clear();
        _allowed.Clear();
        return new EventScript(input, Instant.FromMilliseconds(1_000), 10).Play(Step) is { } fault ? FuzzVerdict.Violates(fault)
            : _sent.Count > 0 ? FuzzVerdict.Accepted
            : FuzzVerdict.Refused;
    }

    private string? Step(in EventScript script) =>
        Act(script) ?? (_governor.IsPending == _isPending ? null : "pending without a wish, or the other way round");

    private string? Act(in EventScript script)
    {
        switch (script.Event & 7)
        {
            case 0 or 1:
                Wish(script);
                return null;
            case 2 or 3:
                return WishWithinLimit(script);
            case 4 when (script.Argument & 3) == 0:
                _governor.OnKeyframe(script.Now);
                _isPending = false;
                return null;
            default:
                return Take(script.Now, script.Argument % 1_000);
        }
    }

    private void Wish(in EventScript script)
    {
        _governor.Request(script.Now, (KeyframeReason)(script.Argument % 6));
        (_wishedAt, _isPending) = (script.Now, true);
    }

    private string? WishWithinLimit(in EventScript script)
    {
        var legal = (_allowed.Count == 0 || script.Now >= _allowed[^1].PlusMilliseconds(WishGapMs))
            && (_allowed.Count < WishesPerWindow || script.Now >= _allowed[^WishesPerWindow].PlusMilliseconds(WishWindowMs));
        if (_limit.Allow(script.Now) != legal)
        {
            return legal ? "a legal wish was refused" : "more wishes than a receiver has";
        }

        if (legal)
        {
            _allowed.Add(script.Now);
            Wish(script);
        }

        return null;
    }

    private string? Take(Instant now, int rttMs)
    {
        var isDue = now >= _governor.NextDeadline;
        var isStale = _isPending && now >= _wishedAt.PlusMilliseconds(GiveUpMs);
        if (!_governor.TakeDue(now, rttMs))
        {
            _isPending &= !(isDue && isStale);
            return isDue && !isStale ? "a wish that was due is not fulfilled" : null;
        }

        var tooSoon = (_sent.Count > 0 && now < _sent[^1].PlusMilliseconds(_gapMs))
            || (_sent.Count > 1 && now < _sent[^2].PlusMilliseconds(PairGapMs));
        _sent.Add(now);
        return tooSoon ? "asked more than once a second"
            : !_isPending || isStale ? "asked although nobody waits"
            : now < _governor.NextDeadline ? null
            : "due again at once";
    }
}
