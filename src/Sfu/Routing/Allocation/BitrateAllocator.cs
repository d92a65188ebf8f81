namespace Sylk.Conference.Sfu.Routing.Allocation;

/// <summary>
/// Divides a receiver's budget among the tracks it wants (sfu E.12). A pure function of its arguments: the tracks in order of
/// importance, each with the steps it can be had in, and the bits per second there are for video.
/// </summary>
internal static class BitrateAllocator
{
    /// <summary>The most important track may exceed the budget by this much before it is left out, bits per second.</summary>
    public const double Oversend = 500_000;

    /// <returns>Bits per second given in all.</returns>
    public static double Divide(Span<AllocationItem> items, double budget)
    {
        var left = budget;
        for (var i = 0; i < items.Length; i++)
            GiveLowest(ref items[i], isFirst: i == 0, ref left);
        while (RaiseEach(items, ref left))
        {
            // one step for each in turn, until nothing fits any more
        }

        return budget - left;
    }

    private static void GiveLowest(ref AllocationItem item, bool isFirst, ref double left)
    {
        item.Chosen = AllocationItem.Paused;
        if (item.Count == 0)
            return;
        var lowest = item.Rate(0);
        var exceeds = isFirst && lowest <= 2 * left && lowest <= left + Oversend;
        if (lowest > left && item.MayPause && !exceeds)
            return;
        item.Chosen = 0;
        left -= lowest;
        while (item.Chosen < Math.Min(item.Preferred, item.Count - 1) && TryRaise(ref item, ref left))
        {
            // what stands on the stage is raised before others get anything
        }
    }

    private static bool RaiseEach(Span<AllocationItem> items, ref double left)
    {
        var raised = false;
        foreach (ref var item in items)
            if (item.Chosen >= 0 && item.Chosen < item.Count - 1)
                raised |= TryRaise(ref item, ref left);
        return raised;
    }

    private static bool TryRaise(ref AllocationItem item, ref double left)
    {
        var more = item.Rate(item.Chosen + 1) - item.Rate(item.Chosen);
        if (more > left)
            return false;
        item.Chosen++;
        left -= more;
        return true;
    }
}
