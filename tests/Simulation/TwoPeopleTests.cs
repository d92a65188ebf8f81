using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class TwoPeopleTests
{
    [Fact(DisplayName = "Two people hear and see each other within a second")]
    public void TwoPeopleMeet()
    {
        using var world = new World(1);
        var ann = world.Join("ann", PeerShape.Person);
        var ben = world.Join("ben", PeerShape.Person);
        Assert.Null(ann.Answer!.Error);
        world.Run(3000);
        Assert.True(ann.IsConnected && ben.IsConnected);
        Expect.Meeting(ann, ben);
        Expect.Sound(world);
        Assert.Equal(0, world.Shard.Counters.TurnFailures);
    }
}
