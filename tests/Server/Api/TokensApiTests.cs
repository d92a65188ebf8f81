using System.Net;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests;

public sealed class TokensApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiClient _api = fixture.Api;

    [Fact(DisplayName = "A token from REST lets its holder in as who it says")]
    public async Task A_token_lets_its_holder_in()
    {
        await _api.PostAsync("/rooms", """{ "name": "tokens", "access": { "mode": "token" } }""");
        await using var stranger = await HubClient.ConnectAsync(fixture.Server);
        Assert.Equal(ErrorCodes.TokenRequired, HubClient.Code(await stranger.CallAsync("Join", new { room = "tokens", displayName = "X" })));
        var made = await ApiClient.Body(
            await _api.PostAsync("/rooms/tokens/tokens", """{ "identity": "alice@example.org", "displayName": "Alice", "role": "moderator", "attributes": { "desk": "7" } }"""),
            HttpStatusCode.Created);
        var token = made.GetProperty("token").GetString()!;
        Assert.EndsWith($"/r/tokens#t={token}", made.GetProperty("joinUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal(fixture.Server.Time.GetUtcNow().AddHours(1), made.GetProperty("expiresAt").GetDateTimeOffset());
        var self = HubClient.Value(await stranger.CallAsync("Join", new { room = "tokens", displayName = "", token })).GetProperty("self");
        Assert.Equal(("alice@example.org", "Alice", "moderator"), (Text(self, "identity"), Text(self, "displayName"), Text(self, "role")));
        await using var elsewhere = await HubClient.ConnectAsync(fixture.Server);
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await elsewhere.CallAsync("Join", new { room = "other", displayName = "X", token })));
    }

    [Fact]
    public async Task A_token_for_one_use_is_good_for_one()
    {
        await _api.PostAsync("/rooms", new { name = "single" });
        var token = Text(await ApiClient.Body(await _api.PostAsync("/rooms/single/tokens", new { identity = "bob", singleUse = true }), HttpStatusCode.Created), "token");
        await using var first = await HubClient.ConnectAsync(fixture.Server);
        HubClient.Value(await first.CallAsync("Join", new { room = "single", displayName = "Bob", token }));
        await first.CallAsync("Leave");
        await using var second = await HubClient.ConnectAsync(fixture.Server);
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await second.CallAsync("Join", new { room = "single", displayName = "Bob", token })));
    }

    [Fact]
    public async Task The_tokens_of_a_revoked_key_are_void()
    {
        using var key = await ApiClient.CreateAsync(fixture.Server, Scopes.RoomsRead, Scopes.RoomsWrite);
        await key.PostAsync("/rooms", new { name = "revoked" });
        var token = Text(await ApiClient.Body(await key.PostAsync("/rooms/revoked/tokens", new { identity = "eve" }), HttpStatusCode.Created), "token");
        await _api.SendAsync(HttpMethod.Delete, $"/api-keys/{key.Key.Key.Id}");
        await using var eve = await HubClient.ConnectAsync(fixture.Server);
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await eve.CallAsync("Join", new { room = "revoked", displayName = "Eve", token })));
    }

    [Theory]
    [InlineData("""{ }""", "identity")]
    [InlineData("""{ "identity": "a", "ttlMs": 86400001 }""", "ttlMs")]
    [InlineData("""{ "identity": "a", "caps": ["chat", "fly"] }""", "caps[1]")]
    [InlineData("""{ "identity": "a", "role": "owner" }""", "role")]
    public async Task What_no_token_can_say_is_named(string body, string field)
    {
        await _api.PostAsync("/rooms", new { name = "wrong-tokens" });
        var reply = await _api.PostAsync("/rooms/wrong-tokens/tokens", body);
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(reply));
        Assert.True(JsonElement.Parse(await reply.Content.ReadAsStringAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact]
    public async Task An_invite_lets_in_until_it_is_used_up_or_taken_back()
    {
        await _api.PostAsync("/rooms", """{ "name": "party", "access": { "mode": "invited" } }""");
        var made = await ApiClient.Body(await _api.PostAsync("/rooms/party/invites", """{ "role": "listener", "label": "Guests", "maxUses": 1, "personalPin": true }"""), HttpStatusCode.Created);
        var id = Text(made, "id");
        Assert.True(id.Length >= 4 + 10 + 25, "at least 122 random bits (TW-11)");
        Assert.Matches("^[0-9]{6}$", Text(made, "pin"));
        Assert.EndsWith($"/r/party#i={id}", Text(made, "url"), StringComparison.Ordinal);
        await using var first = await HubClient.ConnectAsync(fixture.Server);
        var self = HubClient.Value(await first.CallAsync("Join", new { room = "party", displayName = "One", invite = id })).GetProperty("self");
        Assert.Equal("listener", Text(self, "role"));
        await using var second = await HubClient.ConnectAsync(fixture.Server);
        Assert.False((await second.CallAsync("Join", new { room = "party", displayName = "Two", invite = id })).GetProperty("ok").GetBoolean());
        var listed = (await ApiClient.Body(await _api.GetAsync("/rooms/party/invites"))).GetProperty("items")[0];
        Assert.Equal((1, JsonValueKind.Null), (listed.GetProperty("uses").GetInt32(), listed.GetProperty("pin").ValueKind));
        Assert.Equal(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Delete, $"/rooms/party/invites/{id}")).StatusCode);
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await _api.GetAsync($"/rooms/party/invites/{id}")));
    }

    [Fact]
    public async Task An_invite_has_a_picture()
    {
        await _api.PostAsync("/rooms", new { name = "pictured" });
        var made = await ApiClient.Body(await _api.PostAsync("/rooms/pictured/invites", new { role = "member" }), HttpStatusCode.Created);
        var reply = await fixture.Server.Http.GetAsync(Text(made, "qrUrl"));
        Assert.Equal("image/svg+xml", reply.Content.Headers.ContentType!.MediaType);
        var picture = System.Xml.Linq.XDocument.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal("svg", picture.Root!.Name.LocalName);
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await fixture.Server.Http.GetAsync($"/api/v1/invites/inv_none/qr.svg?room=pictured")));
    }

    [Fact]
    public async Task Those_who_wait_are_let_in_or_turned_away()
    {
        await _api.PostAsync("/rooms", """{ "name": "antechamber", "access": { "waitingRoom": true } }""");
        await using var one = await HubClient.ConnectAsync(fixture.Server);
        await using var two = await HubClient.ConnectAsync(fixture.Server);
        var (first, second) = (await KnockAsync(one), await KnockAsync(two));
        var waiting = (await ApiClient.Body(await _api.GetAsync("/rooms/antechamber/waiting"))).GetProperty("items");
        Assert.Equal(new[] { first, second }.Order(), waiting.EnumerateArray().Select(person => Text(person, "id")).Order());
        Assert.Equal(HttpStatusCode.NoContent, (await _api.PostAsync($"/rooms/antechamber/participants/{first}/admit")).StatusCode);
        await one.NextAsync("Admitted");
        Assert.Equal(HttpStatusCode.NoContent, (await _api.PostAsync($"/rooms/antechamber/participants/{second}/deny", new { message = "Later." })).StatusCode);
        Assert.Equal("Later.", Text(await two.NextAsync("Denied"), "message"));
    }

    private static async Task<string> KnockAsync(HubClient person)
    {
        var told = HubClient.Value(await person.CallAsync("Join", new { room = "antechamber", displayName = "Guest" }));
        Assert.Equal("waiting", Text(told, "status"));
        return Text(told.GetProperty("self"), "id");
    }

    [Fact]
    public async Task A_notice_reaches_all_or_one()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "noticed", "Alice");
        await using var bob = await HubClient.JoinAsync(fixture.Server, "noticed", "Bob");
        Assert.Equal(HttpStatusCode.Accepted, (await _api.PostAsync("/rooms/noticed/announcements", new { text = "For Bob", target = bob.Id })).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await _api.PostAsync("/rooms/noticed/announcements", new { text = "For all" })).StatusCode);
        Assert.Equal("For Bob", Text(await bob.NextAsync("Notice"), "text"));
        Assert.Equal("For all", Text(await alice.NextAsync("Notice"), "text"));
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.PostAsync("/rooms/noticed/announcements", new { text = "x", target = "pt_none" })));
    }

    [Fact]
    public async Task A_room_tells_its_session_and_its_numbers()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "numbers", "Alice");
        var sessions = (await ApiClient.Body(await _api.GetAsync("/rooms/numbers/sessions"))).GetProperty("items");
        Assert.Equal(JsonValueKind.Null, sessions[0].GetProperty("endedAt").ValueKind);
        var stats = await ApiClient.Body(await _api.GetAsync("/rooms/numbers/stats"));
        Assert.Equal((1, alice.Id), (stats.GetProperty("participants").GetInt32(), Text(stats.GetProperty("people")[0], "participantId")));
        Assert.StartsWith("nd_", Text(stats, "node"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "R-32 TW-19 Canary secrets come back in no error reply, no metric and no list")]
    public async Task Canaries_come_back_nowhere()
    {
        const string canary = "canary7f3e";
        await _api.PostAsync("/rooms", $$"""{ "name": "aviary", "access": { "passcode": "{{canary}}pass", "pin": "48151623" } }""");
        var token = Text(await ApiClient.Body(await _api.PostAsync("/rooms/aviary/tokens", new { identity = "bird" }), HttpStatusCode.Created), "token");
        await using var bird = await HubClient.ConnectAsync(fixture.Server);
        var texts = new List<string>
        {
            (await bird.CallAsync("Join", new { room = "aviary", displayName = "B", passcode = canary })).GetRawText(),
            (await bird.CallAsync("Join", new { room = "elsewhere", displayName = "B", token })).GetRawText(),
            await Body(_api.PostAsync("/rooms", $$"""{ "name": "{{canary}}", "access": { "pin": "{{canary}}" } }""")),
            await Body(_api.GetAsync("/rooms/aviary")),
            await Body(_api.GetAsync("/server/config")),
            await fixture.Server.Http.GetStringAsync("/metrics"),
            await Body(fixture.Server.Http.GetAsync($"/api/v1/nothing?token={token}&passcode={canary}")),
        };
        Assert.All(texts, text =>
        {
            Assert.DoesNotContain(canary + "pass", text, StringComparison.Ordinal);
            Assert.DoesNotContain("48151623", text, StringComparison.Ordinal);
            Assert.DoesNotContain(token, text, StringComparison.Ordinal);
            Assert.DoesNotContain(_api.Key.Key.SigningSecret, text, StringComparison.Ordinal);
        });
        Assert.DoesNotContain(canary, texts[2], StringComparison.Ordinal);
        Assert.DoesNotContain(canary, texts[6], StringComparison.Ordinal);
    }

    private static async Task<string> Body(Task<HttpResponseMessage> sent) => await (await sent).Content.ReadAsStringAsync();

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
