using System.Net;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Operators and the dial plan, changed while the server runs (product §4).</summary>
public sealed class DialPlanApiTests : IDisposable
{
    private readonly WireCallee _first = new();
    private readonly WireCallee _second = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
    }

    [Fact(DisplayName = "A trunk made by API is called at once and registered with; a changed one too, and one that is gone is not")]
    public async Task Trunks()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+3120");
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        Assert.Equal(ErrorCodes.AddressUnroutable, HubClient.Code(await alice.CallAsync("Dial", new { address = "+31201234567" })));
        var made = await ApiClient.Body(await api.PostAsync("/sip/trunks", new { name = "main", uri = $"sip:127.0.0.1:{_first.Port}", optionsPingMs = 0, auth = new { user = "us", password = "secret-word" } }), HttpStatusCode.Created);
        Assert.DoesNotContain("secret-word", made.GetRawText(), StringComparison.Ordinal);
        Assert.True(made.GetProperty("passwordSet").GetBoolean());
        Assert.Equal(ErrorCodes.IdentityInUse, await ApiClient.Code(await api.PostAsync("/sip/trunks", new { name = "MAIN", uri = "sip:x.example" })));
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _first.RefuseAsync(await _first.HearAsync("INVITE"), 486);

        var path = $"/sip/trunks/{made.GetProperty("id").GetString()}";
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Patch, path, $$"""{ "uri": "sip:127.0.0.1:{{_second.Port}}", "register": true }""")).StatusCode);
        server.Server.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("sip:us@", (await _second.HearAsync("REGISTER")).First("To"), StringComparison.Ordinal);
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _second.RefuseAsync(await _second.HearAsync("INVITE"), 486);
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, path)).StatusCode);
        Assert.Equal(ErrorCodes.AddressUnroutable, HubClient.Code(await alice.CallAsync("Dial", new { address = "+31201234567" })));
    }

    [Fact(DisplayName = "Routes for calls out choose the trunk, write the number as it wants it, and keep numbers back; what may not be called they do not open")]
    public async Task Out()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+31");
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await api.PostAsync("/sip/trunks", new { name = "usual", uri = $"sip:127.0.0.1:{_first.Port}", optionsPingMs = 0 });
        await api.PostAsync("/sip/trunks", new { name = "other", uri = $"sip:127.0.0.1:{_second.Port}", optionsPingMs = 0 });
        await MadeAsync(api, 20, new { direction = "out", toPattern = "+31*" }, new { type = "dial", trunk = "other", rewrite = "0{rest}" });
        await MadeAsync(api, 10, new { direction = "out", toPattern = "+31900*" }, new { type = "reject" });
        await MadeAsync(api, 5, new { direction = "out", toPattern = "+1*" }, new { type = "dial", trunk = "usual" });
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        var invite = await _second.HearAsync("INVITE");
        Assert.Equal($"sip:0201234567@127.0.0.1:{_second.Port};user=phone", invite.RequestUri);
        await _second.RefuseAsync(invite, 486);
        Assert.Equal("+31201234567", (await alice.NextAsync("CallChanged")).GetProperty("to").GetString());
        Assert.Equal(ErrorCodes.AddressUnroutable, HubClient.Code(await alice.CallAsync("Dial", new { address = "+31900123" })));
        Assert.Equal(ErrorCodes.AddressUnroutable, HubClient.Code(await alice.CallAsync("Dial", new { address = "+19005551234" })));
    }

    [Fact(DisplayName = "Routes for calls in name a room, ask for a conference id, or refuse; a trunk's peers have routes of their own; the order counts")]
    public async Task In()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:Domains=meet.example.org");
        using var api = await ApiClient.CreateAsync(server.Server);
        await api.PostAsync("/sip/trunks", new { name = "main", uri = "sip:127.0.0.1:9", optionsPingMs = 0, allowedPeers = new[] { "127.0.0.0/8" } });
        await api.PostAsync("/sip/trunks", new { name = "far", uri = "sip:127.0.0.1:8", optionsPingMs = 0, allowedPeers = new[] { "192.0.2.0/24" } });
        await MadeAsync(api, 5, new { direction = "in", toPattern = "*", trunk = "far" }, new { type = "reject", status = 480 });
        await MadeAsync(api, 10, new { direction = "in", toPattern = "+31208005*", fromPattern = "+1900*" }, new { type = "reject", status = 403 });
        await MadeAsync(api, 20, new { direction = "in", toPattern = "+31208005*", trunk = "main" }, new { type = "room", room = "board" });
        await MadeAsync(api, 30, new { direction = "in", toPattern = "+31208006*" }, new { type = "ivr" });
        Assert.Equal([5, 10, 20, 30], (await ApiClient.Body(await api.GetAsync("/sip/routes"))).GetProperty("items").EnumerateArray().Select(one => one.GetProperty("order").GetInt32()));

        using var known = server.Phone("0031208005161");
        Assert.Equal(200, (await known.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any(order => order.Room == "board"));
        using var unwanted = server.Phone("+31208005161", "<sip:+19005551234@pbx.example>");
        Assert.Equal(403, (await unwanted.CallAsync()).Status);
        using var sentOn = server.Phone("+31999999999");
        sentOn.More = "Diversion: <sip:+31208005777@operator.example>;reason=unconditional\r\n";
        Assert.Equal(200, (await sentOn.CallAsync()).Status);
        using var asked = server.Phone("+31208006000");
        Assert.Equal(200, (await asked.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("enter-id"));
    }

    [Fact(DisplayName = "What is no route, or no trunk, is refused by field")]
    public async Task Wrong()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        var reply = await ApiClient.Body(await api.PostAsync("/sip/routes", new { match = new { direction = "out", toPattern = "+1*2*" }, action = new { type = "room" } }), HttpStatusCode.BadRequest);
        Assert.True(reply.GetProperty("errors").TryGetProperty("match.toPattern", out _));
        Assert.True(reply.GetProperty("errors").TryGetProperty("action.type", out _));
        reply = await ApiClient.Body(await api.PostAsync("/sip/trunks", new { name = "a b", uri = "sip:user@x", allowedPeers = new[] { "everything" } }), HttpStatusCode.BadRequest);
        Assert.Equal(["name", "uri", "allowedPeers[0]"], reply.GetProperty("errors").EnumerateObject().Select(one => one.Name));
    }

    private static async Task MadeAsync(ApiClient api, int order, object match, object action) =>
        await ApiClient.Body(await api.PostAsync("/sip/routes", new { order, match, action }), HttpStatusCode.Created);
}
