using System.Net;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Tests.Transport;

/// <summary>How many connections there may be.</summary>
public sealed class ConnectionCountTests
{
    [Fact(DisplayName = "L12: streams and WebSockets of one address count together, and what closes makes room")]
    public void Together()
    {
        var count = new ConnectionCount();
        var address = TransportAddress.From(IPAddress.Parse("192.0.2.1"), 4000);
        for (ushort i = 0; i < 64; i++)
            Assert.True(count.TryAdd(address with { Port = i }));
        Assert.False(count.TryAdd(address with { Port = 99 }));
        Assert.True(count.TryAdd(address, isOurs: true));
        Assert.True(count.TryAdd(TransportAddress.From(IPAddress.Parse("192.0.2.2"), 4000)));
        count.Remove(address);
        count.Remove(address);
        Assert.True(count.TryAdd(address));
    }
}
