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
        Assert.True(latch.Take(At(0), Told, 1, false));
        Assert.Equal(Told, latch.Target);
    }

    [Fact(DisplayName = "Another port of the told host is believed with its second packet of one source")]
    public void Moved_port()
    {
        var latch = Open();
        Assert.False(latch.Take(At(20), Moved, 1, false));
        Assert.False(latch.Take(At(40), Moved, 2, false));
        Assert.Equal(Told, latch.Target);
        Assert.True(latch.Take(At(60), Moved, 2, false));
        Assert.Equal(Moved, latch.Target);
    }

    [Fact(DisplayName = "A stranger never gets in, before or after, and is counted")]
    public void Stranger_never()
    {
        var latch = Open();
        for (var i = 0; i < 10; i++)
        {
            Assert.False(latch.Take(At(i * 20), Stranger, 5, false));
        }

        latch.Take(At(300), Told, 1, false);
        Assert.False(latch.Take(At(6_000), Stranger, 5, false));
        Assert.Equal(Told, latch.Target);
        Assert.Equal(11, latch.Strangers);
    }

    [Fact(DisplayName = "A told private address that nobody reaches from here gives way to any source")]
    public void Private_told()
    {
        var latch = new Latch(SymmetricRtp.Auto, _ => true);
        latch.Open(At(0), Wire.Address("192.168.1.5:4000"), Signalling);
        latch.Take(At(20), Stranger, 1, false);
        Assert.True(latch.Take(At(40), Stranger, 1, false));
        Assert.Equal(Stranger, latch.Target);
    }

    [Fact(DisplayName = "Within the window the told address wins over another; after 5 s nothing moves any more")]
    public void Window()
    {
        var latch = Open();
        Believe(latch, Moved, 0);
        Assert.True(latch.Take(At(4_900), Told, 9, false));
        Assert.Equal(Told, latch.Target);
        latch = Open();
        Believe(latch, Moved, 0);
        Assert.False(latch.Take(At(5_100), Told, 9, false));
        Assert.Equal(Moved, latch.Target);
        latch = Open();
        Assert.False(latch.Take(At(5_100), Moved, 9, false));
        Assert.False(latch.Take(At(5_120), Moved, 9, false));
        Assert.True(latch.Take(At(5_140), Told, 9, false));
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
        Assert.True(latch.Take(At(20_020), next, 1, false));
    }

    [Theory(DisplayName = "By rule any source or none but the told one is believed")]
    [InlineData(SymmetricRtp.Always, true)]
    [InlineData(SymmetricRtp.Never, false)]
    public void Rules(SymmetricRtp rule, bool expected)
    {
        var latch = new Latch(rule, _ => true);
        latch.Open(At(0), Told, Signalling);
        latch.Take(At(0), Stranger, 1, false);
        Assert.Equal(expected, latch.Take(At(20), Stranger, 1, false));
    }

    [Fact(DisplayName = "What proves itself may come from anywhere that may be sent to, at any time")]
    public void Authentic()
    {
        var latch = new Latch(SymmetricRtp.Auto, target => target != Wire.Address("203.0.113.10:1"));
        latch.Open(At(0), Told, Signalling);
        Assert.True(latch.Take(At(60_000), Stranger, 1, true));
        Assert.Equal(Stranger, latch.Target);
        Assert.True(latch.Take(At(60_000), Wire.Address("203.0.113.10:1"), 1, true));
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
        latch.Take(At(at), from, 1, false);
        Assert.True(latch.Take(At(at + 20), from, 1, false));
    }
}
