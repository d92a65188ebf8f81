using System.Net;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Net.Linux;

namespace Sylk.Conference.Sfu.Tests.Net;

public sealed class SourcePinningTests
{
    private static readonly LocalAddress[] Machine =
    [
        new(IPAddress.Parse("192.0.2.2"), false), new(IPAddress.Parse("2001:db8::2"), false), new(IPAddress.Parse("2001:db8::3"), false),
        new(IPAddress.Loopback, true), new(IPAddress.IPv6Loopback, true),
    ];

    [Theory]
    [InlineData("192.0.2.2", false)]
    [InlineData("192.0.2.9", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.9", true)]
    [InlineData("::1", false)]
    [InlineData("2001:db8::2", true)]
    [InlineData("2001:db8::3", true)]
    public void The_source_is_named_unless_every_route_picks_it_anyway(string local, bool needed)
    {
        var address = TransportAddress.From(IPAddress.Parse(local), 5000);
        Assert.Equal(needed, new SourcePinning(new DatagramTransportOptions(0), Machine).IsNeeded(address));
        Assert.Equal(needed, new SourcePinning(new DatagramTransportOptions(0, BindAddress: IPAddress.Any), Machine).IsNeeded(address));
        Assert.False(new SourcePinning(new DatagramTransportOptions(0, PinSourceAddress: false), Machine).IsNeeded(address));
        Assert.False(new SourcePinning(new DatagramTransportOptions(0, BindAddress: address.ToIPAddress()), Machine).IsNeeded(address));
    }

    [Fact]
    public void An_unknown_source_is_left_to_the_route() =>
        Assert.False(new SourcePinning(new DatagramTransportOptions(0), Machine).IsNeeded(default));
}
