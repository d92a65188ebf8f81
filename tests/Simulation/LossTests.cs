using System.Collections.Concurrent;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>200 seeds; each decides loss (0–20 %), delay and jitter (enough to reorder), with 3 % of packets twice.</summary>
public sealed class LossTests
{
    private const int Seeds = 200;
    private const double Seconds = 6;

    private static readonly ConcurrentDictionary<int, string> Failures = new();

    [Fact(DisplayName = "L7 L8 200 seeds of loss to 20 %, reordering and duplicates: calls connect, nothing is mixed up, pictures go on")]
    public void Seeded()
    {
        Parallel.For(0, Seeds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, seed =>
        {
            try
            {
                Call(seed);
            }
            catch (Exception failure)
            {
                Failures[seed] = failure.Message;
            }
        });
        Assert.True(Failures.IsEmpty, string.Join('\n', Failures.OrderBy(item => item.Key).Take(20).Select(item => $"seed {item.Key}: {item.Value}")));
    }

    private static void Call(int seed)
    {
        var random = new Random(seed * 7919);
        var loss = 0.20 * seed / (Seeds - 1);
        var profile = new LinkProfile(loss, random.Next(5, 40), random.Next(0, 30), 0.03);
        using var world = new World(seed, profile);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var viewer = world.Join("viewer", PeerShape.Listener);
        for (var i = 0; i < 200 && !world.Peers.All(peer => peer.IsConnected); i++)
            world.Run(100);
        foreach (var peer in world.Peers)
            Assert.True(peer.IsConnected, $"{peer.Id} did not connect in {(world.Now - World.Start).TotalSeconds:F0} s at {profile}: {peer.Stage}");
        Expect.Connected(world);
        world.Run(Seconds * 1000);

        Expect.Sound(world);
        Expect.Meeting(ann, ben, viewer);
        foreach (var peer in world.Peers)
            foreach (var slot in peer.VideoSlots.Where(slot => slot.Packets > 0))
                Pictures(world, $"{loss:P1} {profile}: {peer.Id}", slot, loss);
        Limits(world);
    }

    private static void Pictures(World world, string name, ReceivedSlot slot, double loss)
    {
        var picture = slot.Picture!;
        var freeze = picture.LongestFreezeAt(world.Now).TotalMilliseconds;
        var bound = loss <= 0.05 ? 500 : loss <= 0.10 ? 1500 : 4000;
        Assert.True(picture.FramesShown > (loss <= 0.05 ? 100 : 0), $"{name} showed {picture.FramesShown} frames");
        Assert.True(freeze <= bound, $"{name} froze for {freeze:F0} ms, bound {bound}, nacks {slot.NacksSent}, repaired {slot.Repaired}, keyframes asked {slot.KeyframesAsked}");
    }

    /// <summary>L7: a keyframe request a second for each camera. L8: no packet more than resends allow.</summary>
    private static void Limits(World world)
    {
        var seconds = (world.Now - World.Start).TotalSeconds;
        foreach (var peer in world.Peers.Where(peer => peer.Camera is not null))
            Assert.True(peer.KeyframesAsked <= (seconds + 2) * 1.03 + 1, $"{peer.Id} was asked for {peer.KeyframesAsked} keyframes in {seconds:F1} s");
        var counters = world.Shard.Counters;
        Assert.True(
            counters.PacketsRetransmitted <= counters.PacketsForwarded * 0.7,
            $"{counters.PacketsRetransmitted} of {counters.PacketsForwarded} packets were sent again");
    }
}
