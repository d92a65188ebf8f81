using System.Net;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

public sealed class ModerationApiTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiClient _api = fixture.Api;

    [Fact]
    public async Task Participants_are_listed_and_read()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "roster", "Alice");
        await using var bob = await HubClient.JoinAsync(fixture.Server, "roster", "Bob");
        var page = await ApiClient.Body(await _api.GetAsync("/rooms/roster/participants?limit=1"));
        Assert.Equal("Alice", page.GetProperty("items")[0].GetProperty("displayName").GetString());
        var next = await ApiClient.Body(await _api.GetAsync($"/rooms/roster/participants?limit=1&cursor={page.GetProperty("next").GetString()}"));
        Assert.Equal(bob.Id, next.GetProperty("items")[0].GetProperty("id").GetString());
        var one = await ApiClient.Body(await _api.GetAsync($"/rooms/roster/participants/{bob.Id}"));
        Assert.Equal(("web", "active"), (one.GetProperty("kind").GetString(), one.GetProperty("state").GetString()));
        Assert.Contains("publishAudio", one.GetProperty("caps").EnumerateArray().Select(cap => cap.GetString()));
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await _api.GetAsync("/rooms/roster/participants/pt_nobody")));
    }

    [Fact]
    public async Task Every_verb_reaches_the_one_it_is_for()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "verbs", "Alice");
        await using var bob = await HubClient.JoinAsync(fixture.Server, "verbs", "Bob");
        var path = $"/rooms/verbs/participants/{bob.Id}";
        await Done(_api.PostAsync($"{path}/mute", new { source = "microphone" }));
        Assert.Equal("api", (await bob.NextAsync("MuteRequested")).GetProperty("by").GetString());
        await Done(_api.PostAsync($"{path}/ask-unmute", new { source = "camera" }));
        Assert.Equal("camera", (await bob.NextAsync("UnmuteRequested")).GetProperty("source").GetString());
        await Done(_api.PostAsync("/rooms/verbs/mute-all", new { source = "all", except = new[] { alice.Id } }));
        Assert.Equal("all", (await bob.NextAsync("MuteRequested")).GetProperty("source").GetString());

        await bob.CallAsync("UpdateSelf", new { handRaised = true });
        var changed = await ApiClient.Body(await _api.SendAsync(
            HttpMethod.Patch, path, """{ "displayName": "Robert", "role": "listener", "attributes": { "desk": "7" }, "handRaised": false }"""));
        Assert.Equal(("Robert", "listener"), (changed.GetProperty("displayName").GetString(), changed.GetProperty("role").GetString()));
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("handRaisedAt").ValueKind);
        Assert.Equal("7", changed.GetProperty("attributes").GetProperty("desk").GetString());
        var caps = await ApiClient.Body(await _api.SendAsync(HttpMethod.Patch, path, """{ "caps": ["chat", "react"] }"""));
        Assert.Equal(["chat", "react"], caps.GetProperty("caps").EnumerateArray().Select(cap => cap.GetString()!));

        await Done(_api.SendAsync(HttpMethod.Delete, $"{path}?ban=session&reason=Enough"));
        Assert.Equal("Enough", (await bob.NextAsync("Disconnect")).GetProperty("detail").GetString());
        Assert.Equal("removed", (await alice.NextAsync("ParticipantLeft")).GetProperty("reason").GetString());
    }

    [Fact(DisplayName = "B11 The spotlight is set and taken away over REST; what cannot be shown is refused")]
    public async Task The_spotlight_is_set_and_taken_away()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "spotlit", "Alice");
        foreach (var ids in new[] { """["tr_1", "tr_2", "tr_3", "tr_4", "tr_5"]""", "[null]", "null" })
            Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.SendAsync(HttpMethod.Put, "/rooms/spotlit/spotlight", $$"""{ "trackIds": {{ids}} }""")));
        Assert.NotEqual(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Put, "/rooms/spotlit/spotlight", """{ "trackIds": ["tr_nobody"] }""")).StatusCode);
        await Done(_api.SendAsync(HttpMethod.Put, "/rooms/spotlit/spotlight", """{ "trackIds": [] }"""));
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await _api.SendAsync(HttpMethod.Put, "/rooms/nowhere/spotlight", """{ "trackIds": [] }""")));
    }

    [Fact(DisplayName = "Calls are the phones in rooms: nobody else is one")]
    public async Task Calls_are_the_phones_in_rooms()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "phones", "Alice");
        await fixture.Server.Room("phones").Join(new JoinRequest { ParticipantId = "pt_phone", Kind = ParticipantKind.Sip, DisplayName = "+31 20" });
        var call = Assert.Single((await ApiClient.Body(await _api.GetAsync("/calls"))).GetProperty("items").EnumerateArray());
        Assert.Equal(("pt_phone", "phones", "+31 20", "answered"), (Text(call, "participantId"), Text(call, "room"), Text(call, "displayName"), Text(call, "state")));
        await fixture.Server.Room("phones").Do(new Leave("pt_phone"));
        Assert.Empty((await ApiClient.Body(await _api.GetAsync("/calls"))).GetProperty("items").EnumerateArray());
    }

    [Theory]
    [InlineData("/mute", """{ "source": "nose" }""", "source")]
    [InlineData("/mute", "{}", "source")]
    [InlineData("/ask-unmute", """{ "source": "screen" }""", "source")]
    public async Task Wrong_orders_are_refused(string verb, string body, string field)
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "wrong-orders", "Alice");
        var reply = await _api.PostAsync($"/rooms/wrong-orders/participants/{alice.Id}{verb}", body);
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(reply));
        Assert.True(JsonElement.Parse(await reply.Content.ReadAsStringAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Theory]
    [InlineData("""{ "handRaised": true }""")]
    [InlineData("""{ "caps": ["fly"] }""")]
    [InlineData("""{ "role": "owner" }""")]
    [InlineData("""{ "displayName": "" }""")]
    public async Task Wrong_changes_are_refused(string body)
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "wrong-changes", "Alice");
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.SendAsync(HttpMethod.Patch, $"/rooms/wrong-changes/participants/{alice.Id}", body)));
    }

    [Fact]
    public async Task Lines_are_said_listed_and_taken_back()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "talk", "Alice");
        var said = await ApiClient.Body(await _api.PostAsync("/rooms/talk/messages", new { content = "One", @as = "Robot" }), HttpStatusCode.Created);
        await ApiClient.Body(await _api.PostAsync("/rooms/talk/messages", new { content = "Two" }), HttpStatusCode.Created);
        Assert.Equal("Robot", said.GetProperty("from").GetProperty("displayName").GetString());
        var first = await ApiClient.Body(await _api.GetAsync("/rooms/talk/messages?limit=1"));
        Assert.Equal("Two", first.GetProperty("items")[0].GetProperty("content").GetString());
        var second = await ApiClient.Body(await _api.GetAsync($"/rooms/talk/messages?limit=1&cursor={first.GetProperty("next").GetString()}"));
        Assert.Equal("One", second.GetProperty("items")[0].GetProperty("content").GetString());
        await Done(_api.SendAsync(HttpMethod.Delete, $"/messages/{said.GetProperty("id").GetString()}"));
        var after = await ApiClient.Body(await _api.GetAsync("/rooms/talk/messages"));
        Assert.Equal((true, ""), (after.GetProperty("items")[1].GetProperty("deleted").GetBoolean(), after.GetProperty("items")[1].GetProperty("content").GetString()));
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await _api.SendAsync(HttpMethod.Delete, "/messages/msg_none")));
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static async Task Done(Task<HttpResponseMessage> sent)
    {
        var reply = await sent;
        Assert.True(reply.StatusCode == HttpStatusCode.NoContent, await reply.Content.ReadAsStringAsync());
    }
}
