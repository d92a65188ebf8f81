using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>The door's ports: TCP, TLS, WebSocket, STUN beside SIP.</summary>
public sealed class TransportTests
{
    [Theory(DisplayName = "Over TCP a request may come in any pieces, two may come in one, and empty lines are answered")]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public async Task Tcp(int piece)
    {
        await using var server = await PhoneServer.StartAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Door.Ports[SipTransport.Tcp]);
        var stream = client.GetStream();

        var bytes = Encoding.ASCII.GetBytes("\r\n\r\n" + Options("TCP", "a1") + Options("TCP", "a2"));
        for (var i = 0; i < bytes.Length; i += piece)
            await stream.WriteAsync(bytes.AsMemory(i, Math.Min(piece, bytes.Length - i)));

        var text = await ReadAsync(stream, "a2");
        Assert.StartsWith("\r\nSIP/2.0 200", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("SIP/2.0 200").Length - 1);
    }

    [Fact(DisplayName = "A stream whose framing is lost gets 400 and is closed; others go on")]
    public async Task Broken()
    {
        await using var server = await PhoneServer.StartAsync();
        using var good = new TcpClient();
        using var bad = new TcpClient();
        await good.ConnectAsync(IPAddress.Loopback, server.Door.Ports[SipTransport.Tcp]);
        await bad.ConnectAsync(IPAddress.Loopback, server.Door.Ports[SipTransport.Tcp]);

        await bad.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Options("TCP", "b1").Replace("Content-Length: 0", "Content-Length: -1", StringComparison.Ordinal)));
        Assert.StartsWith("SIP/2.0 400", await ReadAsync(bad.GetStream(), "never"), StringComparison.Ordinal);
        await good.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Options("TCP", "b2")));
        Assert.StartsWith("SIP/2.0 200", await ReadAsync(good.GetStream(), "b2"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "TLS takes the certificate of the pages")]
    public async Task Tls()
    {
        await using var server = await PhoneServer.StartAsync("--Tls:Mode=selfSigned", "--Sip:Tls=0");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Door.Ports[SipTransport.Tls]);
        await using var stream = new SslStream(client.GetStream(), false, (_, shown, _, _) => shown!.Subject.Contains("CN=", StringComparison.Ordinal));
        await stream.AuthenticateAsClientAsync("localhost");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Options("TLS", "c1")));
        Assert.StartsWith("SIP/2.0 200", await ReadAsync(stream, "c1"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "WebSocket: one message each way (RFC 7118); without the subprotocol or from another origin there is none")]
    public async Task WebSockets()
    {
        await using var server = await PhoneServer.StartAsync();
        var address = new UriBuilder(server.Server.Address) { Scheme = "ws", Path = "/sip" }.Uri;
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("sip");
        await socket.ConnectAsync(address, CancellationToken.None);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Options("WS", "d1")), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[4096];
        var got = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.StartsWith("SIP/2.0 200", Encoding.ASCII.GetString(buffer, 0, got.Count), StringComparison.Ordinal);

        using var plain = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(() => plain.ConnectAsync(address, CancellationToken.None));
        using var foreign = new ClientWebSocket();
        foreign.Options.AddSubProtocol("sip");
        foreign.Options.SetRequestHeader("Origin", "https://evil.example");
        await Assert.ThrowsAsync<WebSocketException>(() => foreign.ConnectAsync(address, CancellationToken.None));
    }

    [Fact(DisplayName = "A STUN Binding request on the SIP port is answered with the address it came from (RFC 5626 section 4.4.2)")]
    public async Task Stun()
    {
        await using var server = await PhoneServer.StartAsync();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        byte[] request = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        await client.SendAsync(request, new IPEndPoint(IPAddress.Loopback, server.Port));
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        var answer = (await client.ReceiveAsync(late.Token)).Buffer;
        Assert.Equal((0x01, 0x01), (answer[0], answer[1]));
        var port = (ushort)(((answer[26] << 8) | answer[27]) ^ 0x2112);
        Assert.Equal(((IPEndPoint)client.Client.LocalEndPoint!).Port, port);
    }

    [Fact(DisplayName = "L11: of a flood from one address 40 are answered properly, some with 503, then there is silence; the clock lets it go on")]
    public async Task Flood()
    {
        await using var server = await PhoneServer.StartAsync();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        for (var i = 0; i < 200; i++)
            await client.SendAsync(Encoding.ASCII.GetBytes(Options("UDP", $"f{i}")), new IPEndPoint(IPAddress.Loopback, server.Port));
        var answers = new List<string>();
        while (true)
        {
            using var late = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
            try
            {
                answers.Add(Encoding.ASCII.GetString((await client.ReceiveAsync(late.Token)).Buffer)[..11]);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }
        Assert.Equal((40, 40), (answers.Count(line => line == "SIP/2.0 200"), answers.Count(line => line == "SIP/2.0 503")));
        server.Server.Time.Advance(TimeSpan.FromSeconds(1));
        await client.SendAsync(Encoding.ASCII.GetBytes(Options("UDP", "later")), new IPEndPoint(IPAddress.Loopback, server.Port));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        Assert.StartsWith("SIP/2.0 200", Encoding.ASCII.GetString((await client.ReceiveAsync(patience.Token)).Buffer), StringComparison.Ordinal);
    }

    private static string Options(string transport, string id) =>
        $"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/{transport} client.invalid;rport;branch=z9hG4bK{id}\r\nFrom: <sip:x@client.invalid>;tag=1\r\n"
        + $"To: <sip:127.0.0.1>\r\nCall-ID: {id}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n";

    /// <summary>All that comes until the answer with that Call-ID is whole, or the other side closes.</summary>
    private static async Task<string> ReadAsync(Stream stream, string callId)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var (buffer, text) = (new byte[8192], new StringBuilder());
        while (!(text.ToString().Contains($"Call-ID: {callId}\r\n", StringComparison.Ordinal) && text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)))
        {
            var got = await stream.ReadAsync(buffer, late.Token);
            if (got == 0)
                break;
            text.Append(Encoding.ASCII.GetString(buffer, 0, got));
        }
        return text.ToString();
    }
}
