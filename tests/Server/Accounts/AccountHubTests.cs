using System.Net.WebSockets;
using Sylk.Conference.Rooms;
using static Sylk.Conference.Server.Tests.Accounts.Accounts;

namespace Sylk.Conference.Server.Tests.Accounts;

/// <summary>The account hub for messages (product §8).</summary>
public sealed class AccountHubTests
{
    [Fact(DisplayName = "Two accounts: a message arrives with its words and sender, is delivered when acknowledged and displayed when read")]
    public async Task Two()
    {
        await using var server = await StartAsync();
        await using var alice = await SignInAsync(server, Alice);
        await using var bob = await SignInAsync(server, Bob);
        var id = await SendAsync(alice, "sip:Bob@People.example", "good\r\nmorning", "c1");
        var heard = await bob.NextAsync("MessageReceived");
        Assert.Equal((id, Alice, "alice", Bob, "good\nmorning", "text/plain", "web", "accepted"), (
            Text(heard, "id"), Text(heard, "from"), Text(heard, "fromName"), Text(heard, "to"), Text(heard, "content"), Text(heard, "contentType"),
            Text(heard, "via"), Text(heard, "state")));
        Assert.False(heard.TryGetProperty("clientId", out _));

        await bob.OkAsync("Acknowledge", new { id });
        var delivered = await alice.NextAsync("MessageState");
        Assert.Equal((id, "delivered"), (Text(delivered, "id"), Text(delivered, "state")));
        await bob.OkAsync("SetRead", new { with = Alice, upTo = id });
        Assert.Equal("displayed", Text(await alice.NextAsync("MessageState"), "state"));
        await bob.OkAsync("SetComposing", new { to = Alice, active = true });
        var composing = await alice.NextAsync("Composing");
        Assert.Equal((Bob, true), (Text(composing, "from"), composing.GetProperty("active").GetBoolean()));

        await SendAsync(bob, Alice, "hello", "c1");
        Assert.Equal("hello", Text(await alice.NextAsync("MessageReceived"), "content"));
        Assert.Equal(["good\nmorning", "hello"], await HistoryAsync(alice));
        Assert.Equal(["good\nmorning", "hello"], await HistoryAsync(bob, new { with = Alice }));
    }

    [Fact(DisplayName = "The same message again is the same message, and is not told twice; receipts of others' messages are nobody's")]
    public async Task Twice()
    {
        await using var server = await StartAsync();
        await using var alice = await SignInAsync(server, Alice);
        await using var bob = await SignInAsync(server, Bob);
        await using var carol = await SignInAsync(server, "carol@people.example");
        var id = await SendAsync(alice, Bob, "once", "c1");
        Assert.Equal(id, await SendAsync(alice, Bob, "once", "c1"));
        await bob.NextAsync("MessageReceived");
        await carol.OkAsync("Acknowledge", new { id });
        await carol.OkAsync("SetRead", new { with = Alice, upTo = id });
        await bob.OkAsync("Acknowledge", new { id });
        await bob.OkAsync("Acknowledge", new { id });
        await SendAsync(alice, Bob, "next", "c2");
        Assert.Equal("next", Text(await bob.NextAsync("MessageReceived"), "content"));
        Assert.Equal("delivered", Text(await alice.NextAsync("MessageState"), "state"));
        await SendAsync(bob, Alice, "end", "c1");
        Assert.Equal("MessageReceived", (await alice.NextAsync()).Name);
    }

    [Fact(DisplayName = "Who is away gets it on signing in, in order; what was acknowledged does not come again, unless the client says it has less")]
    public async Task Away()
    {
        await using var server = await StartAsync();
        await using (await SignInAsync(server, Bob))
        {
        }
        await using var alice = await SignInAsync(server, Alice);
        var ids = new List<string>();
        foreach (var words in new[] { "one", "two", "three" })
            ids.Add(await SendAsync(alice, Bob, words, words));
        await using (var bob = await SignInAsync(server, Bob))
        {
            foreach (var words in new[] { "one", "two", "three" })
                Assert.Equal(words, Text(await bob.NextAsync("MessageReceived"), "content"));
            await bob.OkAsync("Acknowledge", new { id = ids[0] });
        }
        await using (var bob = await SignInAsync(server, Bob, after: ids[2]))
        {
            Assert.Equal("two", Text(await bob.NextAsync("MessageReceived"), "content"));
            await bob.OkAsync("SetRead", new { with = Alice, upTo = ids[2] });
        }
        await using (var bob = await SignInAsync(server, Bob, after: ids[1]))
            Assert.Equal("three", Text(await bob.NextAsync("MessageReceived"), "content"));
    }

    [Fact(DisplayName = "Two devices of one account both hear, each other's words too; the first is told of the second")]
    public async Task Devices()
    {
        await using var server = await StartAsync();
        await using var alice = await SignInAsync(server, Alice);
        await using var first = await SignInAsync(server, Bob);
        await using var second = await SignInAsync(server, Bob);
        await first.NextAsync("SignedInElsewhere");
        await SendAsync(alice, Bob, "both", "c1");
        Assert.Equal("both", Text(await first.NextAsync("MessageReceived"), "content"));
        Assert.Equal("both", Text(await second.NextAsync("MessageReceived"), "content"));
        await SendAsync(first, Alice, "mine", "c1");
        var echo = await second.NextAsync("MessageReceived");
        Assert.Equal((Bob, "mine", "c1"), (Text(echo, "from"), Text(echo, "content"), Text(echo, "clientId")));
        await SendAsync(alice, Bob, "last", "c2");
        Assert.Equal("last", Text(await first.NextAsync("MessageReceived"), "content"));
    }

    [Fact(DisplayName = "Guests: an address of their own that can be written to, keeps over a reconnect and goes ten minutes after; writing is as GuestCalls says")]
    public async Task Guests()
    {
        await using var server = await StartAsync();
        var (guest, signed) = await EnterAsync(server);
        await using var alice = await SignInAsync(server, Alice);
        var address = Text(signed, "address");
        Assert.Matches("^guest-[a-z2-9]{6}@guest[.]example$", address);
        Assert.Equal(ErrorCodes.GuestForbidden, await RefusedAsync(guest, Alice, "hello", "c1"));
        await SendAsync(alice, address, "welcome", "c1");
        Assert.Equal("welcome", Text(await guest.NextAsync("MessageReceived"), "content"));
        await guest.DisposeAsync();

        await SendAsync(alice, address, "still there?", "c2");
        var (again, back) = await EnterAsync(server, Text(signed, "resumeKey"));
        Assert.Equal(address, Text(back, "address"));
        Assert.Equal("welcome", Text(await again.NextAsync("MessageReceived"), "content"));
        Assert.Equal("still there?", Text(await again.NextAsync("MessageReceived"), "content"));
        await again.DisposeAsync();
        for (var i = 0; i < 100 && await GoneAsync(server, alice, address, i) != ErrorCodes.AddressUnroutable; i++)
            await Task.Delay(50);
        Assert.Equal(ErrorCodes.AddressUnroutable, await RefusedAsync(alice, address, "gone", "end"));
        await using var late = await ConnectAsync(server);
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await late.CallAsync("SignIn", new { guest = true, resumeKey = Text(signed, "resumeKey") })));
    }

    [Theory(DisplayName = "GuestCalls: none lets no guest in, local writes to addresses here, any everywhere")]
    [InlineData("none", ErrorCodes.GuestForbidden, "", "")]
    [InlineData("rooms", null, ErrorCodes.GuestForbidden, ErrorCodes.GuestForbidden)]
    [InlineData("local", null, null, ErrorCodes.GuestForbidden)]
    [InlineData("any", null, null, ErrorCodes.AddressUnroutable)]
    public async Task Policy(string policy, string? entering, string? within, string? outside)
    {
        await using var server = await StartAsync($"--Addresses:GuestCalls={policy}");
        await using var alice = await SignInAsync(server, Alice);
        await using var guest = await ConnectAsync(server);
        var entered = await guest.CallAsync("SignIn", new { guest = true });
        Assert.Equal(entering, CodeOf(entered));
        if (entering is not null)
            return;
        Assert.Equal(within, CodeOf(await guest.CallAsync("SendMessage", new { to = Alice, content = "a", clientId = "c1" })));
        Assert.Equal(outside, CodeOf(await guest.CallAsync("SendMessage", new { to = "x@elsewhere.example", content = "b", clientId = "c2" })));
    }

    [Fact(DisplayName = "Refusals have codes: nobody yet, wrong tokens, addresses nobody has, empty and foreign content, pages out of range, time over")]
    public async Task Refusals()
    {
        await using var server = await StartAsync();
        await using var client = await ConnectAsync(server);
        Assert.Equal(ErrorCodes.TokenRequired, await RefusedAsync(client, Bob, "a", "c"));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await client.CallAsync("SignIn")));
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await client.CallAsync("SignIn", new { token = "bad" })));
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await client.CallAsync("SignIn", new { token = "alice@elsewhere.example" })));
        await client.OkAsync("SignIn", new { token = Alice });
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await client.CallAsync("SignIn", new { token = Alice })));
        Assert.Equal(ErrorCodes.AddressUnroutable, await RefusedAsync(client, "never@people.example", "a", "c"));
        Assert.Equal(ErrorCodes.AddressUnroutable, await RefusedAsync(client, "x@elsewhere.example", "a", "c"));
        Assert.Equal(ErrorCodes.ValidationFailed, await RefusedAsync(client, "no address", "a", "c"));
        Assert.Equal(ErrorCodes.ValidationFailed, await RefusedAsync(client, Alice, " ", "c"));
        Assert.Equal(ErrorCodes.ValidationFailed, await RefusedAsync(client, Alice, "a", ""));
        Assert.Equal(ErrorCodes.ValidationFailed, await RefusedAsync(client, Alice, new string('x', 65_537), "c"));
        Assert.Equal(ErrorCodes.FileTypeRefused, HubClient.Code(
            await client.CallAsync("SendMessage", new { to = Alice, content = "a", clientId = "c", contentType = "image/png" })));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await client.CallAsync("History", new { limit = 101 })));
        Assert.Empty(await HistoryAsync(client));
        server.Time.Advance(TimeSpan.FromHours(2));
        await client.Closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact(DisplayName = "L17 the thirty-first message at once is refused, and history comes in pages")]
    public async Task Pages()
    {
        await using var server = await StartAsync();
        await using (await SignInAsync(server, Bob))
        {
        }
        await using var alice = await SignInAsync(server, Alice);
        for (var i = 0; i < 30; i++)
            await SendAsync(alice, Bob, $"line {i}", $"c{i}");
        Assert.Equal(ErrorCodes.RateLimited, await RefusedAsync(alice, Bob, "line 30", "c30"));
        var page = await alice.OkAsync("History", new { with = Bob, limit = 20 });
        Assert.True(page.GetProperty("more").GetBoolean());
        var oldest = page.GetProperty("messages")[0];
        Assert.Equal("line 10", Text(oldest, "content"));
        var rest = await alice.OkAsync("History", new { with = Bob, limit = 20, before = Text(oldest, "id") });
        Assert.False(rest.GetProperty("more").GetBoolean());
        Assert.Equal(10, rest.GetProperty("messages").GetArrayLength());
    }

    [Fact(DisplayName = "TW-01 pages of other origins do not get to the hub")]
    public async Task Origin()
    {
        await using var server = await StartAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", "https://evil.example");
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}/hubs/account"), default));
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, socket.HttpStatusCode);
    }

    [Fact(DisplayName = "A join token of an issuer whose subject is an address of ours signs in")]
    public async Task Token()
    {
        await using var issuer = await KeySetServer.StartAsync();
        var key = KeySetServer.Rsa("r");
        issuer.Keys.Add(KeySetServer.Public(key));
        await using var server = await RunningServer.StartAsync(
            "--Addresses:Domain=example.org", "--Server:PublicHost=meet.example.org", $"--Auth:Issuers:0:Issuer={issuer.Issuer}");
        await using var alice = await ConnectAsync(server);
        var signed = await alice.OkAsync("SignIn", new { token = issuer.Token(key, "RS256", server.Time.GetUtcNow()) });
        Assert.Equal(("alice@example.org", "Alice"), (Text(signed, "address"), Text(signed, "displayName")));
        await using var other = await ConnectAsync(server);
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(
            await other.CallAsync("SignIn", new { token = issuer.Token(key, "RS256", server.Time.GetUtcNow(), audience: "elsewhere.example") })));
    }

    /// <summary>Lets ten minutes go by: the server may hear of the hang-up a moment later than the client.</summary>
    private static async Task<string?> GoneAsync(RunningServer server, HubClient sender, string address, int turn)
    {
        server.Time.Advance(TimeSpan.FromMinutes(0.5));
        return CodeOf(await sender.CallAsync("SendMessage", new { to = address, content = $"turn {turn}", clientId = $"turn {turn}" }));
    }

    private static string? CodeOf(System.Text.Json.JsonElement reply) => reply.GetProperty("ok").GetBoolean() ? null : HubClient.Code(reply);
}
