using System.Text;
using Sylk.Conference.Protocols.Dcep;
using Sylk.Conference.Protocols.Sctp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.TestKit.Simulation;

namespace Sylk.Conference.Simulation.Tests;

public sealed class DataChannelTests
{
    private static readonly PeerShape Shape = PeerShape.Person with { Data = true };

    [Fact(DisplayName = "What a page sends on the negotiated channel reaches the others, and names the sender")]
    public void Relayed()
    {
        using var world = new World(3);
        var (ann, ben, cat) = (world.Join("ann", Shape), world.Join("ben", Shape), world.Join("cat", Shape));
        world.Run(3_000);
        ann.SendData(0, PayloadProtocol.Text, "hello"u8.ToArray(), SctpReliability.Reliable);
        ben.SendData(0, PayloadProtocol.Binary, new byte[65_536], SctpReliability.Reliable);
        world.Run(3_000);

        Assert.Equal("{\"from\":\"ann\"}\nhello", Encoding.UTF8.GetString(Assert.Single(ben.ReceivedData).Payload));
        Assert.Equal(2, cat.ReceivedData.Count);
        Assert.Equal(65_536 + 15, Assert.Single(ann.ReceivedData).Payload.Length);
        Expect.Meeting(ann, ben);
    }

    [Fact(DisplayName = "A channel that a page opens is acknowledged; the seventeenth is refused")]
    public void Opened()
    {
        using var world = new World(4);
        var ann = world.Join("ann", Shape);
        world.Run(3_000);
        for (ushort stream = 2; stream < 36; stream += 2)
            ann.SendData(stream, PayloadProtocol.Control, new DcepOpen("lossy", "", SctpReliability.Lossy).Write(), SctpReliability.Reliable);
        world.Run(2_000);

        Assert.Equal(15, ann.ReceivedData.Count);
        Assert.All(ann.ReceivedData, message => Assert.True(DcepAck.Is(message.Payload)));
    }

    [Fact(DisplayName = "A network test gets its messages back, and nobody else does")]
    public void Echoed()
    {
        using var world = new World(5);
        var (ann, ben) = (world.Join("ann", Shape), world.Join("ben", Shape));
        world.Shard.Rooms[World.Room].FindPeer("ann")!.Echoes = true;
        world.Run(3_000);
        ann.SendData(0, PayloadProtocol.Binary, [1, 2, 3], SctpReliability.Lossy);
        world.Run(500);

        Assert.Equal([1, 2, 3], Assert.Single(ann.ReceivedData).Payload);
        Assert.Empty(ben.ReceivedData);
    }

    [Fact(DisplayName = "What somebody sends who may not reaches nobody and is counted")]
    public void Forbidden()
    {
        using var world = new World(7);
        var (ann, ben) = (world.Join("ann", Shape with { AllowData = false }), world.Join("ben", Shape));
        world.Run(3_000);
        ann.SendData(0, PayloadProtocol.Text, "psst"u8.ToArray(), SctpReliability.Reliable);
        ben.SendData(0, PayloadProtocol.Text, "hello"u8.ToArray(), SctpReliability.Reliable);
        world.Run(1_000);

        Assert.Empty(ben.ReceivedData);
        Assert.Single(ann.ReceivedData);
        Assert.Equal(1, world.Shard.Counters.Dropped(DropReason.DataRefused));
    }

    [Fact(DisplayName = "64 KiB to thirty readers: no millisecond carries more than its share of data, and all get it")]
    public void TakeTurns()
    {
        using var world = new World(8);
        var ann = world.Join("ann", PeerShape.Listener with { Data = true });
        var readers = Enumerable.Range(0, 30).Select(i => world.Join($"r{i}", PeerShape.Listener with { Data = true })).ToArray();
        world.Run(5_000);
        ann.SendData(0, PayloadProtocol.Binary, new byte[65_536], SctpReliability.Reliable);
        var most = 0L;
        for (var i = 0; i < 4_000; i++)
        {
            var before = world.Shard.Counters.BytesSent;
            world.Run(1);
            most = Math.Max(most, world.Shard.Counters.BytesSent - before);
        }

        Assert.All(readers, reader => Assert.Equal(65_536 + 15, Assert.Single(reader.ReceivedData).Payload.Length));
        Assert.InRange(most, 30 * 1_000, 2 * 32 * 1_200); // two windows may touch one of our milliseconds
    }

    [Fact(DisplayName = "A page that goes while something is unacknowledged leaves nothing that is due for ever")]
    public void GoneInTheMiddle()
    {
        using var world = new World(9);
        var ann = world.Join("ann", Shape);
        world.Run(3_000);
        ann.SendData(0, PayloadProtocol.Text, "bye"u8.ToArray(), SctpReliability.Reliable);
        ann.SayGoodbye();
        world.Run(20);

        var transport = world.Shard.Rooms[World.Room].FindPeer("ann")!.Transport;
        Assert.Equal(TransportState.Lost, transport.State);
        Assert.True(transport.NextDeadline > world.Now.PlusMilliseconds(100));
    }

    [Fact(DisplayName = "A reader whose network is gone is cut off from what is reliable; the others get all of it, their media goes on")]
    public void SlowReader()
    {
        using var world = new World(6);
        var (ann, ben, cat) = (world.Join("ann", Shape), world.Join("ben", Shape), world.Join("cat", Shape));
        world.Run(3_000);
        cat.Silent = true;
        for (var i = 0; i < 30; i++)
        {
            ann.SendData(0, PayloadProtocol.Binary, new byte[30_000], SctpReliability.Reliable);
            world.Run(300);
        }

        world.Run(2_000);
        Assert.Equal(30, ben.ReceivedData.Count);
        Assert.Equal(1, world.Shard.Rooms[World.Room].Peers.Count(peer => peer.Transport.Data is { IsOpen: false }));
        Expect.Meeting(ann, ben);
    }
}
