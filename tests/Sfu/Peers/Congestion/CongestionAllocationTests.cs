using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers.Congestion;

namespace Sylk.Conference.Sfu.Tests.Peers.Congestion;

[CollectionDefinition(nameof(CongestionAllocationTests), DisableParallelization = true)]
[Collection(nameof(CongestionAllocationTests))]
public sealed class CongestionAllocationTests
{
    [Fact(DisplayName = "Estimating allocates nothing after warm-up: 2,000 feedbacks about 40,000 packets")]
    public void Silent()
    {
        var sent = new SentPackets();
        var estimator = new BandwidthEstimator();
        var results = new PacketResult[20];
        Feed(0, 500);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Feed(500, 2_500);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Feed(int first, int end)
        {
            for (var round = first; round < end; round++)
            {
                for (var i = 0; i < results.Length; i++)
                    results[i] = Send(Instant.FromMilliseconds((round * 50) + (i * 2.5)), i % 9 != 0);
                estimator.OnFeedback(Instant.FromMilliseconds((round * 50) + 70), results, 40);
            }
        }

        PacketResult Send(Instant at, bool arrives)
        {
            var sequence = sent.Take();
            sent.Complete(at, 1_000, 0);
            estimator.OnSent(at, 1_000);
            return sent.TryTake(sequence, arrives, out var packet) && arrives ? packet with { ArrivedAt = at.Nanoseconds + 20_000_000 } : packet;
        }
    }
}
