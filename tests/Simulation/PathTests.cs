using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class PathTests
{
    private static readonly TransportAddress Elsewhere = TransportAddress.FromIPv4(0x0A0A0A0A, 5000);

    [Fact(DisplayName = "E.2 An ICE restart keeps the old path until the new one works: nobody notices")]
    public void Restart()
    {
        using var world = new World(21);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(2000);
        foreach (var peer in world.Peers)
            foreach (var slot in peer.Slots)
                slot.ForgetGap();
        ben.RestartIce();
        Assert.Null(ben.Answer!.Error);
        world.Run(3000);
        Expect.Meeting(ann, ben);
        Assert.True(ann.Hears(ben)!.LongestGap <= TimeSpan.FromMilliseconds(60), $"{ann.Hears(ben)!.LongestGap}");
        Assert.True(ben.Hears(ann)!.LongestGap <= TimeSpan.FromMilliseconds(60), $"{ben.Hears(ann)!.LongestGap}");
        Assert.Equal(2, world.Listener.Facts.OfType<PeerConnected>().Count());
    }

    [Fact(DisplayName = "E.2 An ICE restart from another address moves the call there")]
    public void RestartElsewhere()
    {
        using var world = new World(22);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(2000);
        var old = ben.Address;
        world.Move(ben, Elsewhere);
        ben.RestartIce();
        world.Run(3000);
        Expect.Meeting(ann, ben);
        var before = world.Network.BytesTo(old);
        world.Run(2000);
        Assert.Equal(before, world.Network.BytesTo(old));
        Assert.True(ben.Sees(ann)!.Picture!.LongestFreeze < TimeSpan.FromSeconds(2));
    }

    [Fact(DisplayName = "TU-09 A peer silent for 30 s is lost and gets no more media; one that returns in time never was")]
    public void Consent()
    {
        using var world = new World(23);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        world.Run(2000);
        ben.Silent = true;
        world.Run(20_000);
        ben.Silent = false;
        world.Run(7_000);
        Expect.Meeting(ann, ben);
        Assert.Empty(world.Listener.Facts.OfType<PeerLost>());

        ben.Silent = true;
        world.Run(36_000);
        var lost = Assert.Single(world.Listener.Facts.OfType<PeerLost>());
        Assert.Equal(("ben", "consent-expired"), (lost.PeerId, lost.Reason));
        var before = world.Network.BytesTo(ben.Address);
        world.Run(5_000);
        Assert.Equal(before, world.Network.BytesTo(ben.Address));
    }

    [Fact(DisplayName = "TU-07 A signed check from a forged source brings the victim no media, only our own checks two times a second")]
    public void VoiceHammer()
    {
        using var world = new World(24);
        var (ann, ben) = (world.Join("ann", PeerShape.Person), world.Join("ben", PeerShape.Person));
        byte[]? check = null;
        ben.Sending = datagram => check = datagram[0] < 2 && datagram[1] == 1 ? datagram : check;
        world.Run(2000);
        Assert.NotNull(check);
        var victim = TransportAddress.FromIPv4(0x01020304, 53);
        const int Rounds = 100;
        for (var i = 0; i < Rounds; i++)
        {
            world.Inject(victim, check);
            world.Run(100);
        }

        // Each forged check is answered once, and our own check of the new path goes out at most every 500 ms.
        var answers = Rounds * 120;
        var checks = (Rounds / 5 + 1) * 160;
        Assert.InRange(world.Network.BytesTo(victim), 0, answers + checks);
        Assert.Equal((0, 0), world.Network.PacketsTo(victim));
        Expect.Meeting(ann, ben);
    }
}
