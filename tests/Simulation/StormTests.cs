using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>R-17 to R-19 (TU-15, TU-16, TU-19): participants who ask or send far too much cost others nothing.</summary>
public sealed class StormTests
{
    private const int StormSeconds = 30;

    [Fact(DisplayName = "R-17 1,000 PLI a second from each of five subscribers: a keyframe request a second at the publisher, the first within 100 ms")]
    public void Pli()
    {
        using var world = new World(17);
        var ann = world.Join("ann", PeerShape.Person);
        var viewers = Enumerable.Range(0, 5).Select(i => world.Join($"viewer{i}", PeerShape.Listener)).ToArray();
        world.Run(6_000);
        var before = ann.KeyframesAsked;
        var gaps = LongestGaps(world, ann, viewers);

        Storm(world, viewers, 1, (viewer, buffer) => Plis(viewer, ann, buffer));
        world.Run(100);
        Assert.True(ann.KeyframesAsked > before, "no request came within 100 ms");
        Storm(world, viewers, StormSeconds * 1_000, (viewer, buffer) => Plis(viewer, ann, buffer));

        Assert.InRange(ann.KeyframesAsked - before, 1, StormSeconds + 3);
        Undisturbed(world, gaps);
    }

    [Fact(DisplayName = "R-18 500 NACKs a second for 17 packets each: what is sent again stays within half of the stream and 64 KiB")]
    public void Nack()
    {
        using var world = new World(18);
        var ann = world.Join("ann", PeerShape.Person);
        var (storming, other) = (world.Join("storming", PeerShape.Listener), world.Join("other", PeerShape.Listener));
        world.Run(3_000);
        var gaps = LongestGaps(world, ann, [other]);
        var (before, start) = (world.Shard.Counters.PacketsRetransmitted, Received(storming));
        Storm(world, [storming], StormSeconds * 1_000, (viewer, buffer) => Nacks(viewer, ann, buffer), 2);

        // Packets of the simulated camera are 420 octets of payload.
        var resent = (world.Shard.Counters.PacketsRetransmitted - before) * 420;
        var stream = (Received(storming) - start) * 420;
        Assert.True(resent <= (stream / 2) + 65_536, $"{resent} octets were sent again of a stream of {stream}");
        Undisturbed(world, gaps);
    }

    [Fact(DisplayName = "E.9 what a viewer still asks for when it is too late to send it brings a keyframe, unless one has begun since")]
    public void AskedTooLate()
    {
        using var world = new World(20);
        var ann = world.Join("ann", PeerShape.Person);
        var viewer = world.Join("viewer", PeerShape.Listener);
        world.Run(6_000);
        var slot = viewer.Sees(ann)!;
        var lost = slot.Newest;
        world.Run(900);
        var before = ann.KeyframesAsked;

        Ask(viewer, slot.Ssrc, lost);
        world.Run(200);
        Assert.Equal(before + 1, ann.KeyframesAsked);

        world.Run(150); // the keyframe has come, and what is asked for is not forgotten yet
        Ask(viewer, slot.Ssrc, lost);
        world.Run(2_500); // longer than requests may be held back (L7)
        Assert.Equal(before + 1, ann.KeyframesAsked);
    }

    [Fact(DisplayName = "R-19 a participant sends ten times what it may: the others' sound and pictures go on without a gap of 60 ms more")]
    public void Media()
    {
        using var world = new World(19);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        var viewer = world.Join("viewer", PeerShape.Listener);
        world.Run(3_000);
        var gaps = LongestGaps(world, ann, [viewer]);
        var before = world.Shard.Counters.Dropped(DropReason.InboundQuota);

        // Eighty times its 317 kbit/s: ten times the 2.5 Mbit/s the room allows. Each packet is new and authentic.
        var ahead = world.Now;
        for (var ms = 0; ms < StormSeconds * 1_000; ms += 10)
        {
            ahead = ahead.PlusMilliseconds(800);
            ben.Camera!.Run(ahead);
            world.Run(10);
        }

        Assert.True(world.Shard.Counters.Dropped(DropReason.InboundQuota) - before > 100_000, "the flood was not limited");
        Undisturbed(world, gaps);
    }

    private static void Storm(World world, WirePeer[] peers, int milliseconds, Action<WirePeer, byte[]> send, int stepMs = 1)
    {
        var buffer = new byte[400];
        for (var ms = 0; ms < milliseconds; ms += stepMs)
        {
            foreach (var peer in peers)
                send(peer, buffer);
            world.Run(stepMs);
        }
    }

    private static void Plis(WirePeer viewer, WirePeer source, byte[] buffer)
    {
        var writer = new RtcpWriter(buffer);
        writer.AppendPli(1, viewer.Sees(source)!.Ssrc);
        viewer.SendRtcp(buffer, writer.Length);
    }

    private static void Nacks(WirePeer viewer, WirePeer source, byte[] buffer)
    {
        var slot = viewer.Sees(source)!;
        Span<ushort> lost = stackalloc ushort[17];
        for (var i = 0; i < lost.Length; i++)
            lost[i] = (ushort)(slot.Newest - i);
        var writer = new RtcpWriter(buffer);
        writer.AppendNack(1, slot.Ssrc, lost);
        viewer.SendRtcp(buffer, writer.Length);
    }

    private static void Ask(WirePeer viewer, uint ssrc, ushort lost)
    {
        var buffer = new byte[100];
        var writer = new RtcpWriter(buffer);
        writer.AppendNack(1, ssrc, [lost]);
        viewer.SendRtcp(buffer, writer.Length);
    }

    private static long Received(WirePeer viewer) => viewer.VideoSlots.Sum(slot => slot.Packets);

    private static List<(ReceivedSlot Slot, string Name, double Before)> LongestGaps(World world, WirePeer source, IEnumerable<WirePeer> viewers)
    {
        var all = new List<(ReceivedSlot, string, double)>();
        foreach (var viewer in viewers)
        {
            all.Add((viewer.Hears(source)!, $"{viewer.Id} hears {source.Id}", 20));
            all.Add((viewer.Sees(source)!, $"{viewer.Id} sees {source.Id}", 34));
        }

        foreach (var (slot, _, _) in all)
            slot.ForgetGap();
        return all;
    }

    private static void Undisturbed(World world, List<(ReceivedSlot Slot, string Name, double Before)> gaps)
    {
        foreach (var (slot, name, usual) in gaps)
            Assert.True(slot.LongestGap.TotalMilliseconds <= usual + 60, $"{name}: a gap of {slot.LongestGap.TotalMilliseconds:F0} ms");
        Expect.Sound(world);
    }
}
