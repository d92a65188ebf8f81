using Sylk.Conference.Sfu;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class AccountsTests
{
    [Fact(DisplayName = "Product 18 The engine's counters and measurements tell what the network did")]
    public void Counters_tell_what_happened()
    {
        using var call = new BadNetwork(1, people: 2);
        var viewer = call.Watch("viewer", new ShapedLink(7) { Loss = 0.1, DelayMs = 40 });
        call.Run(10);
        var counted = StatisticsReader.Read([call.World.Shard], 1);
        var traffic = counted.Traffic.ToDictionary(line => (line.Direction, line.Kind));

        var sound = traffic[(FlowDirection.Receive, TrackKind.Audio)];
        Assert.InRange(sound.Packets, 2 * 50 * 10, 2 * 50 * 13);
        Assert.InRange((double)sound.Octets / sound.Packets, 59, 61);
        Assert.Equal(0, sound.Lost);
        var pictures = traffic[(FlowDirection.Transmit, TrackKind.Video)];
        Assert.Equal(
            counted.PacketsForwarded, traffic[(FlowDirection.Transmit, TrackKind.Audio)].Packets + pictures.Packets, counted.PacketsForwarded / 5);
        var heard = traffic[(FlowDirection.Transmit, TrackKind.Audio)];
        Assert.InRange(heard.Lost, 60, 160); // the viewer hears two people, 1,000 packets
        Assert.True(pictures.Lost > 0);
        Assert.True(heard.Redundant > 0, "a receiver that loses this much gets RED");
        Assert.True(counted.PacketsAskedFor > 0 && counted.PacketsAskedFor <= counted.PacketsRetransmitted);
        // They name no candidates, so where they come from is learnt from their checks (RFC 8445 §7.3.1.3).
        Assert.Equal([new ConnectionStatistics("udp", "prflx", "connected", 3)], counted.Connections);
        Assert.Equal(counted.KeyframeRequests, counted.KeyframeRequestsByReason.Values.Sum());
        Assert.NotNull(viewer.Hears(call.People[0]));

        var samples = new List<MediaSample>();
        call.World.Shard.Counters.Samples.Drain(samples.Add);
        Assert.Equal(3, samples.Count(sample => sample.Measure == MediaMeasure.HandshakeCompleted));
        Assert.Contains(samples, sample => sample is { Measure: MediaMeasure.RoundTrip, Value: > 0.045 and < 0.06 });
        Assert.Contains(samples, sample => sample is { Measure: MediaMeasure.Jitter, Direction: FlowDirection.Receive, Kind: TrackKind.Video });
        Assert.Contains(samples, sample => sample is { Measure: MediaMeasure.BandwidthEstimate, Value: > 100_000 });
    }

    [Fact]
    public void Who_never_connects_and_who_is_lost_are_counted()
    {
        using var world = new World(3);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        ben.Silent = true;
        world.Run(2_000);
        ann.Silent = true;
        world.Run(60_000);
        world.Leave(ben);
        world.Leave(ann);
        var counted = StatisticsReader.Read([world.Shard], 1).Connections;
        Assert.Contains(new ConnectionStatistics("udp", "prflx", "connected", 1), counted);
        Assert.Contains(new ConnectionStatistics("udp", "prflx", "lost", 1), counted);
        Assert.Contains(new ConnectionStatistics("", "", "failed", 1), counted);
    }
}
