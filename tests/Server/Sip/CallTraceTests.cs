using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>What an operator sees of a call afterwards (product §4).</summary>
public sealed class CallTraceTests
{
    [Fact(DisplayName = "A call has a timeline, a picture and a capture, for who may read the server; other keys see none of it")]
    public async Task Traced()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        using var phone = server.Phone();
        await phone.CallAsync();
        var id = await CallAsync(api);
        Assert.Equal(200, (await phone.AskAsync("INFO", "application/dtmf-relay", "Signal=7\r\n")).Status);
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);

        var timeline = await ApiClient.Body(await api.GetAsync($"/calls/{id}/timeline"));
        var messages = timeline.GetProperty("messages").EnumerateArray().Select(one => $"{Text(one, "direction")} {Text(one, "summary")}").ToArray();
        Assert.Equal(("in INVITE", "in ACK", "out 200 OK"), (messages[0], messages.First(one => one.Contains("ACK", StringComparison.Ordinal)), messages[^1]));
        var svg = await (await api.GetAsync($"/calls/{id}/ladder.svg")).Content.ReadAsStringAsync();
        Assert.Contains("180 Ringing (INVITE)", svg, StringComparison.Ordinal);
        var reply = await api.GetAsync($"/calls/{id}/trace.pcap");
        var capture = await reply.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/vnd.tcpdump.pcap", reply.Content.Headers.ContentType?.MediaType);
        Assert.Contains("INVITE sip:standup", Encoding.ASCII.GetString(capture), StringComparison.Ordinal);
        Assert.DoesNotContain("Signal=7", Encoding.ASCII.GetString(capture), StringComparison.Ordinal);
        await OpenedAsync(capture, messages.Length);

        using var other = await ApiClient.CreateAsync(server.Server, Scopes.CallsWrite);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync($"/calls/{id}/trace.pcap")).StatusCode);
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await api.GetAsync("/calls/cl_none/timeline")));
    }

    [Fact(DisplayName = "Observability:CallTraces=off keeps nothing")]
    public async Task Off()
    {
        await using var server = await PhoneServer.StartAsync("--Observability:CallTraces=off");
        using var api = await ApiClient.CreateAsync(server.Server);
        using var phone = server.Phone();
        await phone.CallAsync();
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await api.GetAsync($"/calls/{await CallAsync(api)}/timeline")));
    }

    /// <summary>Where tshark is installed, it reads every message as SIP and finds nothing malformed.</summary>
    private static async Task OpenedAsync(byte[] capture, int messages)
    {
        if (!File.Exists("/usr/bin/tshark"))
            return;
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, capture);
            using var tshark = Process.Start(new ProcessStartInfo("/usr/bin/tshark", ["-r", file, "-d", "udp.port==0-65535,sip", "-Y", "sip && !_ws.malformed"]) { RedirectStandardOutput = true })!;
            var lines = (await tshark.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await tshark.WaitForExitAsync();
            Assert.Equal(messages, lines.Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<string> CallAsync(ApiClient api)
    {
        for (var i = 0; i < 100; i++)
        {
            var items = (await ApiClient.Body(await api.GetAsync("/calls"))).GetProperty("items").EnumerateArray();
            if (items.FirstOrDefault(call => Text(call, "id")!.StartsWith("cl_", StringComparison.Ordinal)) is { ValueKind: JsonValueKind.Object } call)
                return Text(call, "id")!;
            await Task.Delay(20);
        }
        Assert.Fail("no call");
        return "";
    }

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();
}
