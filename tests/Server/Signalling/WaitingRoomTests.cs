using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

public sealed class WaitingRoomTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact(DisplayName = "B3 A visitor waits, is nobody meanwhile, and comes in with the offer they brought")]
    public async Task A_visitor_waits_and_comes_in()
    {
        await using var host = await HostAsync("w-in");
        await using var visitor = await HubClient.ConnectAsync(_server);
        var waiting = await visitor.JoinAsync(new
        {
            room = "w-in",
            displayName = "Vera",
            offer = new { seq = 1, sdp = "v=0", publish = new[] { new { mid = "0", source = "microphone" } } },
        });
        Assert.Equal(("waiting", 0), (waiting.GetProperty("status").GetString(), waiting.GetProperty("participants").GetArrayLength()));
        Assert.Equal("waiting", waiting.GetProperty("self").GetProperty("state").GetString());
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await visitor.CallAsync("Sync")));
        Assert.Equal(ErrorCodes.IdentityInUse, HubClient.Code(await visitor.CallAsync("Join", new { room = "w-in", displayName = "again" })));
        var line = (await host.NextAsync("WaitingChanged")).GetProperty("waiting")[0];
        Assert.Equal((visitor.Id, "Vera", "web"), (line.GetProperty("id").GetString(), line.GetProperty("displayName").GetString(), line.GetProperty("kind").GetString()));
        HubClient.Value(await host.CallAsync("SendChat", new { clientId = "c1", content = "behind the door", contentType = "text/plain" }));
        HubClient.Value(await host.CallAsync("Admit", new { participantId = visitor.Id }));
        var admitted = await visitor.NextAsync("Admitted");
        Assert.Equal(("joined", visitor.Id), (admitted.GetProperty("status").GetString(), admitted.GetProperty("self").GetProperty("id").GetString()));
        Assert.Equal(1, admitted.GetProperty("answer").GetProperty("seq").GetInt32());
        Assert.Equal(waiting.GetProperty("resumeKey").GetString(), admitted.GetProperty("resumeKey").GetString());
        Assert.Equal(2, admitted.GetProperty("participants").GetArrayLength());
        Assert.Equal("behind the door", admitted.GetProperty("chat").GetProperty("last")[0].GetProperty("content").GetString());
        Assert.Equal(0, (await host.NextAsync("WaitingChanged")).GetProperty("waiting").GetArrayLength());
        HubClient.Value(await visitor.CallAsync("UpdateSelf", new { handRaised = true }));
        await host.NextAsync("ParticipantUpdated", e => e.GetProperty("id").GetString() == visitor.Id);
    }

    [Fact(DisplayName = "B3 Whoever waits hears nothing of what goes on inside")]
    public async Task Whoever_waits_hears_nothing()
    {
        await using var host = await HostAsync("w-deaf");
        await using var visitor = await HubClient.ConnectAsync(_server);
        await visitor.JoinAsync(new { room = "w-deaf", displayName = "Vera" });
        HubClient.Value(await host.CallAsync("SendChat", new { clientId = "c1", content = "secret", contentType = "text/plain" }));
        HubClient.Value(await host.CallAsync("UpdateRoom", new { title = "Secret plans" }));
        HubClient.Value(await host.CallAsync("Deny", new { participantId = visitor.Id, message = "Not today." }));
        var first = await visitor.NextAsync();
        Assert.Equal("Denied", first.Name);
        Assert.Equal("Not today.", first.Body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Who_is_turned_away_is_nobody_again_and_may_ask_again()
    {
        await using var host = await HostAsync("w-deny");
        await using var visitor = await HubClient.ConnectAsync(_server);
        await visitor.JoinAsync(new { room = "w-deny", displayName = "Vera" });
        HubClient.Value(await host.CallAsync("Deny", new { participantId = visitor.Id }));
        await visitor.NextAsync("Denied");
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await visitor.CallAsync("Sync")));
        JsonElement again;
        do
            again = await visitor.CallAsync("Join", new { room = "w-deny", displayName = "Vera" });
        while (!again.GetProperty("ok").GetBoolean());
        Assert.Equal("waiting", HubClient.Value(again).GetProperty("status").GetString());
        HubClient.Value(await visitor.CallAsync("Leave"));
        await host.NextAsync("WaitingChanged", e => e.GetProperty("waiting").GetArrayLength() == 0);
    }

    [Fact(DisplayName = "B3 A wait survives a break in signalling, and whoever was let in meanwhile comes back inside")]
    public async Task A_wait_survives_a_break()
    {
        await using var host = await HostAsync("w-break");
        var visitor = await HubClient.ConnectAsync(_server);
        var first = await visitor.JoinAsync(new { room = "w-break", displayName = "Vera" });
        await host.NextAsync("WaitingChanged");
        await visitor.VanishAsync();
        await using var back = await HubClient.ConnectAsync(_server);
        var second = await back.JoinAsync(Resume(first));
        Assert.Equal(("waiting", visitor.Id), (second.GetProperty("status").GetString(), back.Id));
        await back.VanishAsync();
        HubClient.Value(await host.CallAsync("Admit", new { all = true }));
        await using var inside = await HubClient.ConnectAsync(_server);
        Assert.Equal("joined", (await inside.JoinAsync(Resume(second))).GetProperty("status").GetString());
    }

    [Fact(DisplayName = "R-25 A passcode is asked for, and five wrong ones lock their source")]
    public async Task A_passcode_is_asked_for()
    {
        await using var server = await RunningServer.StartAsync();
        await using var host = await HubClient.JoinAsync(server, "w-code");
        HubClient.Value(await host.CallAsync("UpdateRoom", new { passcode = "4711" }));
        var told = await host.NextAsync("RoomUpdated");
        Assert.Equal(("passcode", true), (told.GetProperty("access").GetProperty("mode").GetString(), told.GetProperty("access").GetProperty("passcodeSet").GetBoolean()));
        Assert.DoesNotContain("pbkdf2", told.GetRawText(), StringComparison.Ordinal);
        await using var guest = await HubClient.ConnectAsync(server);
        Assert.Equal(ErrorCodes.PasscodeRequired, HubClient.Code(await Try(guest, null)));
        for (var i = 0; i < 5; i++)
            Assert.Equal(ErrorCodes.PasscodeInvalid, HubClient.Code(await Try(guest, $"000{i}")));
        var locked = await Try(guest, "4711");
        Assert.Equal((ErrorCodes.RateLimited, 30_000), (HubClient.Code(locked), locked.GetProperty("error").GetProperty("retryAfterMs").GetInt32()));
        server.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("joined", HubClient.Value(await Try(guest, "4711")).GetProperty("status").GetString());
        Assert.True((await server.Room("w-code").Lobby()).NeedsPasscode);
    }

    [Fact]
    public async Task Caps_are_given_by_name_and_a_name_that_is_none_is_refused()
    {
        await using var host = await HubClient.JoinAsync(_server, "w-caps");
        await using var bob = await HubClient.JoinAsync(_server, "w-caps");
        HubClient.Value(await host.CallAsync("SetCaps", new { participantId = bob.Id, caps = new[] { "chat", "react" } }));
        var self = await bob.NextAsync("SelfChanged");
        Assert.Equal(["chat", "react"], self.GetProperty("caps").EnumerateArray().Select(cap => cap.GetString()));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await host.CallAsync("SetCaps", new { participantId = bob.Id, caps = new[] { "hidden" } })));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await bob.CallAsync("SetCaps", new { participantId = bob.Id, caps = new[] { "moderate" } })));
    }

    private async Task<HubClient> HostAsync(string room)
    {
        var host = await HubClient.JoinAsync(_server, room, "Host");
        HubClient.Value(await host.CallAsync("UpdateRoom", new { waitingRoom = true }));
        return host;
    }

    private static Task<JsonElement> Try(HubClient who, string? passcode) =>
        who.CallAsync("Join", new { room = "w-code", displayName = "Guest", passcode });

    private static object Resume(JsonElement joined) => new
    {
        room = "w-break",
        displayName = "Vera",
        resume = new { sessionId = joined.GetProperty("sessionId").GetString(), resumeKey = joined.GetProperty("resumeKey").GetString() },
    };
}
