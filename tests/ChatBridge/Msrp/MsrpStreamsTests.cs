using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Tests.Msrp;

public sealed class MsrpStreamsTests
{
    [Theory(DisplayName = "TS-15 whatever description says where to connect, we go nowhere we may not go, and look up no name")]
    [InlineData("192.0.2.1", "127.0.0.1", 0)]
    [InlineData("127.0.0.1", "10.0.0.5", 0)]
    [InlineData("127.0.0.1", "host.example", 0)]
    [InlineData("10.0.0.5", "127.0.0.1", 1)]
    public async Task GoesNowhere(string path, string elsewhere, int connections)
    {
        var settings = new MsrpBridgeSettings { MayReach = address => elsewhere == "127.0.0.1" && connections > 0 && IPAddress.IsLoopback(address) };
        var tools = new MsrpTools(settings, new MsrpBridgeTools(null!, null!, new RoomClock(TimeProvider.System), NullLoggerFactory.Instance), NullLogger.Instance);
        var section = $"m=message 1 TCP/MSRP *\r\nc=IN IP4 {elsewhere}\r\na=setup:passive\r\na=msrp-cema\r\na=accept-types:*\r\na=path:msrp://{path}:1/s;tcp\r\n";
        Assert.True(MsrpMedia.TryRead(section, out var media));
        await using var streams = new MsrpStreams(tools, _ => null);
        streams.Connect(new MsrpSession(tools.Ids, new MsrpUri(false, "192.0.2.2", 2855, "own"), media.Path, new MsrpSessionTerms()), media);
        Assert.Equal(connections, streams.Count);
    }
}
