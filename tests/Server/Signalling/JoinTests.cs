using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

public sealed class JoinTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task Joining_with_an_offer_is_one_round_trip()
    {
        await using var alice = await HubClient.ConnectAsync(_server);
        var joined = await alice.JoinAsync(new
        {
            room = "j-offer",
            displayName = "Alice",
            protocol = 1,
            offer = new { seq = 1, sdp = "v=0", publish = new[] { new { mid = "0", source = "microphone", muted = true } } },
        });
        Assert.Equal("joined", joined.GetProperty("status").GetString());
        Assert.Equal("moderator", joined.GetProperty("self").GetProperty("role").GetString());
        Assert.Contains("publishAudio", joined.GetProperty("self").GetProperty("caps").EnumerateArray().Select(cap => cap.GetString()));
        Assert.Equal(30_000, joined.GetProperty("resumeWindowMs").GetInt32());
        var answer = joined.GetProperty("answer");
        Assert.Equal(1, answer.GetProperty("seq").GetInt32());
        Assert.StartsWith("tr_", answer.GetProperty("published")[0].GetProperty("trackId").GetString(), StringComparison.Ordinal);
        Assert.Single(joined.GetProperty("participants").EnumerateArray());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", joined.GetProperty("serverTime").GetString());
    }

    [Fact]
    public async Task People_see_each_other_come_and_go()
    {
        await using var alice = await HubClient.JoinAsync(_server, "j-see", "Alice");
        await using var bob = await HubClient.JoinAsync(_server, "J-SEE", "Bob");
        var joined = await alice.NextAsync("ParticipantJoined", e => e.GetProperty("id").GetString() == bob.Id);
        Assert.Equal(("Bob", "web", 2L), (joined.GetProperty("displayName").GetString(), joined.GetProperty("kind").GetString(), joined.GetProperty("rev").GetInt64()));
        Assert.Equal(2, bob.Joined.GetProperty("participants").GetArrayLength());
        HubClient.Value(await bob.CallAsync("Leave"));
        var left = await alice.NextAsync("ParticipantLeft");
        Assert.Equal((bob.Id, "left"), (left.GetProperty("id").GetString(), left.GetProperty("reason").GetString()));
        HubClient.Value(await bob.CallAsync("Join", new { room = "j-see", displayName = "Bob" }));
    }

    [Fact(DisplayName = "B8.1 A dropped connection is reconnecting, resumes with its key, and nobody sees a leave")]
    public async Task A_dropped_connection_resumes()
    {
        await using var alice = await HubClient.JoinAsync(_server, "j-resume");
        var bob = await HubClient.JoinAsync(_server, "j-resume");
        await bob.VanishAsync();
        await alice.NextAsync("ParticipantUpdated", e => e.GetProperty("state").GetString() == "reconnecting");
        await using var again = await HubClient.ConnectAsync(_server);
        var resumed = await again.JoinAsync(Resume("j-resume", bob.Joined));
        Assert.Equal(bob.Id, resumed.GetProperty("self").GetProperty("id").GetString());
        Assert.NotEqual(bob.Joined.GetProperty("resumeKey").GetString(), resumed.GetProperty("resumeKey").GetString());
        await alice.NextAsync("ParticipantUpdated", e => e.GetProperty("state").GetString() == "active");
        await using var thief = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.IdentityInUse, HubClient.Code(await thief.CallAsync("Join", Resume("j-resume", bob.Joined))));
    }

    [Fact(DisplayName = "B8.1 After 30 s away there is one leave; returning later is a normal join")]
    public async Task After_30_seconds_there_is_one_leave()
    {
        await using var server = await RunningServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server, "gone");
        var bob = await HubClient.JoinAsync(server, "gone");
        await bob.VanishAsync();
        await alice.NextAsync("ParticipantUpdated", e => e.GetProperty("state").GetString() == "reconnecting");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        var left = await alice.NextAsync("ParticipantLeft");
        Assert.Equal((bob.Id, "timeout"), (left.GetProperty("id").GetString(), left.GetProperty("reason").GetString()));
        await using var again = await HubClient.ConnectAsync(server);
        var fresh = await again.JoinAsync(Resume("gone", bob.Joined));
        Assert.NotEqual(bob.Id, fresh.GetProperty("self").GetProperty("id").GetString());
    }

    [Fact(DisplayName = "TW-05 A live connection is replaced by the holder of its key and told to stop")]
    public async Task A_live_connection_is_replaced_by_key()
    {
        var first = await HubClient.JoinAsync(_server, "j-replace");
        await using var second = await HubClient.ConnectAsync(_server);
        await second.JoinAsync(Resume("j-replace", first.Joined));
        var told = await first.NextAsync("Disconnect");
        Assert.Equal(("identity_in_use", "stop"), (told.GetProperty("code").GetString(), told.GetProperty("action").GetString()));
        await first.Closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var snapshot = await _server.Room("j-replace").Snapshot();
        Assert.Equal(ParticipantState.Active, Assert.Single(snapshot!.Participants).State);
    }

    [Fact(DisplayName = "B13 A closing page leaves by beacon at once")]
    public async Task A_closing_page_leaves_by_beacon()
    {
        await using var alice = await HubClient.JoinAsync(_server, "j-beacon");
        await using var bob = await HubClient.JoinAsync(_server, "j-beacon");
        var key = bob.Joined.GetProperty("resumeKey").GetString();
        using var body = new StringContent(JsonSerializer.Serialize(new { participantId = bob.Id, resumeKey = key }));
        var reply = await _server.Http.PostAsync("/api/v1/public/rooms/j-beacon/leave", body);
        Assert.Equal(System.Net.HttpStatusCode.NoContent, reply.StatusCode);
        Assert.Equal("left", (await alice.NextAsync("ParticipantLeft")).GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Refused_joins_say_why_and_leave_nothing()
    {
        await using var client = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.RoomNotFound, await Refused(client, new { room = "admin", displayName = "A" }));
        Assert.Equal(ErrorCodes.ProtocolVersion, await Refused(client, new { room = "j-no", displayName = "A", protocol = 2 }));
        Assert.Equal(ErrorCodes.TokenInvalid, await Refused(client, new { room = "j-no", displayName = "A", token = "x.y.z" }));
        Assert.Equal(ErrorCodes.ValidationFailed, await Refused(client, new { room = "j-no", displayName = new string('x', 65) }));
        Assert.Equal(ErrorCodes.ValidationFailed, await Refused(client, new { room = "j-no", displayName = "a\u0007b" }));
        Assert.Equal(ErrorCodes.ValidationFailed, await Refused(client, new { room = 7, displayName = "A" }));
        Assert.Equal(ErrorCodes.MediaIncompatible, await Refused(client, new { room = "j-no", displayName = "A", offer = new { seq = 1, sdp = "incompatible" } }));
        Assert.Equal(0, (await _server.Room("j-no").Lobby()).ParticipantCount);
        HubClient.Value(await client.CallAsync("Join", new { room = "j-no", displayName = "A" }));
        Assert.Equal(ErrorCodes.IdentityInUse, await Refused(client, new { room = "j-no", displayName = "A" }));
    }

    [Fact(DisplayName = "TW-08 Role, id and kind in a join are ignored")]
    public async Task Claims_are_not_bound()
    {
        await using var alice = await HubClient.JoinAsync(_server, "j-mass");
        await using var bob = await HubClient.ConnectAsync(_server);
        var joined = await bob.JoinAsync(new
        {
            room = "j-mass",
            displayName = "Bob",
            role = "moderator",
            id = alice.Id,
            participantId = alice.Id,
            kind = "sip",
            caps = new[] { "moderate" },
            identity = "root",
        });
        var self = joined.GetProperty("self");
        Assert.Equal(("member", "web"), (self.GetProperty("role").GetString(), self.GetProperty("kind").GetString()));
        Assert.NotEqual(alice.Id, self.GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_full_room_answers_with_its_code()
    {
        await using var server = await RunningServer.StartAsync("--Rooms:MaxParticipants=1");
        await using var alice = await HubClient.JoinAsync(server, "tiny");
        await using var bob = await HubClient.ConnectAsync(server);
        var reply = await bob.CallAsync("Join", new { room = "tiny", displayName = "Bob" });
        Assert.Equal(ErrorCodes.RoomFull, HubClient.Code(reply));
        Assert.Equal(10_000, reply.GetProperty("error").GetProperty("retryAfterMs").GetInt32());
    }

    private static async Task<string> Refused(HubClient client, object body) => HubClient.Code(await client.CallAsync("Join", body));

    private static object Resume(string room, JsonElement joined) => new
    {
        room,
        displayName = "Bob",
        resume = new { sessionId = joined.GetProperty("sessionId").GetString(), resumeKey = joined.GetProperty("resumeKey").GetString(), lastRev = 1 },
    };
}
