using Sylk.Conference.Sfu.Routing.Allocation;
using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Tests.Routing.Allocation;

/// <summary>How a receiver's budget is divided (sfu E.12); rates in kbit/s.</summary>
public sealed class BitrateAllocatorTests
{
    [Fact(DisplayName = "E.12 equals are raised in turn: one step each, until nothing fits any more")]
    public void RoundRobin()
    {
        AllocationItem[] items = [Camera(), Camera(), Camera()];

        var given = Divide(items, 840);

        Assert.Equal([3, 3, 3], items.Select(item => item.Chosen)); // 270 each
        Assert.Equal(810, given);
    }

    [Fact(DisplayName = "E.12 whoever comes first gets the step there is no second one of")]
    public void FirstGetsTheRest()
    {
        AllocationItem[] items = [Camera(), Camera()];

        Divide(items, 450);

        Assert.Equal([3, 2], items.Select(item => item.Chosen)); // 270 and 150
    }

    [Fact(DisplayName = "E.12 what does not fit is left out from the end; the first is kept though it exceeds the budget")]
    public void Paused()
    {
        AllocationItem[] items = [Camera(), Camera(), Camera()];
        Divide(items, 130);
        Assert.Equal([0, 0, AllocationItem.Paused], items.Select(item => item.Chosen));

        items = [Camera(), Camera()];
        Divide(items, 40);
        Assert.Equal([0, AllocationItem.Paused], items.Select(item => item.Chosen));
    }

    [Fact(DisplayName = "E.12 a link that carries less than half of the least there is gets sound alone")]
    public void SoundAlone()
    {
        AllocationItem[] items = [Camera(), Camera()];

        Assert.Equal(0, Divide(items, 25));
        Assert.All(items, item => Assert.Equal(AllocationItem.Paused, item.Chosen));
    }

    [Fact(DisplayName = "E.12 who may not be paused yet gets the least there is, whatever the budget")]
    public void NotYet()
    {
        AllocationItem[] items = [Camera(), Camera()];
        for (var i = 0; i < items.Length; i++)
            items[i].MayPause = false;

        Divide(items, 0);

        Assert.All(items, item => Assert.Equal(0, item.Chosen));
    }

    [Fact(DisplayName = "E.12 the stage is raised to its preferred step before others get anything")]
    public void Stage()
    {
        AllocationItem[] items = [Camera(), Camera(), Camera()];
        items[0].Preferred = 4;

        Divide(items, 520);

        Assert.Equal([4, 0, AllocationItem.Paused], items.Select(item => item.Chosen)); // 450, 60, nothing
    }

    [Fact(DisplayName = "E.12 a step that costs no more than the one below takes its place; a limit is a limit")]
    public void Steps()
    {
        var item = new AllocationItem { MayPause = true };
        item.Add(new LayerPoint(0, 0), 100_000);
        item.Add(new LayerPoint(0, 1), 90_000);
        item.Add(new LayerPoint(1, 0), 200_000);
        Assert.Equal((2, new LayerPoint(0, 1), 200_000), (item.Count, item.Point(0), item.Top));

        AllocationItem[] items = [item];
        items[0].Limit(0);
        Divide(items, 1_000);
        Assert.Equal(0, items[0].Chosen);
    }

    [Fact(DisplayName = "E.12 never more than the budget, but for the first's lowest step; never less than fits; the same each time")]
    public void Properties()
    {
        var random = new Random(3);
        for (var round = 0; round < 2_000; round++)
        {
            var items = Enumerable.Range(0, random.Next(1, 26)).Select(_ => Camera(random.Next(1, 10))).ToArray();
            var budget = random.NextDouble() * 6_000;
            var given = Divide(items, budget);
            var again = items.ToArray();

            Assert.Equal(given, Divide(again, budget));
            Assert.Equal(items.Select(item => item.Chosen), again.Select(item => item.Chosen));
            Assert.True(given <= budget + 0.01 || items.Skip(1).All(item => item.Chosen == AllocationItem.Paused), $"{given} of {budget}");
            Assert.All(items.Where(item => item.Chosen >= 0 && item.Chosen < item.Count - 1), item =>
                Assert.True((item.Rate(item.Chosen + 1) - item.Rate(item.Chosen)) / 1_000 > budget - given - 0.01));
        }
    }

    private static double Divide(AllocationItem[] items, double kilobits) => BitrateAllocator.Divide(items, kilobits * 1_000) / 1_000;

    /// <summary>Our own camera: 60, 90, 150, 270, 450, 900, 1,500.</summary>
    private static AllocationItem Camera(int steps = 9)
    {
        var item = new AllocationItem { MayPause = true, Preferred = AllocationItem.Paused };
        (byte Spatial, byte Temporal, double Rate)[] all =
            [(0, 0, 60), (0, 1, 90), (0, 2, 150), (1, 1, 270), (1, 2, 450), (2, 1, 900), (2, 2, 1_500)];
        foreach (var (spatial, temporal, rate) in all.Take(steps))
            item.Add(new LayerPoint(spatial, temporal), rate * 1_000);
        return item;
    }
}
