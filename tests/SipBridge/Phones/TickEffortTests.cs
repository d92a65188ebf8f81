using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class TickEffortTests
{
    [Fact(DisplayName = "Encoders work less when ticks take long, no more legs are taken at the end, and all comes back")]
    public void Relief()
    {
        var effort = new TickEffort(5);
        Assert.Equal([5, 2, 0], [At(8), At(13), At(17)]);
        Assert.False(effort.IsOverloaded);
        Assert.Equal(0, At(20));
        Assert.True(effort.IsOverloaded);
        Assert.Equal([0, 2, 2, 5], [At(15), At(13), At(11), At(9)]);
        Assert.False(effort.IsOverloaded);

        int At(double milliseconds)
        {
            for (var i = 0; i < 500; i++)
            {
                effort.Note(TimeSpan.FromMilliseconds(milliseconds));
            }

            return effort.Complexity;
        }
    }
}
