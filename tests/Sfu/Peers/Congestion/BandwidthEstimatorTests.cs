using Sylk.Conference.Sfu.Peers.Congestion;

namespace Sylk.Conference.Sfu.Tests.Peers.Congestion;

/// <summary>Links of known capacity; the estimate is judged against the shaper, not against what was sent (sfu E.19 item 6).</summary>
public sealed class BandwidthEstimatorTests
{
    private const double Low = 0.80;
    private const double High = 1.10;

    [Theory(DisplayName = "E.11 a steady link: 80 to 110 % of its capacity after 10 s, and its queue stays short")]
    [InlineData(300_000)]
    [InlineData(1_000_000)]
    [InlineData(2_500_000)]
    [InlineData(8_000_000)]
    public void Steady(double capacity)
    {
        var link = new LinkSender { Capacity = capacity };
        link.Run(10);
        link.Run(10);

        Within(link, capacity);
        Assert.InRange(link.QueueingMs(0.95), 0, 100);
    }

    [Fact(DisplayName = "E.11 half the capacity is found within 3 s and kept")]
    public void StepDown()
    {
        var link = new LinkSender { Capacity = 2_000_000 };
        link.Run(15);
        link.Capacity = 1_000_000;
        link.Run(3);

        Assert.InRange(link.Estimator.Target, 0, 1_000_000 * High);
        link.Run(7);
        Within(link, 1_000_000);
    }

    [Fact(DisplayName = "E.11 double the capacity is found within 10 s")]
    public void StepUp()
    {
        var link = new LinkSender { Capacity = 1_000_000 };
        link.Run(15);
        link.Capacity = 2_000_000;
        link.Run(10);

        Within(link, 2_000_000);
    }

    [Theory(DisplayName = "E.11 loss that does not depend on the rate costs no bandwidth")]
    [InlineData(0.02)]
    [InlineData(0.05)]
    public void RandomLoss(double loss)
    {
        var link = new LinkSender { Capacity = 1_000_000, Loss = loss };
        link.Run(20);

        Within(link, 1_000_000);
        Assert.InRange(link.Estimator.Loss, loss * 0.3, loss * 2);
    }

    [Fact(DisplayName = "E.11 a queue that holds 200 ms is not kept full")]
    public void ShortQueue()
    {
        var link = new LinkSender { Capacity = 1_000_000, QueueMs = 200 };
        link.Run(10);
        link.Run(10);

        Within(link, 1_000_000);
        Assert.InRange(link.QueueingMs(0.95), 0, 100);
    }

    [Fact(DisplayName = "E.11 a flow that takes half the link leaves us the other half")]
    public void Competing()
    {
        var link = new LinkSender { Capacity = 2_000_000, Competing = 1_000_000 };
        link.Run(20);

        Within(link, 1_000_000);
    }

    [Fact(DisplayName = "E.11 what sends little learns of a wider link by probes alone")]
    public void Limited()
    {
        var link = new LinkSender { Capacity = 5_000_000, Application = 100_000 };
        link.Run(10);

        Assert.True(link.Estimator.IsLimited);
        Assert.InRange(link.Estimator.Target, 1_500_000, 5_000_000 * High);
    }

    [Fact(DisplayName = "E.11 without feedback the rate falls by a fifth a second after 3 s, to no less than 5 kbit/s")]
    public void Silence()
    {
        var link = new LinkSender { Capacity = 1_000_000 };
        link.Run(10);
        var before = link.Estimator.Target;
        link.FeedbackComes = false;
        link.Run(2.5);
        Assert.Equal(before, link.Estimator.Target, before * 0.05);
        link.Run(10);

        Assert.InRange(link.Estimator.Target, 5_000, before * Math.Pow(0.8, 9));
        link.Run(60);
        Assert.Equal(5_000, link.Estimator.Target, 1);
    }

    [Fact(DisplayName = "E.11 a path that was gone for ten seconds is used again at once; what was lost meanwhile does not count")]
    public void Return()
    {
        var link = new LinkSender { Capacity = 2_000_000 };
        link.Run(15);
        link.Loss = 1;
        link.Run(10);
        Assert.InRange(link.Estimator.Target, 5_000, 700_000);
        link.Loss = 0;
        link.Run(0.5);

        Assert.InRange(link.Estimator.Target, 800_000, 2_000_000 * High);
        Assert.InRange(link.Estimator.Loss, 0, 0.01);
        link.Run(14.5); // F-14: back up within 15 s
        Within(link, 2_000_000);
    }

    [Fact(DisplayName = "TU-17 feedback that lies leaves an estimate between its bounds")]
    public void Lies()
    {
        var random = new Random(7);
        var estimator = new BandwidthEstimator();
        var results = new PacketResult[40];
        for (var round = 0; round < 3_000; round++)
        {
            for (var i = 0; i < results.Length; i++)
                results[i] = Lie(random, round);
            estimator.OnFeedback(Protocols.Instant.FromMilliseconds(round * 20), results, random.Next(0, 5_000));

            Assert.InRange(estimator.Target, 5_000, BandwidthEstimator.Most);
            Assert.InRange(estimator.Loss, 0, 1);
        }
    }

    private static PacketResult Lie(Random random, int round) => new(
        round, Protocols.Instant.FromMilliseconds((round * 20) + random.Next(-50, 50)),
        random.Next(4) == 0 ? PacketResult.Lost : random.NextInt64(-1L << 40, 1L << 40),
        random.Next(0, 1_500), (byte)random.Next(0, 256), random.Next(9) == 0);

    private static void Within(LinkSender link, double capacity) =>
        Assert.InRange(link.Estimator.Target, capacity * Low, capacity * High);
}
