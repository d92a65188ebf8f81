using System.Text;
using System.Text.Json;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>SIP MESSAGE and rooms (RFC 3428; rules SIP-MSGR-1 to 4, LO-1 to 3, CH-5).</summary>
public sealed class MessageTests
{
    private const string TakesMessages = "Allow: INVITE, ACK, BYE, CANCEL, MESSAGE\r\n";

    [Fact(DisplayName = "What others say reaches a phone that takes MESSAGE: whose words, one at a time, none of its own, changes marked")]
    public async Task ToPhone()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice \"A\"");
        using var phone = await InsideAsync(server);
        await alice.OkAsync("SendChat", new { clientId = "c1", content = "one\ntwo é", contentType = "text/plain" });
        await alice.OkAsync("SendChat", new { clientId = "c2", content = "three", contentType = "text/plain" });

        // The second waits for the answer to the first.
        var first = await phone.HearAsync("MESSAGE");
        Assert.Equal(("one\ntwo é", "text/plain;charset=utf-8"), (Encoding.UTF8.GetString(first.Body.Span), first.First("Content-Type")));
        Assert.Equal("Alice \"A\"", first.From!.DisplayName);
        Assert.EndsWith(";n=1", first.First("X-Sylk-Hop"), StringComparison.Ordinal);
        var second = await phone.HearAsync("MESSAGE");
        Assert.Equal("three", Encoding.UTF8.GetString(second.Body.Span));

        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "text/plain", "mine")).Status);
        Assert.True(await phone.HearsNothingAsync());
    }

    [Fact(DisplayName = "A private line reaches the one phone it is for; its sender hears that it came, or did not (CH-6)")]
    public async Task Private()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server);
        var paula = (await alice.NextAsync("ParticipantJoined")).GetProperty("id").GetString();
        using var other = server.Phone(from: "\"Otto\" <sip:otto@phones.example>");
        other.More = TakesMessages;
        await other.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Count() == 2);
        await alice.OkAsync("SendChat", new { clientId = "c1", content = "psst", contentType = "text/plain", to = paula });
        Assert.Equal("psst", Encoding.UTF8.GetString((await phone.HearAsync("MESSAGE")).Body.Span));
        Assert.Equal("delivered", (await alice.NextAsync("ChatReceipt")).GetProperty("state").GetString());
        await alice.OkAsync("SendChat", new { clientId = "c2", content = "again", contentType = "text/plain", to = paula });
        await phone.HearAsync("MESSAGE", status: 486);
        Assert.Equal("failed", (await alice.NextAsync("ChatReceipt")).GetProperty("state").GetString());
        await alice.OkAsync("SendChat", new { clientId = "c3", content = "still there?", contentType = "text/plain", to = paula });
        Assert.Equal("still there?", Encoding.UTF8.GetString((await phone.HearAsync("MESSAGE")).Body.Span));
        Assert.True(await other.HearsNothingAsync());
    }

    [Fact(DisplayName = "A phone that does not say it takes MESSAGE gets none")]
    public async Task NotAllowed()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server, "");
        await alice.OkAsync("SendChat", new { clientId = "c1", content = "hello", contentType = "text/plain" });
        Assert.True(await phone.HearsNothingAsync());
    }

    [Fact(DisplayName = "A phone whose INVITE accepts message/cpim gets its lines wrapped, with id, time and our mark")]
    public async Task Wrapped()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server, TakesMessages + "Accept: application/sdp, message/cpim\r\n");
        await alice.OkAsync("SendChat", new { clientId = "c1", content = "hello", contentType = "text/plain" });
        var told = await phone.HearAsync("MESSAGE");
        Assert.Equal("message/cpim", told.First("Content-Type"));
        Assert.True(CpimMessage.TryRead(told.Body, out var message, out _));
        Assert.Equal(("Alice", "hello"), (message.From!.Name, Encoding.UTF8.GetString(message.Content.Span)));
        Assert.StartsWith("msg_", message[CpimHeader.Imdn, "Message-ID"], StringComparison.Ordinal);

        // What comes back to us with our own mark is a loop (rule LO-2).
        Assert.Equal(482, (await phone.AskAsync("MESSAGE", "message/cpim", Encoding.UTF8.GetString(told.Body.Span))).Status);
        phone.Always = $"X-Sylk-Hop: {told.First("X-Sylk-Hop")}\r\n";
        Assert.Equal(482, (await phone.AskAsync("MESSAGE", "text/plain", "round")).Status);
    }

    [Fact(DisplayName = "From a phone: CPIM is unwrapped, the same id is one line, wished notifications come back; what cannot be read is refused")]
    public async Task FromPhone()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server);
        var wrapped = ImdnRequest.Ask(new CpimMessage { ContentHeaders = [new("Content-Type", "text/plain")], Content = "in a wrapper\r\n"u8.ToArray() }
            .With(CpimHeader.Core, CpimHeader.From, "<sip:somebody@else.example>").With(CpimHeader.Core, CpimHeader.To, "<sip:standup@127.0.0.1>")
            .With(CpimHeader.Core, CpimHeader.DateTime, "2026-01-01T00:00:00Z"), "own-1", ImdnWishes.Delivery | ImdnWishes.Processing | ImdnWishes.Display);
        var text = Encoding.UTF8.GetString(wrapped.Write());
        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "message/cpim", text)).Status);
        var line = await alice.NextAsync("ChatMessage");
        Assert.Contains("\"in a wrapper\"", line.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("Paula", line.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("somebody", line.GetRawText(), StringComparison.Ordinal);

        foreach (var status in new[] { ImdnStatus.Processed, ImdnStatus.Delivered })
        {
            var told = await phone.HearAsync("MESSAGE");
            Assert.True(CpimMessage.TryRead(told.Body, out var message, out _));
            var report = ImdnReport.Read(message.Content)!;
            Assert.Equal(("own-1", status, "2026-01-01T00:00:00Z"), (report.MessageId, report.Status, report.SentAt));
        }

        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "message/cpim", text)).Status);
        Assert.Equal(415, (await phone.AskAsync("MESSAGE", "text/html", "<b>x</b>")).Status);
        Assert.Equal(415, (await phone.AskAsync("MESSAGE", "text/plain", "?OTR:AAMC")).Status);
        Assert.Equal(400, (await phone.AskAsync("MESSAGE", "message/cpim", "nothing")).Status);
        Assert.Equal(413, (await phone.AskAsync("MESSAGE", "text/plain", new string('x', 1_301))).Status);
        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "text/plain", " \r\n")).Status);
        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "text/plain", "last")).Status);
        Assert.Contains("last", (await TextAsync(alice)).GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Outside of the call: from the caller's From and host it is their line; from others 403 whether there is such a room or not")]
    public async Task Outside()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var inside = await InsideAsync(server);
        using var same = server.Phone();
        Assert.Equal(200, (await same.AskAsync("MESSAGE", "text/plain", "beside my call")).Status);
        Assert.Contains("beside my call", (await TextAsync(alice)).GetRawText(), StringComparison.Ordinal);
        using var stranger = server.Phone(from: "<sip:eve@phones.example>");
        Assert.Equal(403, (await stranger.AskAsync("MESSAGE", "text/plain", "hello")).Status);
        using var lost = server.Phone("nowhere", "<sip:eve@phones.example>");
        Assert.Equal(403, (await lost.AskAsync("MESSAGE", "text/plain", "hello")).Status);
        using var html = server.Phone(from: "<sip:eve@phones.example>");
        Assert.Equal(403, (await html.AskAsync("MESSAGE", "text/plain", new string('x', 1_301))).Status);
    }

    [Fact(DisplayName = "A room that takes messages of guests has them under their address; named peers say who writes; a room that does not says 403, what is no room 404 to named peers")]
    public async Task Guests()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:TrustedPeers:0=127.0.0.1/32");
        await ConfigureAsync(server, "standup", new RoomFeatures(GuestMessages: true));
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var guest = server.Phone(from: "\"Gus\" <sip:gus@phones.example>");
        Assert.Equal(202, (await guest.AskAsync("MESSAGE", "text/plain", "from outside")).Status);
        var line = (await TextAsync(alice)).GetRawText();
        Assert.Contains("from outside", line, StringComparison.Ordinal);
        Assert.Contains("Gus", line, StringComparison.Ordinal);
        await ConfigureAsync(server, "standup", new RoomFeatures());
        Assert.Equal(403, (await guest.AskAsync("MESSAGE", "text/plain", "again")).Status);
        using var lost = server.Phone(".hidden");
        Assert.Equal(404, (await lost.AskAsync("MESSAGE", "text/plain", "hello")).Status);
    }

    private static async Task ConfigureAsync(PhoneServer server, string room, RoomFeatures features)
    {
        var door = (IGrainFactory)server.Server.Services.GetService(typeof(IGrainFactory))!;
        var grain = door.GetGrain<IRoomGrain>(room);
        var config = new RoomConfig { Id = Ids.New(Ids.Room, DateTimeOffset.UnixEpoch), Name = room, Permanent = true, CreatedAt = DateTimeOffset.UnixEpoch };
        await grain.Configure(new CreateRoom(config));
        Assert.Null((await grain.Configure(new ChangeRoom(config with { Features = features }, null))).Refusal);
    }

    private static async Task<JsonElement> TextAsync(HubClient client) => await client.NextAsync("ChatMessage");

    private static async Task<WirePhone> InsideAsync(PhoneServer server, string more = TakesMessages)
    {
        var phone = server.Phone();
        phone.More = more;
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        return phone;
    }
}
