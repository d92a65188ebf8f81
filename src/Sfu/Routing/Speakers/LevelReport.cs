using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Speakers;

/// <summary>Loudness of each member as people see it, 0 to 100, told when it changes visibly: at most each 300 ms.</summary>
internal sealed class LevelReport
{
    public const int EvaluateEveryMs = 300;
    private const int QuietestDb = 60;
    private const int LoudestDb = 10;
    private const int VisibleStep = 5;
    private const int SilentAfterMs = 300;

    private Member[] _members = [];

    /// <param name="level">RFC 6464: 0 loudest, 127 silence (-dBov).</param>
    public void OnLevel(Instant now, int member, byte level)
    {
        if (member >= _members.Length) Array.Resize(ref _members, Math.Max(member + 1, _members.Length * 2));
        ref var entry = ref _members[member];
        entry.Loudest = Math.Max(entry.Loudest, ToPercent(level));
        entry.HeardAt = now;
    }

    public void Clear(int member)
    {
        if ((uint)member >= (uint)_members.Length) return;
        _members[member].Loudest = 0;
        _members[member].Level = 0;
    }

    /// <summary>Closes the interval. True: a level is worth telling.</summary>
    public bool Evaluate(Instant now)
    {
        var changed = false;
        foreach (ref var entry in _members.AsSpan())
        {
            var level = now >= entry.HeardAt.PlusMilliseconds(SilentAfterMs) ? (byte)0 : entry.Loudest;
            entry.Loudest = 0;
            entry.Level = level;
            if (Math.Abs(level - entry.Told) < VisibleStep && (level == 0) == (entry.Told == 0)) continue;
            entry.Told = level;
            changed = true;
        }

        return changed;
    }

    /// <summary>Level of the last closed interval, 0..100.</summary>
    public int LevelOf(int member) => (uint)member < (uint)_members.Length ? _members[member].Level : 0;

    /// <summary>-60 dBov and below is 0, -10 dBov and above is 100.</summary>
    public static byte ToPercent(byte level) =>
        (byte)(Math.Clamp(QuietestDb - level, 0, QuietestDb - LoudestDb) * 100 / (QuietestDb - LoudestDb));

    private struct Member
    {
        public byte Loudest;
        public byte Level;
        public byte Told;
        public Instant HeardAt;
    }
}
