using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Sylk.Conference.Server.Tests;

/// <summary>R-45: somebody whose network stops is that person's problem.</summary>
public sealed class SlowReaderTests
{
    private const int Messages = 1200;
    private const int MostMessages = 4 * Messages;
    private static readonly TimeSpan MessageEvery = TimeSpan.FromMilliseconds(10);

    [Fact(DisplayName = "R-45 One reader stops in a room with 100 events/s: others' p99 stays under 250 ms, and it is dropped after ten seconds")]
    public async Task A_reader_that_stops_is_dropped_and_holds_nobody_up()
    {
        await using var server = await RunningServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server, "slow", "Alice");
        using var mallory = await JoinAndStopReadingAsync(server, "slow");
        await using var bob = await HubClient.JoinAsync(server, "slow", "Bob");
        await using var carol = await HubClient.JoinAsync(server, "slow", "Carol");
        var (delays, dropped) = (new List<double>(), false);
        for (var i = 0; i < Messages || (i < MostMessages && !dropped); i++) // how much the kernel takes for a reader that stopped differs
        {
            server.Time.Advance(MessageEvery);
            var began = Stopwatch.GetTimestamp();
            var sender = i % 2 == 0 ? bob : carol;
            HubClient.Value(await sender.CallAsync("UpdateSelf", new { attributes = Attributes(i) }));
            await alice.NextAsync("ParticipantUpdated", who =>
            {
                dropped |= IsGone(who);
                return Number(who) == i;
            });
            delays.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            if (i % 100 == 0 && !dropped) // who sends nothing for 25 s is gone for another reason
                await mallory.SendAsync("{\"type\":6}\u001e"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        delays.Sort();
        Assert.InRange(delays[delays.Count * 99 / 100], 0, 250);
        server.Time.Advance(TimeSpan.FromSeconds(10));
        if (!dropped)
            await alice.NextAsync("ParticipantUpdated", IsGone);
        await Assert.ThrowsAnyAsync<WebSocketException>(() => DrainAsync(mallory));
    }

    private static bool IsGone(System.Text.Json.JsonElement who) => who.GetRawText().Contains("reconnecting", StringComparison.Ordinal);

    /// <summary>As large as they may be: 20 of 256 characters.</summary>
    private static Dictionary<string, string> Attributes(int number) =>
        Enumerable.Range(0, 20).ToDictionary(i => $"a{i}", i => i == 0 ? $"{number}" : new string('x', 256));

    private static int Number(System.Text.Json.JsonElement who) =>
        who.GetRawText() is var text && text.IndexOf("\"a0\":\"", StringComparison.Ordinal) is >= 0 and var at
        && int.TryParse(text.AsSpan(at + 6, text.IndexOf('"', at + 6) - at - 6), out var number) ? number : -1;

    private static async Task<ClientWebSocket> JoinAndStopReadingAsync(RunningServer server, string room)
    {
        var narrow = new SocketsHttpHandler { ConnectCallback = ConnectAsync };
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/hubs/room"), new HttpMessageInvoker(narrow), CancellationToken.None);
        var join = "{\"protocol\":\"json\",\"version\":1}\u001e{\"type\":1,\"invocationId\":\"1\",\"target\":\"Join\",\"arguments\":[{\"room\":\"" + room + "\",\"displayName\":\"Mallory\"}]}\u001e";
        await socket.SendAsync(Encoding.UTF8.GetBytes(join), WebSocketMessageType.Text, true, CancellationToken.None);
        var (text, buffer) = ("", new byte[16 * 1024]);
        while (!text.Contains("\"invocationId\":\"1\"", StringComparison.Ordinal))
            text += Encoding.UTF8.GetString(buffer, 0, (await socket.ReceiveAsync(buffer, CancellationToken.None)).Count);
        return socket;
    }

    /// <summary>A small window, so that the kernel keeps little for us.</summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, context.DnsEndPoint.Port), stop);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task DrainAsync(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var buffer = new byte[64 * 1024];
        while ((await socket.ReceiveAsync(buffer, patience.Token)).MessageType != WebSocketMessageType.Close)
        {
        }
    }
}
