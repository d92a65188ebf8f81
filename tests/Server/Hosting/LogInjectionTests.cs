using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Sylk.Conference.Server.Tests;

/// <summary>What strangers may send, with everything in it that ends a line, colours it or turns it round; and what the program writes.</summary>
public sealed partial class LogInjectionTests
{
    private const string Forged = "2026-11-24T10:00:00.000Z critical 9001 forged";
    private const string Nasty = "x\r\n" + Forged + "\u001b[31m\u202e\u2066\u2028\0\u0085\b";

    [Theory(DisplayName = "R-31 TA-05 Control characters in every text a stranger can send: each event is one line, and none is forged")]
    [InlineData("text")]
    [InlineData("json")]
    public async Task One_event_is_one_line(string format)
    {
        string written;
        await using (var server = await ServerProcess.StartAsync("--Observability:LogLevel=Trace", $"--Observability:LogFormat={format}"))
        {
            var listening = server.ListenAsync();
            await KnockAsync(server.Address);
            await SpeakAsync(server.Address);
            await AskAsync(server);
            await server.SignalAsync("TERM");
            written = await listening;
        }
        // The greeting is for whoever started it, and no event.
        string[] lines = [.. written.TrimEnd('\n').Split('\n').Where(line => !line.Contains("#bootstrap=", StringComparison.Ordinal))];
        Assert.True(lines.Length >= 10, written);
        Assert.All(lines, line => Assert.Matches(format == "json" ? JsonLine() : TextLine(), line));
        Assert.DoesNotContain(written, c => (char.IsControl(c) && c != '\n') || c is '\u202e' or '\u2066' or '\u2028');
        Assert.DoesNotContain(lines, line => line.StartsWith(Forged, StringComparison.Ordinal));
    }

    /// <summary>Requests no client library would send.</summary>
    private static async Task KnockAsync(Uri address)
    {
        var spelled = Uri.EscapeDataString(Nasty);
        string[] requests =
        [
            $"GET /r/{spelled}?x={spelled} HTTP/1.1\r\nHost: h\r\nUser-Agent: a\u001b[31m\u202eb\r\nConnection: close\r\n\r\n",
            $"GET /api/v1/rooms/{spelled} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer a\u001b[31m\u0085\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\u001b[31m\r\nOrigin: http://\u202ex\r\n\r\n",
            "G\u001b[31mT / HTTP/1.1\r\n\r\n",
        ];
        foreach (var request in requests)
        {
            using var connection = new TcpClient();
            await connection.ConnectAsync(address.Host, address.Port);
            var stream = connection.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
            try
            {
                connection.Client.Shutdown(SocketShutdown.Send);
                await stream.CopyToAsync(Stream.Null);
            }
            catch (Exception hungUp) when (hungUp is IOException or SocketException)
            {
                // The server was quicker; what it logged is what counts.
            }
        }
    }

    private static async Task SpeakAsync(Uri address)
    {
        await using var client = await HubClient.ConnectAsync(address);
        foreach (var member in (string[])["room", "displayName", "token", "invite", "passcode"])
            await client.CallAsync("Join", new Dictionary<string, object> { ["room"] = "inside", ["displayName"] = "Eve", [member] = Nasty });
        await client.JoinAsync(new { room = "inside", displayName = "Eve", client = new { name = Nasty, version = Nasty, platform = Nasty } });
        (string Verb, object Body)[] orders =
        [
            ("SendChat", new { clientId = "1", content = Nasty, contentType = "text/plain" }), ("SendChat", new { clientId = Nasty, content = "x", contentType = Nasty, to = Nasty, replyTo = Nasty }),
            ("EditChat", new { messageId = Nasty, content = Nasty }), ("DeleteChat", new { messageId = Nasty }), ("AcknowledgeChat", new { messageId = Nasty, state = Nasty }),
            ("LoadChat", new { before = Nasty, limit = 1 }), ("UpdateSelf", new { displayName = Nasty }), ("UpdateSelf", new { attributes = new Dictionary<string, string> { [Nasty] = Nasty } }),
            ("UpdateRoom", new { title = Nasty, passcode = Nasty }), ("BeginFile", new { name = Nasty, size = 1, contentType = Nasty }), ("Dial", new { address = Nasty, displayName = Nasty }),
            ("SetTrackMuted", new { trackId = Nasty, muted = true }), ("Remove", new { participantId = Nasty, reason = Nasty }), ("Negotiate", new { seq = 1, sdp = Nasty }),
            ("ReportStats", new { candidatePair = Nasty }), ("SendData", new { topic = Nasty, payload = Nasty }), ("React", new { emoji = Nasty }), ("EndRoom", new { reason = Nasty }),
        ];
        foreach (var (verb, body) in orders)
            await client.CallAsync(verb, body);
    }

    private static async Task AskAsync(ServerProcess server)
    {
        foreach (var path in (string[])["rooms", "bootstrap", "webhooks", "api-keys"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/{path}")
            {
                Content = JsonContent.Create(new { name = Nasty, title = Nasty, code = Nasty, url = Nasty }),
            };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", $"{path} \\r\\n {Forged}");
            using var reply = await server.Http.SendAsync(request);
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[0-9:.]+Z (trace|debug|info|warning|error|critical) \d+ [A-Za-z]", RegexOptions.NonBacktracking)]
    private static partial Regex TextLine();

    [GeneratedRegex(@"^\{""time"":""20[^{]*", RegexOptions.NonBacktracking)]
    private static partial Regex JsonLine();
}
