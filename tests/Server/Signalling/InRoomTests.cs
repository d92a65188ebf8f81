using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests;

public sealed class InRoomTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task Offers_are_answered_and_stale_ones_refused()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-offer");
        var publish = new[] { new { mid = "1", source = "camera", simulcast = true } };
        var answer = HubClient.Value(await alice.CallAsync("Negotiate", new { seq = 1, sdp = "v=0", publish }));
        Assert.Equal(2, answer.GetProperty("slots").GetArrayLength());
        var track = answer.GetProperty("published")[0].GetProperty("trackId").GetString();
        Assert.Equal(ErrorCodes.NegotiationStale, HubClient.Code(await alice.CallAsync("Negotiate", new { seq = 1, sdp = "v=0" })));
        var again = HubClient.Value(await alice.CallAsync("Negotiate", new { seq = 2, sdp = "v=0", publish }));
        Assert.Equal(track, again.GetProperty("published")[0].GetProperty("trackId").GetString());
        HubClient.Value(await alice.CallAsync("SetTrackMuted", new { trackId = track, muted = true }));
        Assert.Contains($"mute {track} True", _server.Engine.Orders);
    }

    [Fact]
    public async Task Media_facts_become_events_in_order_and_signals_go_to_their_viewer()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-facts");
        await using var bob = await HubClient.JoinAsync(_server, "m-facts");
        var epoch = _server.Engine.EpochOf("m-facts");
        _server.Engine.Listener!.OnFact(new TrackStarted("m-facts", epoch, bob.Id, "tr_1", TrackKind.Video, TrackSource.ScreenAudio, "VP8", false));
        var published = await alice.NextAsync("TrackPublished");
        Assert.Equal(("tr_1", "screenAudio", 3L), (published.GetProperty("trackId").GetString(), published.GetProperty("source").GetString(), published.GetProperty("rev").GetInt64()));
        _server.Engine.Listener.OnSignal(new SlotsChanged("m-facts", alice.Id, [new("9", "tr_1", bob.Id, SlotPhase.WaitingKeyframe, null)]));
        var slot = (await alice.NextAsync("Slots")).GetProperty("slots")[0];
        Assert.Equal(("9", "waitingKeyframe"), (slot.GetProperty("mid").GetString(), slot.GetProperty("state").GetString()));
        _server.Engine.Listener.OnSignal(new SpeakersChanged("m-facts", bob.Id, [new(bob.Id, 70)]));
        Assert.Equal(70, (await bob.NextAsync("Speakers")).GetProperty("levels")[0].GetProperty("level").GetInt32());
        _server.Engine.Listener.OnSignal(new PublishHinted("m-facts", bob.Id, "tr_1", ["l"], 180, 150_000));
        var hint = await bob.NextAsync("PublishHint");
        Assert.Equal(("tr_1", "l", 180, 150_000), (hint.GetProperty("trackId").GetString(), hint.GetProperty("activeRids")[0].GetString(),
            hint.GetProperty("maxHeight").GetInt32(), hint.GetProperty("maxBitrateBps").GetInt32()));
        _server.Engine.Listener.OnFact(new PeerLost("m-facts", epoch, bob.Id, "consent"));
        Assert.True((await bob.NextAsync("RenegotiateRequested")).GetProperty("iceRestart").GetBoolean());
        _server.Engine.Listener.OnFact(new TrackEnded("m-facts", epoch, bob.Id, "tr_1"));
        await alice.NextAsync("TrackUnpublished");
    }

    [Fact]
    public async Task A_view_says_what_each_slot_should_carry()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-view");
        var slots = new object[]
        {
            new { mid = "8", want = new { trackId = "tr_x" }, width = 640, height = 360, priority = 12 },
            new { mid = "9", want = new { speaker = 1 } },
            new { mid = "10", want = (object?)null },
            new { mid = "11" },
        };
        var value = HubClient.Value(await alice.CallAsync("SetView", new { viewRev = 4, slots, audio = new { mode = "only", trackIds = new[] { "tr_a" } }, paused = true }));
        Assert.Equal(4, value.GetProperty("viewRev").GetInt64());
        var view = _server.Engine.Views.Last(v => v.ViewRevision == 4);
        Assert.Equal([WishKind.Track, WishKind.Speaker, WishKind.Nothing, WishKind.Auto], view.Slots.Select(slot => slot.Kind));
        Assert.Equal(("tr_x", 9, 1), (view.Slots[0].TrackId, view.Slots[0].Priority, view.Slots[1].SpeakerRank));
        Assert.Equal((true, "tr_a"), (view.Paused, view.AudioOnly[0]));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("SetView", new { viewRev = 5, slots = new[] { new { mid = "8", want = 3 } } })));
    }

    [Fact]
    public async Task People_change_themselves_and_react()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-self");
        await using var bob = await HubClient.JoinAsync(_server, "m-self");
        HubClient.Value(await bob.CallAsync("UpdateSelf", new { displayName = " Robert ", handRaised = true, away = true, attributes = new { team = "x" } }));
        var updated = await alice.NextAsync("ParticipantUpdated");
        Assert.Equal(("Robert", true, "x"), (updated.GetProperty("displayName").GetString(), updated.GetProperty("away").GetBoolean(), updated.GetProperty("attributes").GetProperty("team").GetString()));
        Assert.Equal(JsonValueKind.String, updated.GetProperty("handRaisedAt").ValueKind);
        HubClient.Value(await bob.CallAsync("React", new { emoji = "👍" }));
        Assert.Equal((bob.Id, "👍"), ((await alice.NextAsync("Reaction")) is var reaction ? reaction.GetProperty("participantId").GetString() : "", reaction.GetProperty("emoji").GetString()));
        var sync = HubClient.Value(await alice.CallAsync("Sync", new { lastRev = 0 }));
        Assert.Equal(3, sync.GetProperty("rev").GetInt64());
        HubClient.Value(await bob.CallAsync("ReportStats", new { rtt = 20, loss = 0.01 }));
    }

    [Fact(DisplayName = "B11 A moderator's orders are the server's, a member's are refused")]
    public async Task Moderation_is_enforced_by_the_server()
    {
        await using var host = await HubClient.JoinAsync(_server, "m-mod");
        var guest = await HubClient.JoinAsync(_server, "m-mod");
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await guest.CallAsync("EndRoom")));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await guest.CallAsync("Remove", new { participantId = host.Id })));
        HubClient.Value(await host.CallAsync("AskToUnmute", new { participantId = guest.Id, source = "microphone" }));
        Assert.Equal(host.Id, (await guest.NextAsync("UnmuteRequested")).GetProperty("by").GetString());
        HubClient.Value(await host.CallAsync("Mute", new { participantId = guest.Id, source = "all" }));
        Assert.Equal("all", (await guest.NextAsync("MuteRequested")).GetProperty("source").GetString());
        HubClient.Value(await host.CallAsync("UpdateRoom", new { title = "Weekly", access = new { locked = true } }));
        Assert.True((await guest.NextAsync("RoomUpdated")).GetProperty("access").GetProperty("locked").GetBoolean());
        await using var late = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.RoomLocked, HubClient.Code(await late.CallAsync("Join", new { room = "m-mod", displayName = "L" })));
        HubClient.Value(await host.CallAsync("SetRole", new { participantId = guest.Id, role = "moderator" }));
        Assert.Equal("moderator", (await guest.NextAsync("SelfChanged")).GetProperty("role").GetString());
        HubClient.Value(await host.CallAsync("Remove", new { participantId = guest.Id, reason = "bye" }));
        Assert.Equal("banned", (await guest.NextAsync("Disconnect")).GetProperty("code").GetString());
        await guest.Closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Ending_the_room_disconnects_everybody()
    {
        var host = await HubClient.JoinAsync(_server, "m-end");
        var guest = await HubClient.JoinAsync(_server, "m-end");
        await host.CallAsync("EndRoom", new { reason = "over" });
        var told = await guest.NextAsync("Disconnect");
        Assert.Equal(("room_ended", "over", "stop"), (told.GetProperty("code").GetString(), told.GetProperty("detail").GetString(), told.GetProperty("action").GetString()));
        await guest.Closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False((await _server.Room("m-end").Lobby()).Exists);
    }

    [Fact]
    public async Task What_is_not_offered_is_refused_in_the_envelope()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-absent");
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await alice.CallAsync("ReactChat", new { messageId = "msg_1", emoji = "+" })));
    }

    [Fact(DisplayName = "TW-12 Duplicate keys, depth and numbers beyond range are refused and hurt nobody")]
    public async Task Malformed_requests_are_refused()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-bad");
        foreach (var text in new[] { "[]", "7", "null", "{\"trackId\":\"a\",\"trackId\":\"b\"}", "{\"muted\":1e999}", "{\"trackId\":{}}" })
        {
            using var body = JsonDocument.Parse(text);
            var reply = await alice.CallAsync("SetTrackMuted", body.RootElement);
            Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(reply));
        }
        HubClient.Value(await alice.CallAsync("Sync", new { lastRev = 0 }));
    }

    [Fact(DisplayName = "L16 Beyond 200 messages at once a connection is told to slow down")]
    public async Task A_flood_is_rate_limited()
    {
        await using var alice = await HubClient.JoinAsync(_server, "m-flood");
        for (var i = 0; i < 199; i++)
            HubClient.Value(await alice.CallAsync("ReportStats", new { i }));
        var reply = await alice.CallAsync("ReportStats", new { });
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(reply));
        Assert.Equal(1_000, reply.GetProperty("error").GetProperty("retryAfterMs").GetInt32());
    }
}
