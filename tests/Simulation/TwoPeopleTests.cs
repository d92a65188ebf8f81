using Sylk.Conference.Protocols;
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
    }

    [Fact(DisplayName = "E.10 Every packet of a publisher is reported with its arrival, within 300 ms")]
    public void CongestionFeedback()
    {
        using var world = new World(8);
        var ann = world.Join("ann", PeerShape.Person);
        world.Run(3000);
        Assert.InRange(ann.CongestionFeedback.Arrivals, ann.TransportPackets - 45, ann.TransportPackets);
        Assert.InRange(ann.CongestionFeedback.Packets, 10, 100);
    }

    [Fact(DisplayName = "TU-05 10^4 checks with a wrong signature: no answer, no path")]
    public void UnsignedChecks()
    {
        using var world = new World(9);
        var ann = world.Join("ann", PeerShape.Person);
        byte[]? check = null;
        ann.Sending = datagram => check ??= datagram[0] == 0 && datagram[1] == 1 ? datagram : null;
        world.Run(1000);
        var stranger = TransportAddress.FromIPv4(0x0C00_0001, 7000);
        for (var i = 0; i < 10_000; i++)
        {
            // Any bit that the signature covers, or of the signature itself; the fingerprint behind it is no secret.
            var forged = check!.AsSpan().ToArray();
            forged[20 + (i % (forged.Length - 28))] ^= 0x01;
            world.Inject(stranger, forged);
            if (i % 10 == 0)
                world.Run(1);
        }

        Assert.Equal(0, world.Network.BytesTo(stranger));
        Assert.True(world.Inject(stranger, check) > 0, "the signed one is answered");
    }
}
