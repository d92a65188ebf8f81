using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

public sealed class ChatTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact(DisplayName = "B6.1 A line reaches everybody once, in order, and only its sender sees its own mark")]
    public async Task A_line_reaches_everybody()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-all", "Alice");
        await using var bob = await HubClient.JoinAsync(_server, "chat-all", "Bob");
        var sent = HubClient.Value(await Say(alice, "hello", "c1"));
        var repeated = HubClient.Value(await Say(alice, "hello", "c1"));
        Assert.Equal(sent.GetRawText(), repeated.GetRawText());
        var heard = (await bob.NextAsync("ChatMessage")).GetProperty("message");
        Assert.Equal(sent.GetProperty("messageId").GetString(), heard.GetProperty("id").GetString());
        Assert.Equal(("hello", "text/plain", "web", 1L), (Text(heard), heard.GetProperty("contentType").GetString(), heard.GetProperty("via").GetString(), heard.GetProperty("sequence").GetInt64()));
        Assert.Equal((alice.Id, "Alice", "web"), (From(heard, "participantId"), From(heard, "displayName"), From(heard, "kind")));
        Assert.False(heard.TryGetProperty("clientId", out _));
        Assert.False(heard.TryGetProperty("to", out _));
        Assert.False(heard.GetProperty("from").TryGetProperty("identity", out _));
        Assert.Equal("c1", (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("clientId").GetString());
        HubClient.Value(await Say(bob, "hi", "c2"));
        Assert.Equal("hi", Text((await alice.NextAsync("ChatMessage")).GetProperty("message")));
    }

    [Fact(DisplayName = "TW-09 A private line reaches the two and nobody else, now or later")]
    public async Task A_private_line_reaches_two()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-private");
        await using var bob = await HubClient.JoinAsync(_server, "chat-private");
        await using var carol = await HubClient.JoinAsync(_server, "chat-private");
        HubClient.Value(await Say(alice, "psst", "c1", to: bob.Id));
        HubClient.Value(await Say(alice, "all", "c2"));
        Assert.Equal("psst", Text((await bob.NextAsync("ChatMessage")).GetProperty("message")));
        Assert.Equal("all", Text((await carol.NextAsync("ChatMessage")).GetProperty("message")));
        await using var late = await HubClient.JoinAsync(_server, "chat-private");
        Assert.Equal(["all"], late.Joined.GetProperty("chat").GetProperty("last").EnumerateArray().Select(Text));
        var page = HubClient.Value(await bob.CallAsync("LoadChat", new { limit = 10 }));
        Assert.Equal(["psst", "all"], page.GetProperty("messages").EnumerateArray().Select(Text));
    }

    [Fact]
    public async Task Older_lines_come_in_pages_oldest_first()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-pages");
        for (var i = 1; i <= 25; i++)
            HubClient.Value(await Say(alice, $"line {i}", $"c{i}"));
        var first = HubClient.Value(await alice.CallAsync("LoadChat", new { limit = 10 }));
        Assert.Equal(Enumerable.Range(16, 10).Select(i => $"line {i}"), first.GetProperty("messages").EnumerateArray().Select(Text));
        Assert.True(first.GetProperty("more").GetBoolean());
        var before = first.GetProperty("messages")[0].GetProperty("id").GetString();
        var second = HubClient.Value(await alice.CallAsync("LoadChat", new { limit = 100, before }));
        Assert.Equal(Enumerable.Range(1, 15).Select(i => $"line {i}"), second.GetProperty("messages").EnumerateArray().Select(Text));
        Assert.False(second.GetProperty("more").GetBoolean());
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("LoadChat", new { limit = 101 })));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("LoadChat", new { limit = 1, before = "msg_none" })));
    }

    [Fact(DisplayName = "B6.1 Who comes back is told where the unread begins, and nothing is missing")]
    public async Task Who_comes_back_knows_what_is_unread()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-back");
        var bob = await HubClient.JoinAsync(_server, "chat-back");
        HubClient.Value(await Say(alice, "seen", "c1"));
        await bob.VanishAsync();
        await alice.NextAsync("ParticipantUpdated", e => e.GetProperty("state").GetString() == "reconnecting");
        var missed = HubClient.Value(await Say(alice, "missed", "c2"));
        await using var again = await HubClient.ConnectAsync(_server);
        var joined = await again.JoinAsync(new
        {
            room = "chat-back",
            displayName = "Bob",
            resume = new { sessionId = bob.Joined.GetProperty("sessionId").GetString(), resumeKey = bob.Joined.GetProperty("resumeKey").GetString() },
        });
        var chat = joined.GetProperty("chat");
        Assert.Equal(missed.GetProperty("messageId").GetString(), chat.GetProperty("unreadFrom").GetString());
        Assert.Equal(["seen", "missed"], chat.GetProperty("last").EnumerateArray().Select(Text));
    }

    [Fact]
    public async Task Deleting_leaves_a_tombstone_for_everybody()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-delete");
        await using var bob = await HubClient.JoinAsync(_server, "chat-delete");
        var messageId = HubClient.Value(await Say(bob, "oops", "c1")).GetProperty("messageId").GetString();
        HubClient.Value(await bob.CallAsync("DeleteChat", new { messageId }));
        var told = (await alice.NextAsync("ChatUpdated")).GetProperty("message");
        Assert.Equal((messageId, "", true), (told.GetProperty("id").GetString(), Text(told), told.GetProperty("deleted").GetBoolean()));
    }

    [Fact]
    public async Task New_words_reach_everybody_and_stay_in_the_history()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-edit");
        await using var bob = await HubClient.JoinAsync(_server, "chat-edit");
        var messageId = HubClient.Value(await Say(bob, "helo", "c1")).GetProperty("messageId").GetString();
        HubClient.Value(await bob.CallAsync("EditChat", new { messageId, content = "hello\r\nall" }));
        var told = (await alice.NextAsync("ChatUpdated")).GetProperty("message");
        Assert.Equal((messageId, "hello\nall", 1L), (told.GetProperty("id").GetString(), Text(told), told.GetProperty("sequence").GetInt64()));
        Assert.True(told.GetProperty("editedAt").GetDateTimeOffset() >= told.GetProperty("timestamp").GetDateTimeOffset());
        await using var carol = await HubClient.JoinAsync(_server, "chat-edit");
        Assert.Equal("hello\nall", Text(carol.Joined.GetProperty("chat").GetProperty("last")[0]));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await alice.CallAsync("EditChat", new { messageId, content = "mine" })));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await bob.CallAsync("EditChat", new { messageId, content = " \u0000" })));
        Assert.Equal(ErrorCodes.FileTypeRefused, HubClient.Code(await bob.CallAsync("EditChat", new { messageId, content = "?OTRv2?" })));
    }

    [Fact(DisplayName = "IMDN: the sender of a private line, and nobody else, hears that it was delivered and displayed")]
    public async Task Receipts_reach_the_sender()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-receipts");
        await using var bob = await HubClient.JoinAsync(_server, "chat-receipts");
        await using var carol = await HubClient.JoinAsync(_server, "chat-receipts");
        var messageId = HubClient.Value(await Say(alice, "psst", "c1", to: bob.Id)).GetProperty("messageId").GetString();
        foreach (var state in (string[])["delivered", "displayed"])
        {
            HubClient.Value(await carol.CallAsync("AcknowledgeChat", new { messageId, state }));
            HubClient.Value(await bob.CallAsync("AcknowledgeChat", new { messageId, state }));
            var receipt = await alice.NextAsync("ChatReceipt");
            Assert.Equal((messageId, bob.Id, state), (receipt.GetProperty("messageId").GetString(), receipt.GetProperty("by").GetString(), receipt.GetProperty("state").GetString()));
        }
        HubClient.Value(await Say(alice, "the end", "c2"));
        await alice.NextAsync("ChatMessage", e => Text(e.GetProperty("message")) == "the end");
        await carol.NextAsync("ChatMessage", e => Text(e.GetProperty("message")) == "the end");
        Assert.False(alice.TryNext(out var more) && more.Name == "ChatReceipt");
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await bob.CallAsync("AcknowledgeChat", new { messageId, state = "failed" })));
    }

    [Fact(DisplayName = "LO-5 Who says the same six times in ten seconds is told when they may speak again")]
    public async Task A_loop_falls_silent()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-loop");
        for (var i = 0; i < 5; i++)
            HubClient.Value(await Say(alice, "ping", $"c{i}"));
        var refused = await Say(alice, "ping", "c5");
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(refused));
        Assert.InRange(refused.GetProperty("error").GetProperty("retryAfterMs").GetInt32(), 50_000, 60_000);
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(await Say(alice, "pong", "c6")));
        HubClient.Value(await Say(alice, "ping", "c0"));
    }

    [Fact]
    public async Task Typing_is_told_to_others()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-typing");
        await using var bob = await HubClient.JoinAsync(_server, "chat-typing");
        HubClient.Value(await bob.CallAsync("SetTyping", new { state = "active" }));
        var typing = await alice.NextAsync("Typing");
        Assert.Equal((bob.Id, "active"), (typing.GetProperty("participantId").GetString(), typing.GetProperty("state").GetString()));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await bob.CallAsync("SetTyping", new { state = "asleep" })));
    }

    [Fact(DisplayName = "L17 More lines than allowed are refused with a time to wait")]
    public async Task A_flood_is_refused()
    {
        await using var alice = await HubClient.JoinAsync(_server, "chat-flood");
        for (var i = 0; i < 30; i++)
            HubClient.Value(await Say(alice, $"x {i}", $"c{i}"));
        var refused = await Say(alice, "x", "c30");
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(refused));
        Assert.Equal(1_000, refused.GetProperty("error").GetProperty("retryAfterMs").GetInt32());
    }

    private static Task<JsonElement> Say(HubClient who, string content, string clientId, string? to = null) =>
        who.CallAsync("SendChat", new { clientId, content, contentType = "text/plain", to });

    private static string? Text(JsonElement line) => line.GetProperty("content").GetString();

    private static string? From(JsonElement line, string member) => line.GetProperty("from").GetProperty(member).GetString();
}
