using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>What a viewer costs depends on what it watches, not on the room.</summary>
public sealed class LargeRoomTests
{
    private const int Viewers = 4;
    private const int Tiles = 25;

    private sealed record Work(long Packets, long Steps, int Watched, long Crossed);

    [Fact(DisplayName = "A view of 25 tiles costs the same in a room of 50 and of 500: packets, tracks looked at, packets that cross")]
    public void Views()
    {
        var small = Measure(50);
        var large = Measure(500);
        Assert.Equal(Tiles, small.Watched);
        Assert.Equal(Tiles, large.Watched);
        AssertAlike("packets sent", small.Packets, large.Packets);
        AssertAlike("tracks looked at", small.Steps, large.Steps);
        AssertAlike("packets that crossed", small.Crossed, large.Crossed);
        Assert.InRange(large.Packets, Viewers * 5 * ((Tiles * 18) + 100), Viewers * 5 * ((Tiles * 21) + 220));
    }

    /// <summary>Five seconds in which three people take the floor, five join and leave, and each view asks for what it has by name.</summary>
    private static Work Measure(int people)
    {
        using var world = new World(321);
        var viewers = Enumerable.Range(0, Viewers)
            .Select(i => world.Join($"viewer{i}", new PeerShape(PeerKind.Web, false, false, 3, Tiles))).ToArray();
        world.Run(1000);
        var crowd = new CrowdedShard(world);
        for (var i = 0; i < people; i++)
            crowd.Enter($"p{i}", i < 3 ? (byte)20 : (byte)(70 + (i % 20)));
        crowd.Run(3000);

        var counters = world.Shard.Counters;
        var (packets, steps, crossed) = (counters.PacketsForwarded, counters.AssignmentSteps, crowd.Crossed);
        for (var turn = 0; turn < 5; turn++)
        {
            crowd.Enter($"late{turn}", 80);
            foreach (var viewer in viewers)
                world.View(viewer.Id, [.. viewer.VideoSlots.Select((slot, i) => new SlotWish(slot.Mid, i < 5 ? WishKind.Participant : WishKind.Track, i < 5 ? $"p{i}" : $"tr_p{i}_v", 0, 320, 180, 0))]);
            crowd.Run(500);
            crowd.Speak($"p{turn % 3}", 60);
            crowd.Speak($"p{(turn + 1) % 3}", 15);
            crowd.Run(500);
            crowd.Leave($"late{turn}");
        }

        Assert.Equal(0, counters.TurnFailures);
        return new Work(counters.PacketsForwarded - packets, counters.AssignmentSteps - steps, crowd.CamerasWatched, crowd.Crossed - crossed);
    }

    private static void AssertAlike(string what, long small, long large) =>
        Assert.True(large <= small * 1.1 && large >= small * 0.9, $"{what}: {small} in the small room, {large} in the large one");
}
