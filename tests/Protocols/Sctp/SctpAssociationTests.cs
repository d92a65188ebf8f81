using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sctp;

namespace Sylk.Conference.Protocols.Tests.Sctp;

public class SctpAssociationTests
{
    private const uint Binary = 53;

    [Fact(DisplayName = "RFC 9260 5.1: INIT, INIT ACK, COOKIE ECHO, COOKIE ACK; each may be lost once")]
    public void EachMessageOfTheHandshakeMayBeLost()
    {
        foreach (var type in (byte[])[1, 2, 10, 11])
        {
            var link = new SctpLink();
            var lost = false;
            link.Passes = (_, packet) => packet[12] != type || lost || !(lost = true);
            link.A.Connect(link.Now);

            Assert.True(link.RunUntil(() => link.A.State == SctpState.Established && link.B.State == SctpState.Established, 3_000));
            Assert.True(lost);
        }
    }

    [Fact(DisplayName = "RFC 9260 5.2.1: both ends may send INIT at once")]
    public void BothMayConnect()
    {
        var link = new SctpLink();
        link.A.Connect(link.Now);
        link.B.Connect(link.Now);

        Assert.True(link.RunUntil(() => link.A.State == SctpState.Established && link.B.State == SctpState.Established, 2_000));
        Send(link, link.A, 1, [1]);
        Send(link, link.B, 1, [2]);
        link.Run(500);
        Assert.Equal([1], Assert.Single(link.ReceivedByB).Payload);
        Assert.Equal([2], Assert.Single(link.ReceivedByA).Payload);
    }

    [Fact(DisplayName = "An answer to INIT keeps nothing: a forged cookie opens nothing, the genuine one opens within 60 s only")]
    public void CookiesAreProved()
    {
        var link = new SctpLink();
        byte[]? echo = null;
        link.Passes = (toB, packet) =>
        {
            echo = packet[12] == 10 ? packet : echo;
            return packet[12] != 10;
        };
        link.A.Connect(link.Now);
        link.Run(200);
        Assert.NotNull(echo);

        var forged = (byte[])echo.Clone();
        forged[20] ^= 1;
        SctpPacket.Seal(forged, 5000, 5000, SctpPacket.TagOf(forged));
        link.B.Receive(link.Now, forged);
        Assert.Equal(SctpState.Closed, link.B.State);
        link.B.Receive(link.Now.PlusMilliseconds(61_000), echo);
        Assert.Equal(SctpState.Closed, link.B.State);
        link.B.Receive(link.Now, echo);
        Assert.Equal(SctpState.Established, link.B.State);
    }

    [Fact(DisplayName = "Nobody answers: T1 gives up after ten repetitions")]
    public void ConnectGivesUp()
    {
        var link = new SctpLink { Loss = 1 };
        link.A.Connect(link.Now);
        link.Run(200_000);

        Assert.Equal((SctpState.Ended, SctpEnd.Unreachable), (link.A.State, link.A.End));
        Assert.Equal(Instant.Never, link.A.NextDeadline);
    }

    [Fact(DisplayName = "A message of 64 KiB arrives whole, both ways, in packets of at most 1,136 bytes")]
    public void LargeMessages()
    {
        var link = SctpLink.Open();
        var longest = 0;
        link.Passes = (_, packet) => (longest = Math.Max(longest, packet.Length)) > 0;
        var payload = Pattern(65_536, 3);
        Send(link, link.A, 0, payload);
        Send(link, link.B, 0, payload);
        Assert.Equal(SctpSendOutcome.TooLong, link.A.Send(link.Now, 0, Binary, new byte[65_537], SctpReliability.Reliable));
        link.Run(5_000);

        Assert.Equal(payload, Assert.Single(link.ReceivedByA).Payload);
        Assert.Equal(payload, Assert.Single(link.ReceivedByB).Payload);
        Assert.InRange(longest, 1_100, 1_136);
        Assert.Equal(0, link.A.Buffered);
    }

    [Fact(DisplayName = "RFC 9260 7.2.4: one lost packet is sent again after three reports, without waiting for the timer")]
    public void FastRetransmit()
    {
        var link = SctpLink.Open();
        Send(link, link.A, 0, Pattern(60_000, 1));
        link.Run(500);
        var dropped = false;
        link.Passes = (toB, packet) => !toB || packet[12] != 0 || dropped || !(dropped = true);
        Send(link, link.A, 0, Pattern(60_000, 2));

        Assert.True(link.RunUntil(() => link.ReceivedByB.Count == 2, 390));
        Assert.Equal(1, link.A.Retransmissions);
    }

    [Fact(DisplayName = "Zero window: a reader that takes nothing stops the sender, which goes on when it reads again")]
    public void ZeroWindow()
    {
        var link = SctpLink.Open();
        link.BReads = false;
        for (var i = 0; i < 4; i++)
        {
            Send(link, link.A, 0, Pattern(60_000, i));
        }

        link.Run(120_000);
        Assert.Equal(SctpState.Established, link.A.State);
        Assert.InRange(link.B.Held, 150_000, 256 * 1024);
        Assert.True(link.A.Buffered > 0);
        link.BReads = true;
        Assert.True(link.RunUntil(() => link.ReceivedByB.Count == 4, 30_000));
        Assert.Equal(SctpSendOutcome.Queued, link.A.Send(link.Now, 0, Binary, new byte[100], SctpReliability.Reliable));
    }

    [Fact(DisplayName = "RFC 3758: lossy messages that are lost are given up and hold up nothing behind them")]
    public void LossyIsGivenUp()
    {
        var link = SctpLink.Open();
        var dropping = true;
        link.Passes = (toB, packet) => !(dropping && toB && packet[12] == 0);
        link.A.Send(link.Now, 0, Binary, Pattern(3_000, 1), new SctpReliability(false, 0, null));
        link.Run(10);
        dropping = false;
        Send(link, link.A, 0, [9]);

        Assert.True(link.RunUntil(() => link.ReceivedByB.Count == 1, 1_500));
        Assert.Equal([9], link.ReceivedByB[0].Payload);
        Assert.Equal(1, link.A.Abandoned);
        link.Run(1_000);
        Assert.Equal(0, link.A.Buffered);
    }

    [Fact(DisplayName = "RFC 6525: a reset waits for what was queued, is told to the other end, and the stream counts anew")]
    public void ResetStream()
    {
        var link = SctpLink.Open(seed: 4);
        link.Loss = 0.1;
        Send(link, link.A, 3, Pattern(20_000, 1));
        Assert.True(link.A.ResetStream(3));
        Assert.Equal(SctpSendOutcome.StreamResetting, link.A.Send(link.Now, 3, Binary, new byte[] { 1 }, SctpReliability.Reliable));
        ushort closed = 0;
        Assert.True(link.RunUntil(() => link.B.TryTakeReset(out closed), 20_000));
        Assert.Equal(3, closed);
        Assert.Single(link.ReceivedByB);
        link.Run(10_000);
        Assert.Equal(SctpSendOutcome.Queued, link.A.Send(link.Now, 3, Binary, new byte[] { 1 }, SctpReliability.Reliable));
        Assert.True(link.RunUntil(() => link.ReceivedByB.Count == 2, 10_000));
    }

    [Fact(DisplayName = "Heartbeat: an idle association lives on, one whose peer vanished ends")]
    public void Heartbeats()
    {
        var link = SctpLink.Open();
        link.Run(600_000);
        Assert.Equal(SctpState.Established, link.A.State);
        link.Loss = 1;
        link.Run(600_000);
        Assert.Equal(SctpEnd.Unreachable, link.A.End);
    }

    [Fact(DisplayName = "RFC 9260 9.2: shutdown delivers what was queued, then both ends are gone; abort is told")]
    public void Ending()
    {
        var link = SctpLink.Open(seed: 2);
        link.Loss = 0.1;
        Send(link, link.A, 0, Pattern(30_000, 1));
        link.A.Shutdown(link.Now);
        Assert.True(link.RunUntil(() => link.A.End == SctpEnd.ShutDown && link.B.End != SctpEnd.None, 60_000));
        Assert.Single(link.ReceivedByB);

        var other = SctpLink.Open();
        other.A.Abort();
        other.Run(100);
        Assert.Equal(SctpEnd.AbortedByPeer, other.B.End);
    }

    [Fact(DisplayName = "TU-20: fragments without end, and a message beyond the limit, end the association at bounded memory")]
    public void EndlessMessage()
    {
        var link = SctpLink.Open(a: new SctpSettings { MaxOutboundMessage = 200_000 });
        Assert.Equal(SctpSendOutcome.Queued, link.A.Send(link.Now, 0, Binary, new byte[100_000], SctpReliability.Reliable));
        link.Run(5_000);

        Assert.Equal(SctpEnd.ProtocolViolation, link.B.End);
        Assert.True(link.B.Held <= 256 * 1024);
        Assert.Equal(SctpEnd.AbortedByPeer, link.A.End);
    }

    internal static byte[] Pattern(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static void Send(SctpLink link, SctpAssociation from, ushort stream, byte[] payload) =>
        Assert.Equal(SctpSendOutcome.Queued, from.Send(link.Now, stream, Binary, payload, SctpReliability.Reliable));
}
