using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Speakers;

/// <summary>
/// Which members of a room are among its loudest. Only the loudest N + 1 are kept in a list, so a packet costs the same in
/// a room of four and of four thousand. A member that was among the loudest N is admitted for 300 ms more, whatever its place
/// now, so that voices of equal strength, two or ten, do not chop each other. Who is heard then is bounded by each listener's
/// slots, which keep their track as long as it is admitted.
/// </summary>
internal sealed class LoudestRanking
{
    private const long Expiry = 150_000_000;
    private const long Hold = 300_000_000;
    private const float Smoothing = 0.5f;
    private const int Silence = 127;
    private static readonly Instant LongAgo = new(long.MinValue / 2);

    private readonly int _loudest;
    private readonly int[] _top;
    private Member[] _members = [];
    private int _topCount;

    /// <param name="loudest">N: how many are heard at once.</param>
    public LoudestRanking(int loudest)
    {
        _loudest = loudest;
        _top = new int[loudest + 1];
    }

    /// <summary>Forward this packet?</summary>
    /// <param name="member">Small number of the member, reused after <see cref="Remove"/>.</param>
    /// <param name="level">RFC 6464: 0 loudest, 127 silence; 255 when the sender does not say, which counts as quiet speech.</param>
    /// <param name="memberCount">Members of the room: with N + 1 or fewer all are forwarded.</param>
    public bool Admit(Instant now, int member, byte level, int memberCount)
    {
        Reserve(member);
        ref var entry = ref _members[member];
        Follow(ref entry, now, level == byte.MaxValue ? (byte)40 : level);
        Expire(now);
        var place = PlaceOf(member);
        var admitted = memberCount <= _loudest + 1 || place < _loudest || now - entry.InsideAt < HoldSpan;
        if (place < _loudest) entry.InsideAt = now;
        if (admitted) entry.AdmittedAt = now;
        return admitted;
    }

    /// <summary>When a packet of this member was last forwarded; long ago when never.</summary>
    public Instant LastAdmitted(int member) => (uint)member < (uint)_members.Length ? _members[member].AdmittedAt : LongAgo;

    /// <summary>A packet of this member is forwarded by somebody else's decision: the room's home is another shard.</summary>
    public void NoteAdmitted(Instant now, int member)
    {
        Reserve(member);
        _members[member].AdmittedAt = now;
    }

    public void Remove(int member)
    {
        if ((uint)member >= (uint)_members.Length) return;
        _members[member] = Member.New;
        var at = _top.AsSpan(0, _topCount).IndexOf(member);
        if (at >= 0) RemoveAt(at);
    }

    private static TimeSpan HoldSpan => TimeSpan.FromTicks(Hold / 100);

    private static void Follow(ref Member entry, Instant now, byte level)
    {
        var loudness = Silence - Math.Min(level, (byte)Silence);
        var isNew = now.Nanoseconds - entry.HeardAt.Nanoseconds > Expiry;
        entry.Energy = isNew ? loudness : entry.Energy + Smoothing * (loudness - entry.Energy);
        entry.HeardAt = now;
    }

    private void Expire(Instant now)
    {
        for (var i = _topCount - 1; i >= 0; i--)
        {
            if (now.Nanoseconds - _members[_top[i]].HeardAt.Nanoseconds > Expiry) RemoveAt(i);
        }
    }

    // The list is in falling order of energy; on equal energy whoever was there first stays ahead.
    private int PlaceOf(int member)
    {
        var place = _top.AsSpan(0, _topCount).IndexOf(member);
        if (place < 0) place = Enter(member);
        if (place < 0) return _top.Length;
        var energy = _members[member].Energy;
        for (; place > 0 && _members[_top[place - 1]].Energy < energy; place--) Swap(place, place - 1);
        for (; place + 1 < _topCount && _members[_top[place + 1]].Energy > energy; place++) Swap(place, place + 1);
        return place;
    }

    private int Enter(int member)
    {
        if (_topCount < _top.Length)
        {
            _top[_topCount] = member;
            return _topCount++;
        }

        if (_members[_top[^1]].Energy >= _members[member].Energy) return -1;
        _top[^1] = member;
        return _top.Length - 1;
    }

    private void Swap(int a, int b) => (_top[a], _top[b]) = (_top[b], _top[a]);

    private void RemoveAt(int place)
    {
        _top.AsSpan(place + 1, _topCount - place - 1).CopyTo(_top.AsSpan(place));
        _topCount--;
    }

    private void Reserve(int member)
    {
        if (member < _members.Length) return;
        var former = _members.Length;
        Array.Resize(ref _members, Math.Max(member + 1, former * 2));
        _members.AsSpan(former).Fill(Member.New);
    }

    private struct Member
    {
        public static Member New => new() { HeardAt = LongAgo, InsideAt = LongAgo, AdmittedAt = LongAgo };

        public float Energy;
        public Instant HeardAt;
        public Instant InsideAt;
        public Instant AdmittedAt;
    }
}
