using System.Net;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Tests.Transport;

/// <summary>Where we send to, and how much one address may ask.</summary>
public sealed class NetworkRulesTests
{
    [Theory(DisplayName = "TS-15: public addresses may be reached; loopback, link-local, private, multicast and mapped ones not unless listed")]
    [InlineData("8.8.8.8", true)]
    [InlineData("2a00:1450:4001::1", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("10.1.2.3", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("224.0.0.5", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    public void Networks(string address, bool allowed)
    {
        var networks = new AllowedNetworks([IPNetwork.Parse("10.0.0.0/8")]);
        Assert.Equal(allowed, networks.Allows(TransportAddress.From(IPAddress.Parse(address), 5060)));
        Assert.False(networks.Allows(TransportAddress.From(IPAddress.Parse(address), 0)));
    }

    [Fact(DisplayName = "With only listed networks nothing else is reached")]
    public void Only()
    {
        var networks = new AllowedNetworks([IPNetwork.Parse("127.0.0.0/8")], only: true);
        Assert.True(networks.Allows(IPAddress.Loopback));
        Assert.False(networks.Allows(IPAddress.Parse("8.8.8.8")));
    }

    [Fact(DisplayName = "L11: a burst of 40, then 20 a second; ten thousand forged sources cost no more memory and leave known ones alone")]
    public void Rates()
    {
        var (rates, now) = (new SourceRates(), new Instant(1_000_000_000));
        var known = TransportAddress.From(IPAddress.Parse("192.0.2.1"), 5060);
        Assert.Equal(40, Enumerable.Range(0, 100).Count(_ => rates.TryTake(now, known)));
        now += TimeSpan.FromSeconds(1);
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => rates.TryTake(now, known)));
        for (var i = 0u; i < 20_000; i++)
            rates.TryTake(now, TransportAddress.FromIPv4(0x0A000000 + i, 5060));
        var stranger = TransportAddress.FromIPv4(0x0B000001, 5060);
        Assert.False(rates.TryTake(now, stranger));
        now += TimeSpan.FromSeconds(1);
        Assert.True(rates.TryTake(now, known));
        now += TimeSpan.FromSeconds(3);
        Assert.True(rates.TryTake(now, stranger)); // those who were silent have made room
    }
}
