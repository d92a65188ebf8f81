using System.Text;
using Sylk.Conference.Protocols.ConferenceInfo;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Phones watch a room by the conference event package (RFC 4575; rules SIP-EV-1 to 4, SIP-CONF-1 to 8).</summary>
public sealed class ConferenceEventTests
{
    [Fact(DisplayName = "A caller subscribes: the whole state at once, then one partial notice for all that changed, at most every 5 s")]
    public async Task Watches()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:Domains:0=conference.example");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server);
        using var watcher = server.Phone();
        var accepted = await watcher.SubscribeAsync();
        Assert.Equal((200, "600"), (accepted.Status, accepted.First("Expires")));

        var (reader, first) = (new ConferenceReader(), await watcher.HearAsync("NOTIFY"));
        Assert.Equal(("conference", "active;expires=600", "application/conference-info+xml"), (first.First("Event"), first.First("Subscription-State"), first.First("Content-Type")));
        Assert.Equal(ConferenceNews.Applied, reader.Take(first.Body));
        Assert.True(reader.IsWhole);
        var state = reader.State!;
        Assert.Equal(("sip:standup@conference.example", "standup", 2, true, false), (state.Entity, state.DisplayText, state.UserCount, state.IsActive, state.IsLocked));
        var paula = state.Users[1];
        Assert.Equal(("sip:paula@phones.example", "Paula", "participant"), (paula.Entity, paula.DisplayText, Assert.Single(paula.Roles)));
        var end = Assert.Single(paula.Endpoints);
        Assert.Equal((ConferenceEndpointStatus.Connected, ConferenceJoining.DialedIn), (end.Status, end.Joining));
        Assert.DoesNotContain("127.0.0.1", end.Entity, StringComparison.Ordinal);

        await using var bob = await HubClient.JoinAsync(server.Server, "standup", "Bob");
        await alice.OkAsync("UpdateRoom", new { locked = true });
        Assert.True(await watcher.HearsNothingAsync());
        server.Server.Time.Advance(TimeSpan.FromSeconds(5));
        var second = await watcher.HearAsync("NOTIFY");
        Assert.Equal(ConferenceNews.Applied, reader.Take(second.Body));
        Assert.Equal((2u, 3, true), (reader.Version, reader.State!.UserCount, reader.State.IsLocked));
        Assert.Equal("participant", Assert.Single(reader.State.Users.Single(user => user.DisplayText == "Bob").Roles));
        var web = reader.State.Users.Single(user => user.DisplayText == "Alice");
        Assert.StartsWith("sip:guest.pt_", web.Entity, StringComparison.Ordinal);
        Assert.EndsWith("@conference.example", web.Entity, StringComparison.Ordinal);
        Assert.Equal("moderator", Assert.Single(web.Roles));

        // After a quiet interval the first change is told at once; what follows waits.
        server.Server.Time.Advance(TimeSpan.FromSeconds(6));
        await alice.OkAsync("UpdateRoom", new { locked = false });
        Assert.Equal(ConferenceNews.Applied, reader.Take((await watcher.HearAsync("NOTIFY")).Body));
        Assert.False(reader.State!.IsLocked);
        await alice.OkAsync("UpdateRoom", new { locked = true });
        Assert.True(await watcher.HearsNothingAsync());
        server.Server.Time.Advance(TimeSpan.FromSeconds(5));
        var last = await watcher.HearAsync("NOTIFY");
        Assert.Contains("state=\"partial\" version=\"4\"", Encoding.UTF8.GetString(last.Body.Span), StringComparison.Ordinal);
        Assert.Equal(ConferenceNews.Applied, reader.Take(last.Body));
        Assert.True(reader.State!.IsLocked);
    }

    [Fact(DisplayName = "Hold shows as on-hold and inactive, and is over with the next offer")]
    public async Task Status()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = await InsideAsync(server);
        using var watcher = server.Phone();
        await watcher.SubscribeAsync();
        var reader = new ConferenceReader();
        reader.Take((await watcher.HearAsync("NOTIFY")).Body);
        server.Server.Time.Advance(TimeSpan.FromSeconds(6));

        await phone.AskAsync("INVITE", "application/sdp", "v=0\r\na=sendonly\r\n");
        reader.Take((await watcher.HearAsync("NOTIFY")).Body);
        var held = Assert.Single(Assert.Single(reader.State!.Users).Endpoints);
        Assert.Equal((ConferenceEndpointStatus.OnHold, ConferenceFlow.Inactive), (held.Status, held.Media[0].Flow));

        server.Server.Time.Advance(TimeSpan.FromSeconds(6));
        await phone.AskAsync("INVITE", "application/sdp", "v=0\r\na=sendrecv\r\n");
        reader.Take((await watcher.HearAsync("NOTIFY")).Body);
        Assert.Equal(ConferenceEndpointStatus.Connected, reader.State!.Users[0].Endpoints[0].Status);
    }

    [Fact(DisplayName = "A refresh brings the whole state with the next version; Expires 0 ends with a last one; what runs out says so")]
    public async Task Refreshes()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = await InsideAsync(server);
        using var watcher = server.Phone();
        await watcher.SubscribeAsync();
        await watcher.HearAsync("NOTIFY");
        Assert.Equal(200, (await watcher.SubscribeAsync(900)).Status);
        var again = await watcher.HearAsync("NOTIFY");
        Assert.Equal("active;expires=900", again.First("Subscription-State"));
        Assert.Contains("state=\"full\" version=\"2\"", Encoding.UTF8.GetString(again.Body.Span), StringComparison.Ordinal);
        Assert.Equal(200, (await watcher.SubscribeAsync(0)).Status);
        var last = await watcher.HearAsync("NOTIFY");
        Assert.Equal("terminated;reason=timeout", last.First("Subscription-State"));
        Assert.Contains("state=\"full\" version=\"3\"", Encoding.UTF8.GetString(last.Body.Span), StringComparison.Ordinal);
        Assert.Equal(481, (await watcher.SubscribeAsync(600)).Status);

        using var forgetful = server.Phone();
        await forgetful.SubscribeAsync(60);
        await forgetful.HearAsync("NOTIFY");
        await watcher.AskAsync("OPTIONS"); // behind the answer to NOTIFY, which must not find the time gone
        server.Server.Time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal("terminated;reason=timeout", (await forgetful.HearAsync("NOTIFY")).First("Subscription-State"));
    }

    [Fact(DisplayName = "Expires 0 at the beginning fetches the state once")]
    public async Task Fetch()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = await InsideAsync(server);
        using var curious = server.Phone();
        Assert.Equal((200, "0"), (await curious.SubscribeAsync(0) is var answer ? answer.Status : 0, answer.First("Expires")));
        var only = await curious.HearAsync("NOTIFY");
        Assert.Equal("terminated;reason=timeout", only.First("Subscription-State"));
        Assert.Equal(ConferenceNews.Applied, new ConferenceReader().Take(only.Body));
        Assert.Equal(481, (await curious.SubscribeAsync(600)).Status);
    }

    [Fact(DisplayName = "A NOTIFY answered with 481 ends the subscription")]
    public async Task Gone()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = await InsideAsync(server);
        using var watcher = server.Phone();
        await watcher.SubscribeAsync();
        await watcher.HearAsync("NOTIFY", status: 481);
        server.Server.Time.Advance(TimeSpan.FromSeconds(6));
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        Assert.True(await watcher.HearsNothingAsync());
        Assert.Equal(481, (await watcher.SubscribeAsync()).Status);
    }

    [Fact(DisplayName = "Strangers hear 403 whether there is such a room or not; other packages are 489, too short a time 423")]
    public async Task Refused()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server, "other");
        foreach (var room in new[] { "standup", "nowhere", ".." })
        {
            using var stranger = server.Phone(room);
            Assert.Equal(403, (await stranger.SubscribeAsync()).Status);
        }
        using var asks = server.Phone("other");
        var bad = await asks.SubscribeAsync(package: "presence");
        Assert.Equal((489, "conference"), (bad.Status, bad.First("Allow-Events")));
        var soon = await asks.SubscribeAsync(5);
        Assert.Equal((423, "60"), (soon.Status, soon.First("Min-Expires")));
    }

    [Fact(DisplayName = "Inside the call: the subscription shares its dialog, refreshes there, and ends with the call")]
    public async Task InDialog()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = await InsideAsync(server);
        Assert.Equal(200, (await phone.SubscribeAsync()).Status);
        var first = await phone.HearAsync("NOTIFY");
        Assert.Equal(ConferenceNews.Applied, new ConferenceReader().Take(first.Body));
        Assert.Equal(200, (await phone.AskAsync("OPTIONS")).Status);
        Assert.Equal(200, (await phone.SubscribeAsync()).Status);
        var second = await phone.HearAsync("NOTIFY");
        Assert.Contains("state=\"full\" version=\"2\"", Encoding.UTF8.GetString(second.Body.Span), StringComparison.Ordinal);
        Assert.True(second.CSeq!.Value.Number > first.CSeq!.Value.Number);
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
        Assert.Equal("terminated;reason=rejected", (await phone.HearAsync("NOTIFY")).First("Subscription-State"));
    }

    [Fact(DisplayName = "The right to know ends with the call it came from")]
    public async Task RightsEnd()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = await InsideAsync(server);
        using var watcher = server.Phone();
        await watcher.SubscribeAsync();
        await watcher.HearAsync("NOTIFY");
        await phone.AskAsync("BYE");
        Assert.Equal("terminated;reason=rejected", (await watcher.HearAsync("NOTIFY")).First("Subscription-State"));
    }

    [Fact(DisplayName = "A caller who waits outside may subscribe, but knows nothing before they are inside")]
    public async Task Pending()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("UpdateRoom", new { waitingRoom = true });
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("waiting"));
        await phone.SubscribeAsync();
        var early = await phone.HearAsync("NOTIFY");
        Assert.Equal(("pending;expires=600", 0), (early.First("Subscription-State"), early.Body.Length));
        await alice.OkAsync("Admit", new { all = true });
        var inside = await phone.HearAsync("NOTIFY");
        Assert.Equal("active;expires=600", inside.First("Subscription-State"));
        Assert.Equal(ConferenceNews.Applied, new ConferenceReader().Take(inside.Body));
    }

    [Fact(DisplayName = "SIP-CONF-8: shy callers and numbers are hidden from others")]
    public async Task Privacy()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:Domains:0=conference.example");
        using var shy = server.Phone(from: "\"Secret\" <sip:secret@phones.example>");
        shy.More = "Privacy: id\r\n";
        using var number = server.Phone(from: "<sip:+493012345678@phones.example>");
        await shy.CallAsync();
        await number.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Count() == 2);
        using var watcher = server.Phone();
        await watcher.SubscribeAsync();
        var text = Encoding.UTF8.GetString((await watcher.HearAsync("NOTIFY")).Body.Span);
        Assert.Contains("entity=\"sip:anonymous-1@anonymous.invalid\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("12345", text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A named peer may watch a room nobody is in, and sees who comes")]
    public async Task NamedPeer()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:TrustedPeers:0=127.0.0.0/8");
        using var peer = server.Phone();
        Assert.Equal(200, (await peer.SubscribeAsync()).Status);
        var reader = new ConferenceReader();
        reader.Take((await peer.HearAsync("NOTIFY")).Body);
        Assert.Equal((0, false), (reader.State!.UserCount, reader.State.IsActive));
        server.Server.Time.Advance(TimeSpan.FromSeconds(6));
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice & <Bob>");
        Assert.Equal(ConferenceNews.Applied, reader.Take((await peer.HearAsync("NOTIFY")).Body));
        Assert.Equal(("Alice & <Bob>", true), (Assert.Single(reader.State!.Users).DisplayText, reader.State.IsActive));
    }

    [Fact(DisplayName = "SIP-CONF-6: too long for a datagram and no stream to be had: 41 users at most, marked as part of all")]
    public async Task Capped()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:TrustedPeers:0=127.0.0.0/8");
        var people = new List<HubClient>();
        for (var i = 0; i < 60; i++)
            people.Add(await HubClient.JoinAsync(server.Server, "standup", $"P{i}"));
        using var peer = server.Phone();
        await peer.SubscribeAsync();
        var reader = new ConferenceReader();
        reader.Take((await peer.HearAsync("NOTIFY")).Body);
        Assert.False(reader.IsWhole);
        Assert.Equal((60, 41), (reader.State!.UserCount, reader.State.Users.Length));
        foreach (var one in people)
            await one.DisposeAsync();
    }

    [Fact(DisplayName = "SIP-EV-4: a node that stops asks its subscribers to subscribe again")]
    public async Task NodeStops()
    {
        var server = await PhoneServer.StartAsync("--Sip:TrustedPeers:0=127.0.0.0/8");
        using var peer = server.Phone();
        await peer.SubscribeAsync();
        await peer.HearAsync("NOTIFY");
        await server.DisposeAsync();
        Assert.Equal("terminated;reason=deactivated", (await peer.HearAsync("NOTIFY")).First("Subscription-State"));
    }

    private static async Task<WirePhone> InsideAsync(PhoneServer server, string room = "standup")
    {
        var phone = server.Phone(room);
        Assert.Equal(200, (await phone.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        return phone;
    }
}
