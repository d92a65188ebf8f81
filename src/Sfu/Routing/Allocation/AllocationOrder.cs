using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Routing.Allocation;

/// <summary>
/// Which of a receiver's tracks matter most: what it asked for by priority, then a shared screen, then who speaks and spoke, then
/// the larger picture, then the older one (sfu E.12 point 2).
/// </summary>
internal static class AllocationOrder
{
    private const int NeverSpoke = 1_000;

    public static int Compare(Slot a, Slot b, IReadOnlyList<Peer> speakers)
    {
        var order = Priority(b).CompareTo(Priority(a));
        if (order == 0)
            order = IsScreen(b).CompareTo(IsScreen(a));
        if (order == 0)
            order = SpokeBefore(a, speakers).CompareTo(SpokeBefore(b, speakers));
        if (order == 0)
            order = Area(b).CompareTo(Area(a));
        return order != 0 ? order : a.Index.CompareTo(b.Index);
    }

    /// <summary>What the page shows larger than everything else, or alone.</summary>
    public static bool IsOnStage(Slot first, Slot? second) => second is null || Area(first) > 2 * Area(second);

    public static bool IsScreen(Slot slot) => slot.Track is { Source: TrackSource.Screen };

    private static int Priority(Slot slot) => slot.Wish?.Priority ?? 0;

    private static int Area(Slot slot) => slot.Wish is { } wish ? wish.Width * wish.Height : 0;

    private static int SpokeBefore(Slot slot, IReadOnlyList<Peer> speakers)
    {
        for (var i = 0; i < speakers.Count; i++)
            if (speakers[i] == slot.Track?.Owner)
                return i;
        return NeverSpoke;
    }
}
