using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class TickRotaTests
{
    [Fact(DisplayName = "Rooms are spread over the steps by their legs, and each has its turn once in 20 ms")]
    public void Spread()
    {
        var rota = new TickRota<Room>(static room => room.Legs);
        Assert.Equal((true, 4), (rota.IsEmpty, rota.EmptySteps));
        foreach (var legs in (int[])[10, 3, 3, 3, 0, 3])
        {
            rota.Add(new Room { Legs = legs });
        }

        var turns = Enumerable.Range(0, 8).Select(_ => rota.Take().ToArray()).ToArray();
        Assert.Equal([10, 4, 6, 3], turns.Take(4).Select(step => step.Sum(room => Math.Max(1, room.Legs))));
        Assert.Equal(turns[..4], turns[4..]);
        Assert.Equal(6, rota.All.Count());
    }

    [Fact(DisplayName = "Steps without rooms are passed over asleep")]
    public void Sleeps()
    {
        var rota = new TickRota<Room>(static room => room.Legs);
        var (first, second) = (new Room(), new Room());
        rota.Add(first);
        Assert.Equal(0, rota.EmptySteps);
        Assert.Equal([first], rota.Take());
        Assert.Equal((1, 3), (rota.Next, rota.EmptySteps));
        rota.Add(second);
        Assert.Equal(0, rota.EmptySteps);
        rota.Remove(first);
        rota.Remove(second);
        Assert.Equal(4, rota.EmptySteps);
    }

    private sealed class Room
    {
        public int Legs { get; init; }
    }
}
