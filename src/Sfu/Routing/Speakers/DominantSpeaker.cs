using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Speakers;

/// <summary>
/// Who holds the floor (Volfin and Cohen 2013): a challenger must be clearly more active than the present speaker at once,
/// over 100 ms and over 1 s. At most one switch in 2 s; a challenger must have led for 2 s unless the present speaker fell quiet.
/// </summary>
internal sealed class DominantSpeaker
{
    public const int EvaluateEveryMs = 300;
    public const int None = -1;
    private const double ImmediateRatio = 3;
    private const double MediumRatio = 2;
    private const double LongRatio = 0;
    private const int SwitchGapMs = 2_000;
    private const byte Silence = 127;

    private SpeechActivity[] _members = [];
    private int _challenger = None;
    private Instant _challengerSince;
    private Instant _switchedAt = new(long.MinValue / 2);
    private bool _floorIsFree;

    /// <summary>The dominant member, or <see cref="None"/>.</summary>
    public int Current { get; private set; } = None;

    /// <param name="member">Small number of the member, reused after <see cref="Remove"/>.</param>
    /// <param name="level">RFC 6464: 0 loudest, 127 silence.</param>
    public void OnLevel(Instant now, int member, byte level)
    {
        if (member >= _members.Length) Array.Resize(ref _members, Math.Max(member + 1, _members.Length * 2));
        _members[member].Add(now, (byte)(Silence - Math.Min(level, Silence)));
    }

    /// <summary>The member was muted: it stays dominant until another one speaks, who need not wait.</summary>
    public void Clear(int member)
    {
        if ((uint)member < (uint)_members.Length) _members[member].Clear();
        if (member == Current) _floorIsFree = true;
        if (member == _challenger) _challenger = None;
    }

    /// <summary>The member left.</summary>
    public void Remove(int member)
    {
        Clear(member);
        if (member == Current) Current = None;
    }

    /// <summary>Call each 300 ms. True: <see cref="Current"/> is another than before.</summary>
    public bool Evaluate(Instant now)
    {
        foreach (ref var member in _members.AsSpan())
        {
            if (member.IsHeard) member.Evaluate(now);
        }

        var best = Current == None ? FirstSpeaker() : BestChallenger();
        if (best != _challenger) (_challenger, _challengerSince) = (best, now);
        if (best == None || !MaySwitch(now)) return false;
        (Current, _challenger, _switchedAt, _floorIsFree) = (best, None, now, false);
        return true;
    }

    private bool MaySwitch(Instant now)
    {
        if (Current == None || _floorIsFree) return true;
        if (now < _switchedAt.PlusMilliseconds(SwitchGapMs)) return false;
        return _members[Current].IsQuiet || now >= _challengerSince.PlusMilliseconds(SwitchGapMs);
    }

    private int FirstSpeaker()
    {
        var best = None;
        for (var i = 0; i < _members.Length; i++)
        {
            if (!_members[i].IsHeard || _members[i].InstantSteps == 0) continue;
            if (best == None || _members[i].Immediate > _members[best].Immediate) best = i;
        }

        return best;
    }

    private int BestChallenger()
    {
        var best = None;
        ref readonly var present = ref _members[Current];
        for (var i = 0; i < _members.Length; i++)
        {
            if (i == Current || !_members[i].IsHeard || !Challenges(_members[i], present)) continue;
            if (best == None || _members[i].Medium > _members[best].Medium) best = i;
        }

        return best;
    }

    private static bool Challenges(in SpeechActivity challenger, in SpeechActivity present) =>
        Exceeds(challenger.Immediate, present.Immediate, ImmediateRatio)
        && Exceeds(challenger.Medium, present.Medium, MediumRatio)
        && Exceeds(challenger.Long, present.Long, LongRatio);

    // A cleared member has no scores at all: anything exceeds them.
    private static bool Exceeds(double challenger, double present, double lnRatio) =>
        challenger > 0 && (present <= 0 ? challenger > 1 : Math.Log(challenger / present) > lnRatio);
}
