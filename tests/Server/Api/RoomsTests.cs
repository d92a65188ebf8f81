using System.Net;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests;

public sealed class RoomsTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiClient _api = fixture.Api;

    [Fact]
    public async Task A_room_is_created_read_changed_and_deleted()
    {
        var created = await _api.PostAsync("/rooms", """{ "name": "Crud", "title": "One", "limits": { "maxVideo": 9 }, "metadata": { "team": "blue" } }""");
        var room = await ApiClient.Body(created, HttpStatusCode.Created);
        Assert.Equal("/api/v1/rooms/crud", created.Headers.Location!.ToString());
        Assert.Equal(created.Headers.ETag!.Tag, room.GetProperty("etag").GetString());
        Assert.Equal(("crud", "permanent", "idle"), (Text(room, "name"), Text(room, "kind"), Text(room, "status")));
        Assert.EndsWith("/r/crud", room.GetProperty("addresses").GetProperty("web").GetString(), StringComparison.Ordinal);

        var byId = await ApiClient.Body(await _api.GetAsync($"/rooms/{Text(room, "id")}"));
        Assert.Equal(room.GetRawText(), byId.GetRawText());

        var changed = await ApiClient.Body(await _api.SendAsync(HttpMethod.Patch, "/rooms/crud", """{ "title": "Two", "limits": { "maxVideo": null }, "metadata": { "floor": "3" } }"""));
        Assert.Equal(("Two", 49), (Text(changed, "title"), changed.GetProperty("limits").GetProperty("maxVideo").GetInt32()));
        Assert.Equal("""{"floor":"3","team":"blue"}""", changed.GetProperty("metadata").GetRawText());
        Assert.NotEqual(Text(room, "etag"), Text(changed, "etag"));

        Assert.Equal(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Delete, "/rooms/crud")).StatusCode);
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await _api.GetAsync("/rooms/crud")));
    }

    [Fact]
    public async Task A_room_without_a_name_gets_three_words()
    {
        var room = await ApiClient.Body(await _api.PostAsync("/rooms"), HttpStatusCode.Created);
        Assert.Matches("^[a-z]+-[a-z]+-[a-z]+$", Text(room, "name"));
    }

    [Fact]
    public async Task The_same_room_again_is_the_same_room_another_one_is_refused()
    {
        const string body = """{ "name": "again", "title": "Same", "access": { "passcode": "sesame" } }""";
        var first = await ApiClient.Body(await _api.PostAsync("/rooms", body), HttpStatusCode.Created);
        var second = await ApiClient.Body(await _api.PostAsync("/rooms", body));
        Assert.Equal(first.GetRawText(), second.GetRawText());
        Assert.Equal(ErrorCodes.IdentityInUse, await ApiClient.Code(await _api.PostAsync("/rooms", body.Replace("sesame", "simsim", StringComparison.Ordinal))));
        Assert.Equal(ErrorCodes.IdentityInUse, await ApiClient.Code(await _api.PostAsync("/rooms", """{ "name": "again" }""")));
        Assert.Equal(ErrorCodes.EtagMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Post, "/rooms", body, ("If-None-Match", "*"))));
    }

    [Fact(DisplayName = "A room's tag is that of its settings: reading says who is inside whatever If-None-Match names; on making, * means only if there is none")]
    public async Task If_none_match()
    {
        const string one = "/rooms/counted", body = """{ "name": "counted" }""";
        var made = await _api.SendAsync(HttpMethod.Post, "/rooms", body, ("If-None-Match", "*"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(ErrorCodes.EtagMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Post, "/rooms", body, ("If-None-Match", "*"))));
        var tag = made.Headers.ETag!.ToString();
        await using var alice = await HubClient.JoinAsync(fixture.Server, "counted", "Alice");
        foreach (var known in new[] { tag, $"W/{tag}", "\"another\"", "*" })
        {
            var reply = await _api.SendAsync(HttpMethod.Get, one, null, ("If-None-Match", known));
            Assert.Equal((HttpStatusCode.OK, tag), (reply.StatusCode, reply.Headers.ETag!.ToString()));
            Assert.Equal(1, (await ApiClient.Body(reply)).GetProperty("participantCount").GetInt32());
        }
    }

    [Fact]
    public async Task Nobody_overwrites_what_they_have_not_seen()
    {
        var room = await ApiClient.Body(await _api.PostAsync("/rooms", new { name = "tagged" }), HttpStatusCode.Created);
        var old = Text(room, "etag");
        var changed = await _api.SendAsync(HttpMethod.Patch, "/rooms/tagged", """{ "title": "Mine" }""", ("If-Match", old));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        var stale = await _api.SendAsync(HttpMethod.Patch, "/rooms/tagged", """{ "title": "Theirs" }""", ("If-Match", old));
        Assert.Equal((HttpStatusCode.PreconditionFailed, ErrorCodes.EtagMismatch), (stale.StatusCode, await ApiClient.Code(stale)));
        Assert.Equal(ErrorCodes.EtagMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Delete, "/rooms/tagged", null, ("If-Match", old))));
        Assert.Equal("Mine", Text(await ApiClient.Body(await _api.GetAsync("/rooms/tagged")), "title"));
        Assert.Equal(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Delete, "/rooms/tagged", null, ("If-Match", changed.Headers.ETag!.Tag))).StatusCode);
    }

    [Theory]
    [InlineData("""{ "name": "admin" }""", "name")]
    [InlineData("""{ "name": "a b" }""", "name")]
    [InlineData("""{ "title": "line\nfeed" }""", "title")]
    [InlineData("""{ "limits": { "maxVideo": 501 } }""", "limits.maxVideo")]
    [InlineData("""{ "limits": { "maxParticipants": 0 } }""", "limits.maxParticipants")]
    [InlineData("""{ "access": { "pin": "12a4" } }""", "access.pin")]
    [InlineData("""{ "access": { "mode": "passcode" } }""", "access.passcode")]
    [InlineData("""{ "access": { "mode": "sometimes" } }""", "access.mode")]
    [InlineData("""{ "access": { "allow": ["nobody"] } }""", "access.allow[0]")]
    [InlineData("""{ "media": { "videoCodecs": ["VP8", "H265"] } }""", "media.videoCodecs")]
    [InlineData("""{ "schedule": { "opensAt": "2026-11-27T10:00:00Z", "closesAt": "2026-11-27T09:00:00Z" } }""", "schedule.closesAt")]
    [InlineData("""{ "features": { "dialOut": 1 } }""", "features.dialOut")]
    public async Task What_cannot_be_is_named_by_field(string body, string field)
    {
        var reply = await _api.PostAsync("/rooms", body);
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(reply));
        Assert.Contains(JsonElement.Parse(await reply.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject(), one => one.Name == field);
    }

    [Theory(DisplayName = "TW-08 What only the server sets cannot be sent")]
    [InlineData("id", "\"rm_1\"")]
    [InlineData("createdAt", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("status", "\"live\"")]
    [InlineData("owner", "\"me\"")]
    [InlineData("revision", "7")]
    public async Task What_only_the_server_sets_cannot_be_sent(string field, string value)
    {
        var reply = await _api.PostAsync("/rooms", $$"""{ "name": "owned", "{{field}}": {{value}} }""");
        Assert.Equal(ErrorCodes.UnknownField, await ApiClient.Code(reply));
        await _api.PostAsync("/rooms", new { name = "patched" });
        Assert.Equal(ErrorCodes.UnknownField, await ApiClient.Code(await _api.SendAsync(HttpMethod.Patch, "/rooms/patched", $$"""{ "{{field}}": {{value}} }""")));
        Assert.Equal(ErrorCodes.UnknownField, await ApiClient.Code(await _api.SendAsync(HttpMethod.Patch, "/rooms/patched", $$"""{ "access": { "{{field}}": null } }""")));
    }

    [Fact]
    public async Task Secrets_go_in_and_never_come_out()
    {
        var made = await _api.PostAsync("/rooms", """{ "name": "secretive", "access": { "passcode": "opensesame", "pin": "4711", "moderatorPin": "0815" } }""");
        var text = await made.Content.ReadAsStringAsync();
        Assert.Equal(("passcode", true), (Text(JsonElement.Parse(text).GetProperty("access"), "mode"), JsonElement.Parse(text).GetProperty("access").GetProperty("passcodeSet").GetBoolean()));
        foreach (var secret in new[] { "opensesame", "4711", "0815", "pbkdf2" })
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        await _api.SendAsync(HttpMethod.Patch, "/rooms/secretive", """{ "title": "kept" }""");
        Assert.True((await Access("secretive")).GetProperty("passcodeSet").GetBoolean());
        await _api.SendAsync(HttpMethod.Patch, "/rooms/secretive", """{ "access": { "passcode": null } }""");
        Assert.Equal((false, "open"), ((await Access("secretive")).GetProperty("passcodeSet").GetBoolean(), Text(await Access("secretive"), "mode")));
    }

    [Fact]
    public async Task A_live_room_shows_it_and_people_hear_of_changes()
    {
        await _api.PostAsync("/rooms", new { name = "living" });
        await using var alice = await HubClient.JoinAsync(fixture.Server, "living", "Alice");
        var room = await ApiClient.Body(await _api.GetAsync("/rooms/living"));
        Assert.Equal(("live", 1), (Text(room, "status"), room.GetProperty("participantCount").GetInt32()));
        await _api.SendAsync(HttpMethod.Patch, "/rooms/living", """{ "title": "Told", "access": { "locked": true } }""");
        var told = await alice.NextAsync("RoomUpdated");
        Assert.Equal("Told", Text(told, "title"));
        Assert.True(told.GetProperty("access").GetProperty("locked").GetBoolean());
        Assert.Equal(HttpStatusCode.Accepted, (await _api.PostAsync("/rooms/living/end", new { reason = "Lunch." })).StatusCode);
        Assert.Equal("Lunch.", Text(await alice.NextAsync("Disconnect"), "detail"));
    }

    [Fact(DisplayName = "A room's own bit rate and codecs reach the media engine, also when they change while people are inside")]
    public async Task A_rooms_own_media_reach_the_engine()
    {
        await _api.PostAsync("/rooms", new { name = "narrow", limits = new { maxBitrateBps = 300_000 }, media = new { videoCodecs = new[] { "VP9" }, audioRed = false } });
        await using var alice = await HubClient.JoinAsync(fixture.Server, "narrow", "Alice");
        var policy = fixture.Server.Engine.Policies["narrow"];
        Assert.Equal((300_000, "VP9", false), (policy.MaxBitrateBps, Assert.Single(policy.VideoCodecs), policy.AudioRed));
        await _api.SendAsync(HttpMethod.Patch, "/rooms/narrow", """{ "limits": { "maxBitrateBps": 900000 }, "media": { "videoCodecs": null } }""");
        policy = fixture.Server.Engine.Policies["narrow"];
        Assert.Equal((900_000, "VP8"), (policy.MaxBitrateBps, policy.VideoCodecs[0]));
        await using var bob = await HubClient.JoinAsync(fixture.Server, "usual", "Bob");
        Assert.Equal(2_500_000, fixture.Server.Engine.Policies["usual"].MaxBitrateBps);
    }

    [Fact(DisplayName = "Pages of a filtered list are full: a live room far down the alphabet is on the first one")]
    public async Task Pages_of_a_filtered_list_are_full()
    {
        for (var i = 0; i < 12; i++)
            await _api.PostAsync("/rooms", new { name = $"full-{i:D2}" });
        await using var anna = await HubClient.JoinAsync(fixture.Server, "full-11", "Anna");
        await using var ben = await HubClient.JoinAsync(fixture.Server, "full-09", "Ben");
        var first = await ApiClient.Body(await _api.GetAsync("/rooms?prefix=full-&status=live&limit=1"));
        Assert.Equal("full-09", first.GetProperty("items")[0].GetProperty("name").GetString());
        var second = await ApiClient.Body(await _api.GetAsync($"/rooms?prefix=full-&status=live&limit=1&cursor={first.GetProperty("next").GetString()}"));
        Assert.Equal("full-11", second.GetProperty("items")[0].GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, second.GetProperty("next").ValueKind);
        var idle = await ApiClient.Body(await _api.GetAsync("/rooms?prefix=full-&status=idle&limit=10"));
        Assert.Equal(10, idle.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Rooms_are_listed_by_name_and_filter()
    {
        foreach (var name in new[] { "list-b", "list-a", "list-c" })
            await _api.PostAsync("/rooms", new { name });
        await using var inside = await HubClient.JoinAsync(fixture.Server, "list-b");
        Assert.Equal(["list-a", "list-b", "list-c"], await Names("prefix=list-"));
        Assert.Equal(["list-b"], await Names("prefix=list-&status=live"));
        Assert.Equal(["list-a", "list-c"], await Names("prefix=LIST-&status=idle&kind=permanent"));
        var page = await ApiClient.Body(await _api.GetAsync("/rooms?prefix=list-&limit=2"));
        var rest = await ApiClient.Body(await _api.GetAsync($"/rooms?prefix=list-&limit=2&cursor={Text(page, "next")}"));
        Assert.Equal("list-c", Text(rest.GetProperty("items")[0], "name"));
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.GetAsync("/rooms?status=busy")));
    }

    [Theory(DisplayName = "TW-09 Every operation asks for its scope")]
    [InlineData("GET", "/rooms", Scopes.RoomsRead)]
    [InlineData("POST", "/rooms", Scopes.RoomsWrite)]
    [InlineData("GET", "/rooms/x", Scopes.RoomsRead)]
    [InlineData("PATCH", "/rooms/x", Scopes.RoomsWrite)]
    [InlineData("DELETE", "/rooms/x", Scopes.RoomsWrite)]
    [InlineData("POST", "/rooms/x/end", Scopes.RoomsWrite)]
    [InlineData("POST", "/rooms/x/tokens", Scopes.RoomsWrite)]
    [InlineData("GET", "/rooms/x/participants", Scopes.RoomsRead)]
    [InlineData("POST", "/rooms/x/participants/pt_1/mute", Scopes.ParticipantsWrite)]
    [InlineData("POST", "/rooms/x/mute-all", Scopes.ParticipantsWrite)]
    [InlineData("POST", "/rooms/x/messages", Scopes.MessagesWrite)]
    [InlineData("DELETE", "/messages/msg_1", Scopes.MessagesWrite)]
    [InlineData("GET", "/server/config", Scopes.ServerRead)]
    [InlineData("DELETE", "/api-keys/key_1", Scopes.ServerWrite)]
    public async Task Every_operation_asks_for_its_scope(string verb, string path, string scope)
    {
        using var without = await ApiClient.CreateAsync(fixture.Server, [.. Scopes.All.Where(one => one != scope)]);
        var refused = await without.SendAsync(new HttpMethod(verb), path, verb is "GET" or "DELETE" ? null : "{}");
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(refused));
        using var with = await ApiClient.CreateAsync(fixture.Server, scope);
        Assert.NotEqual(HttpStatusCode.Forbidden, (await with.SendAsync(new HttpMethod(verb), path, verb is "GET" or "DELETE" ? null : "{}")).StatusCode);
    }

    private async Task<string[]> Names(string query) =>
        [.. (await ApiClient.Body(await _api.GetAsync($"/rooms?{query}"))).GetProperty("items").EnumerateArray().Select(room => Text(room, "name"))];

    private async Task<JsonElement> Access(string room) => (await ApiClient.Body(await _api.GetAsync($"/rooms/{room}"))).GetProperty("access");

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
