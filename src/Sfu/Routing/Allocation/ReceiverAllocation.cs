using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Peers.Congestion;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Routing.Allocation;

/// <summary>
/// Gives one receiver's video slots what its link carries, and keeps from flapping: less at once, more only when it has fitted
/// for a second with a tenth to spare and nothing was taken away for ten (sfu E.12).
/// </summary>
internal sealed class ReceiverAllocation(Peer peer)
{
    private const double VideoShare = 0.95;
    private const double UpShare = 0.95;

    /// <summary>What is used may exceed the budget by a tenth before something is taken away: keyframes count in it.</summary>
    private const double UsedShare = 0.9;
    private const double Noticeable = 1_000;
    private const double RaiseBy = 150_000;
    private const double MovedBy = 0.15;
    private const int HoldUpMs = 1_000;
    private const int HoldAfterDownMs = 10_000;
    private const int CausedWithinMs = 2_000;

    /// <summary>The first estimates are guesses: what they took away comes back as soon as it fits.</summary>
    private const int BeginningMs = 10_000;
    private const int PatienceMs = 1_000;

    /// <summary>Nothing is paused for an estimate that rests on no measurement yet, unless the link was seen to be full.</summary>
    private const int GuessingMs = 3_000;
    private const int IntervalMs = 400;

    private AllocationItem[] _items = new AllocationItem[4];
    private Slot[] _slots = new Slot[4];
    private double[] _given = new double[4];
    private int _count;
    private double _lastTarget;
    private Instant _ranAt;
    private Instant _downAt = new(long.MinValue / 2);
    private Instant _fitsSince = Instant.Never;
    private Instant _begunAt = Instant.Never;
    private bool _changed;

    /// <summary>The receiver has slots to fill and has neither reported yet nor been given up on.</summary>
    public bool IsWaiting { get; private set; } = true;

    /// <summary>What the slots show or shall show has changed: the next run divides anew.</summary>
    public void Invalidate() => _changed = true;

    /// <summary>A layer of what is shown has come back: it is given at once, where nothing was taken away lately.</summary>
    public void OnReturned(Instant now, ReceiverCongestion congestion)
    {
        if (!congestion.IsActive || now < _downAt.PlusMilliseconds(HoldMs(now)))
            return;
        _changed = true;
        Run(now, congestion);
    }

    public void Run(Instant now, ReceiverCongestion congestion)
    {
        var moved = congestion.Estimator.Target < _lastTarget * (1 - MovedBy);
        if (!_changed && !moved && now < _ranAt.PlusMilliseconds(IntervalMs))
            return;
        _ranAt = now;
        if (_begunAt == Instant.Never && peer.VideoSlots.Exists(slot => slot.PacketsSent > 0))
            _begunAt = now;
        _lastTarget = congestion.Estimator.Target;
        if (peer.VideoSlots.Count == 0)
            return;
        IsWaiting = !congestion.IsActive && MustWait(now);
        if (!congestion.IsActive && !IsWaiting)
        {
            ReleaseAll(now);
            return;
        }

        Collect(now, congestion.IsActive, congestion.Estimator.DecreasedAt != default);
        var audio = AllocationRates.Audio(now, peer);
        congestion.Probing.OnWanted(Wanted(now) + audio);
        Divide(now, (VideoShare * congestion.Estimator.Target) - audio, congestion.Estimator.DecreasedAt);
    }

    /// <summary>Who has not reported yet may do so within a second; until then it gets little.</summary>
    private bool MustWait(Instant now) => SentFor(now) < PatienceMs;

    /// <summary>Milliseconds since the first picture was sent.</summary>
    private double SentFor(Instant now) => _begunAt == Instant.Never ? 0 : (now - _begunAt).TotalMilliseconds;

    /// <summary>For how long after something was taken away nothing more is given.</summary>
    private int HoldMs(Instant now) => SentFor(now) < BeginningMs ? HoldUpMs : HoldAfterDownMs;

    private void Divide(Instant now, double budget, Instant decreasedAt)
    {
        var items = _items.AsSpan(0, _count);
        var used = 0.0;
        for (var i = 0; i < _count; i++)
            used += _given[i];
        if (_changed)
        {
            _changed = false;
            BitrateAllocator.Divide(items, budget);
            Apply(now);
        }
        else if (used * UsedShare > budget)
        {
            for (var i = 0; i < _count; i++)
                items[i].Limit(StepOf(i));
            BitrateAllocator.Divide(items, budget);
            if (now < decreasedAt.PlusMilliseconds(CausedWithinMs))
                _downAt = now;
            _fitsSince = Instant.Never;
            Apply(now);
        }
        else if (now >= _downAt.PlusMilliseconds(HoldMs(now))
            && Raise(items, budget * UpShare, used))
        {
            if (_fitsSince == Instant.Never)
                _fitsSince = now;
            if (now < _fitsSince.PlusMilliseconds(HoldUpMs))
                return;
            _fitsSince = Instant.Never;
            Apply(now);
        }
        else
        {
            _fitsSince = Instant.Never;
        }
    }

    /// <summary>
    /// A little at a time and the same for everybody: receivers who share a link without knowing lose in proportion to what they have,
    /// so they come to have the same. More only where no step is that small.
    /// </summary>
    private static bool Raise(Span<AllocationItem> items, double budget, double used) =>
        BitrateAllocator.Divide(items, Math.Min(budget, used + RaiseBy)) > used + Noticeable || BitrateAllocator.Divide(items, budget) > used + Noticeable;

    private void Apply(Instant now)
    {
        for (var i = 0; i < _count; i++)
        {
            ref readonly var item = ref _items[i];
            if (item.Count == 0)
                continue; // nothing of it comes now
            _slots[i].SetCap(now, item.Chosen < 0 ? null : item.Point(item.Chosen));
        }
    }

    private void ReleaseAll(Instant now)
    {
        foreach (var slot in peer.VideoSlots)
            slot.SetCap(now, LayerPoint.Highest);
    }

    private void Collect(Instant now, bool isActive, bool isCongested)
    {
        Sort();
        for (var i = 0; i < _count; i++)
        {
            ref var item = ref _items[i];
            item = default;
            item.Preferred = i == 0 && AllocationOrder.IsOnStage(_slots[0], _count > 1 ? _slots[1] : null) ? int.MaxValue : AllocationItem.Paused;
            AllocationRates.AddSteps(now, _slots[i], ref item);
            item.MayPause = isActive && ((item.Count > 1 && isCongested) || SentFor(now) > GuessingMs);
            if (item.Preferred > 0)
                item.Preferred = AllocationRates.PreferredStep(item);
            _given[i] = _slots[i].AllocatorPaused ? 0 : item.Rate(StepOf(i));
        }
    }

    private void Sort()
    {
        if (_items.Length < peer.VideoSlots.Count)
        {
            Array.Resize(ref _items, peer.VideoSlots.Count);
            Array.Resize(ref _slots, peer.VideoSlots.Count);
            Array.Resize(ref _given, peer.VideoSlots.Count);
        }

        _count = 0;
        var speakers = peer.Room.RecentSpeakers;
        foreach (var slot in peer.VideoSlots)
        {
            if (slot.Track is not { Muted: false })
                continue;
            var at = _count++;
            for (; at > 0 && AllocationOrder.Compare(_slots[at - 1], slot, speakers) > 0; at--)
                _slots[at] = _slots[at - 1];
            _slots[at] = slot;
        }
    }

    /// <summary>The highest step within the slot's cap; <see cref="AllocationItem.Paused"/> when it is paused.</summary>
    private int StepOf(int index)
    {
        var slot = _slots[index];
        if (slot.AllocatorPaused)
            return AllocationItem.Paused;
        var step = 0;
        for (var i = 1; i < _items[index].Count; i++)
            if (AllocationRates.IsWithin(_items[index].Point(i), slot.Cap))
                step = i;
        return step;
    }

    /// <summary>What is asked of publishers is probed for while it is on its way: it is to be shown with its first packet.</summary>
    private double Wanted(Instant now)
    {
        var sum = 0.0;
        for (var i = 0; i < _count; i++)
            sum += _items[i].Top + _slots[i].Track!.Expected(_slots[i].WantedLayer, now);
        return sum;
    }
}
