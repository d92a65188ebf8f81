using System.Net.WebSockets;
using System.Text;

namespace Sylk.Conference.Server.Tests;

/// <summary>What no honest client library would send.</summary>
public sealed class RawHubTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private const char End = '\u001e';

    [Theory(DisplayName = "TW-12 Lone surrogates, depth and nonsense are refused, the connection survives")]
    [InlineData("{\"displayName\":\"\\ud800\"}")]
    [InlineData("{\"attributes\":{\"a\":\"\\udc00\"}}")]
    [InlineData("{\"handRaised\":\"yes\"}")]
    [InlineData("{\"displayName\":1e999}")]
    public async Task Broken_requests_are_refused(string request)
    {
        using var socket = await OpenAsync();
        await SendAsync(socket, Call("1", "Join", "{\"room\":\"raw\",\"displayName\":\"x\"}"));
        Assert.Contains("\"ok\":true", await ReplyAsync(socket, "1"), StringComparison.Ordinal);
        await SendAsync(socket, Call("2", "UpdateSelf", request));
        Assert.Contains("validation_failed", await ReplyAsync(socket, "2"), StringComparison.Ordinal);
        await SendAsync(socket, Call("3", "Leave", "{}"));
        Assert.Contains("\"ok\":true", await ReplyAsync(socket, "3"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "L16 A message beyond 256 KiB closes its connection and no other")]
    public async Task A_huge_message_closes_its_connection()
    {
        await using var other = await HubClient.JoinAsync(fixture.Server, "raw-huge");
        using var socket = await OpenAsync();
        await SendAsync(socket, Call("1", "Join", $"{{\"room\":\"{new string('a', 300 * 1024)}\"}}"));
        await ClosedAsync(socket);
        HubClient.Value(await other.CallAsync("Sync"));
    }

    [Fact(DisplayName = "TW-12 JSON deeper than 32 is never bound")]
    public async Task Depth_is_bounded()
    {
        using var socket = await OpenAsync();
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);
        await SendAsync(socket, Call("1", "Join", $"{{\"room\":\"raw-deep\",\"displayName\":\"x\",\"client\":{deep}}}"));
        await ClosedAsync(socket, orReplyWithout: "\"ok\":true");
        Assert.False((await fixture.Server.Room("raw-deep").Lobby()).Exists);
    }

    private async Task<ClientWebSocket> OpenAsync()
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{fixture.Server.Address.Authority}/hubs/room"), CancellationToken.None);
        await SendAsync(socket, $"{{\"protocol\":\"json\",\"version\":1}}{End}");
        return socket;
    }

    private static string Call(string id, string method, string request) =>
        $"{{\"type\":1,\"invocationId\":\"{id}\",\"target\":\"{method}\",\"arguments\":[{request}]}}{End}";

    private static Task SendAsync(ClientWebSocket socket, string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    private static async Task<string> ReplyAsync(ClientWebSocket socket, string id)
    {
        var text = new StringBuilder();
        while (true)
        {
            if (await ReadAsync(socket) is not { } part)
                throw new InvalidOperationException("closed");
            text.Append(part);
            var reply = text.ToString().Split(End).FirstOrDefault(message =>
                message.Contains($"\"invocationId\":\"{id}\"", StringComparison.Ordinal) && message.EndsWith('}'));
            if (reply is not null)
                return reply;
        }
    }

    private static async Task ClosedAsync(ClientWebSocket socket, string? orReplyWithout = null)
    {
        while (await ReadAsync(socket) is { } part)
        {
            if (orReplyWithout is not null && part.Contains("invocationId", StringComparison.Ordinal))
            {
                Assert.DoesNotContain(orReplyWithout, part, StringComparison.Ordinal);
                return;
            }
        }
    }

    /// <returns>Null once the other side has closed.</returns>
    private static async Task<string?> ReadAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[16 * 1024];
        try
        {
            var got = await socket.ReceiveAsync(buffer, patience.Token);
            return got.MessageType == WebSocketMessageType.Close ? null : Encoding.UTF8.GetString(buffer, 0, got.Count);
        }
        catch (WebSocketException)
        {
            return null;
        }
    }
}
