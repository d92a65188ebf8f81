using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Tests.Sip.Torture;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>The torture messages and a flood of broken ones against a whole server (SIP-TORT-1, reliability ).</summary>
[Collection(nameof(MetricsTests))] // memory is the whole process's
public sealed class LiveTortureTests
{
    private const string Seconds = "SYLK_SIP_FLOOD_SECONDS";

    /// <summary>Not the address of the call beside it.</summary>
    private static readonly IPAddress Attacker = IPAddress.Parse("127.0.0.2");

    [Fact(DisplayName = "R-04 live: after the messages of RFC 4475 and RFC 5118 by UDP and by TCP OPTIONS is 200, a call goes on and a new one comes in")]
    public async Task Torture()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        Assert.Equal(200, (await phone.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        byte[][] messages = [.. TortureFile.Rfc4475.Values, .. TortureFile.Rfc5118.Values];
        Assert.True(messages.Length >= 60, $"{messages.Length} messages");

        using var udp = new UdpClient(new IPEndPoint(Attacker, 0));
        foreach (var message in messages)
        {
            await udp.SendAsync(message, new IPEndPoint(IPAddress.Loopback, server.Port));
            await server.TortureByTcpAsync(message);
            await OptionsAsync(server, "after");
            server.Server.Time.Advance(TimeSpan.FromSeconds(1)); // or limit L11 would answer in their place
        }

        server.Server.Time.Advance(TimeSpan.FromSeconds(40)); // all that was begun times out
        Assert.Equal(200, (await phone.AskAsync("OPTIONS")).Status);
        using var another = server.Phone("other");
        Assert.Equal(200, (await another.CallAsync()).Status);
        Assert.Equal(2, server.Door.Calls);
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
    }

    [Fact(DisplayName = "R-08: a thousand broken messages a second by UDP and as many by TCP beside a call, which is answered all the while")]
    public async Task Flood()
    {
        var seconds = int.TryParse(Environment.GetEnvironmentVariable(Seconds), CultureInfo.InvariantCulture, out var asked) ? asked : 5;
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        Assert.Equal(200, (await phone.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        using var stop = new CancellationTokenSource();
        var floods = Task.WhenAll(ByUdpAsync(server.Port, stop.Token), ByTcpAsync(server.Door.Ports[SipTransport.Tcp], stop.Token));

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var second = 0; second < seconds; second++)
        {
            await Task.Delay(1_000);
            server.Server.Time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(200, (await phone.AskAsync("OPTIONS")).Status);
        }

        await stop.CancelAsync();
        await floods;
        server.Server.Time.Advance(TimeSpan.FromSeconds(40));
        await OptionsAsync(server, "end");
        Assert.Equal(1, server.Door.Calls);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 64 << 20);
        using var another = server.Phone("other");
        Assert.Equal(200, (await another.CallAsync()).Status);
    }

    private static async Task ByUdpAsync(int port, CancellationToken stop)
    {
        using var socket = new UdpClient(new IPEndPoint(Attacker, 0));
        var random = new Random(1);
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < 100; i++)
                await socket.SendAsync(Broken(random), new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>Over one connection until the server has enough of it, then over the next.</summary>
    private static async Task ByTcpAsync(int port, CancellationToken stop)
    {
        var random = new Random(2);
        while (!stop.IsCancellationRequested)
        {
            for (var i = 0; i < 100; i++)
            {
                using var client = new TcpClient(new IPEndPoint(Attacker, 0));
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, port, CancellationToken.None);
                    await client.GetStream().WriteAsync(Broken(random), CancellationToken.None);
                }
                catch (Exception problem) when (problem is IOException or SocketException)
                {
                    // It was closed: the next one.
                }
            }
            await Task.Delay(100, CancellationToken.None);
        }
    }

    /// <summary>A torture message with some bytes changed, lost or doubled.</summary>
    private static byte[] Broken(Random random)
    {
        var messages = TortureFile.Rfc4475.Values.ToArray();
        var bytes = messages[random.Next(messages.Length)].ToList();
        for (var i = 0; i < 4 && bytes.Count > 4; i++)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(3))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(20), bytes.Count - at));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(20), bytes.Count - at)));
                    break;
            }
        }
        return [.. bytes];
    }

    private static async Task OptionsAsync(PhoneServer server, string name)
    {
        using var alive = server.Phone(name);
        Assert.Equal(200, (await alive.AskAsync("OPTIONS")).Status);
    }
}

/// <summary>Raw messages over connections of their own.</summary>
internal static class TortureByTcp
{
    public static async Task TortureByTcpAsync(this PhoneServer server, byte[] message)
    {
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await client.ConnectAsync(IPAddress.Loopback, server.Door.Ports[SipTransport.Tcp]);
        await client.GetStream().WriteAsync(message);
    }
}
