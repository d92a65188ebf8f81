using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Server.Tests.Load;

/// <summary>What the watch in the server's process has noted.</summary>
public class MemoryFactsTests
{
    [Fact(DisplayName = "The last note counts; pauses of the oldest generation are listed, half a line is passed over")]
    public void NotesAreRead()
    {
        var facts = MemoryFacts.Read(["1000 1.5 3 1 0 0", "2000 4.25 5 2 1 2.5", "2600 4.25 5 2 1 0", "30"]);
        Assert.Equal((2600L, 4.25), (facts!.AllocatedOctets, facts.PauseMs));
        Assert.Equal([5, 2, 1], facts.Collections);
        Assert.Equal([2.5], facts.OldestPausesMs);
        Assert.Null(MemoryFacts.Read([]));
    }
}
