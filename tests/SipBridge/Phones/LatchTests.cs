using Sylk.Conference.Protocols;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class LatchTests
{
    private static readonly TransportAddress Told = Wire.Address("198.51.100.1:4000");
    private static readonly TransportAddress Moved = Wire.Address("198.51.100.1:4999");
    private static readonly TransportAddress Stranger = Wire.Address("203.0.113.9:4000");
    private static readonly TransportAddress Signalling = Wire.Address("198.51.100.1:0");

    [Fact(DisplayName = "Before anything came, and from the told address, packets go to the told address and count at once")]
    public void Told_address_counts_at_once()
    {
        var latch = Open();
        Assert.Equal(Told, latch.Target);
        Assert.True(latch.Take(At(0), Told, 1, 1, false));
        Assert.Equal(Told, latch.Target);
    }

    [Fact(DisplayName = "TU-23 Another port of the told host is believed with its fifth packet in a row of one source")]
    public void Moved_port()
    {
        var latch = Open();
        Assert.Equal(3, Tries(latch, Moved, ssrc: 1, number: 7, packets: 3));
        Assert.Equal(4, Tries(latch, Moved, ssrc: 2, number: 10, packets: 4)); // another source begins anew
        Assert.Equal(4, Tries(latch, Moved, ssrc: 2, number: 20, packets: 4)); // so do other numbers
        Assert.Equal(2, Tries(latch, Stranger, ssrc: 2, number: 24, packets: 2));
        Assert.Equal(Told, latch.Target);
        Assert.Equal(4, Tries(latch, Moved, ssrc: 2, number: 65534, packets: 6)); // over the end of the numbers
        Assert.Equal(Moved, latch.Target);
    }

    [Fact(DisplayName = "A stranger never gets in, before or after, and is counted")]
    public void Stranger_never()
    {
        var latch = Open();
        for (var i = 0; i < 10; i++)
        {
            Assert.False(latch.Take(At(i * 20), Stranger, 5, 1, false));
        }

        latch.Take(At(300), Told, 1, 1, false);
        Assert.False(latch.Take(At(6_000), Stranger, 5, 1, false));
        Assert.Equal(Told, latch.Target);
        Assert.Equal(11, latch.Strangers);
    }

    [Theory(DisplayName = "TU-23 A told private address gives way to the host that signals, to no other")]
    [InlineData("203.0.113.9:4000", false)]
    [InlineData("198.51.100.1:61000", true)]
    public void Private_told(string source, bool expected)
    {
        var latch = new Latch(SymmetricRtp.Auto, target => !target.ToString().StartsWith("192.168.", StringComparison.Ordinal));
        latch.Open(At(0), Wire.Address("192.168.1.5:4000"), Signalling);
        Assert.Equal(expected ? 4 : 8, Tries(latch, Wire.Address(source), ssrc: 1, number: 1, packets: 8));
        Assert.Equal(expected ? Wire.Address(source) : default, latch.Target);
    }

    [Fact(DisplayName = "Within the window the told address wins over another; after 5 s nothing moves any more")]
    public void Window()
    {
        var latch = Open();
        Believe(latch, Moved, 0);
        Assert.True(latch.Take(At(4_900), Told, 9, 1, false));
        Assert.Equal(Told, latch.Target);
        latch = Open();
        Believe(latch, Moved, 0);
        Assert.False(latch.Take(At(5_100), Told, 9, 1, false));
        Assert.Equal(Moved, latch.Target);
        latch = Open();
        Assert.False(latch.Take(At(5_100), Moved, 9, 1, false));
        Assert.False(latch.Take(At(5_120), Moved, 9, 1, false));
        Assert.True(latch.Take(At(5_140), Told, 9, 1, false));
    }

    [Fact(DisplayName = "The same address told again keeps what was learnt; another one opens the window anew")]
    public void Told_again()
    {
        var latch = Open();
        Believe(latch, Moved, 0);
        latch.Open(At(10_000), Told, Signalling);
        Assert.Equal(Moved, latch.Target);
        var next = Wire.Address("198.51.100.1:5000");
        latch.Open(At(20_000), next, Signalling);
        Assert.Equal(next, latch.Target);
        Assert.True(latch.Take(At(20_020), next, 1, 1, false));
    }

    [Theory(DisplayName = "By rule any source or none but the told one is believed")]
    [InlineData(SymmetricRtp.Always, true)]
    [InlineData(SymmetricRtp.Never, false)]
    public void Rules(SymmetricRtp rule, bool expected)
    {
        var latch = new Latch(rule, _ => true);
        latch.Open(At(0), Told, Signalling);
        Assert.Equal(expected ? 4 : 9, Tries(latch, Stranger, ssrc: 1, number: 1, packets: 9));
    }

    [Fact(DisplayName = "What proves itself may come from anywhere that may be sent to, at any time")]
    public void Authentic()
    {
        var latch = new Latch(SymmetricRtp.Auto, target => target != Wire.Address("203.0.113.10:1"));
        latch.Open(At(0), Told, Signalling);
        Assert.True(latch.Take(At(60_000), Stranger, 1, 1, true));
        Assert.Equal(Stranger, latch.Target);
        Assert.True(latch.Take(At(60_000), Wire.Address("203.0.113.10:1"), 1, 1, true));
        Assert.Equal(Stranger, latch.Target);
    }

    [Theory(DisplayName = "Special addresses are sent to when they are listed, or the signalling comes from there")]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.168.2.25", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("100.128.0.1", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("198.51.100.7", true)]
    [InlineData("[::1]", false)]
    [InlineData("[fe80::1]", false)]
    [InlineData("[fd00::1]", false)]
    [InlineData("[ff02::1]", false)]
    [InlineData("[2001:db8::1]", true)]
    public void Targets(string host, bool expected)
    {
        var target = Wire.Address($"{host}:4000");
        Assert.Equal(expected, MediaTargets.MaySendTo(target, Signalling, _ => false));
        Assert.True(MediaTargets.MaySendTo(target, Signalling, _ => true));
        Assert.True(MediaTargets.MaySendTo(target, target with { Port = 0 }, _ => false));
    }

    private static Instant At(int milliseconds) => Instant.FromMilliseconds(1_000 + milliseconds);

    private static Latch Open()
    {
        var latch = new Latch(SymmetricRtp.Auto, _ => true);
        latch.Open(At(0), Told, Signalling);
        return latch;
    }

    private static void Believe(Latch latch, TransportAddress from, int at)
    {
        for (var i = 0; i < 5; i++)
            Assert.Equal(i == 4, latch.Take(At(at + 20 * i), from, 1, (ushort)i, false));
    }

    /// <summary>How many of these packets, 20 ms apart, did not count.</summary>
    private static int Tries(Latch latch, TransportAddress from, uint ssrc, int number, int packets) =>
        Enumerable.Range(0, packets).Count(i => !latch.Take(At(20 * i), from, ssrc, (ushort)(number + i), false));
}
