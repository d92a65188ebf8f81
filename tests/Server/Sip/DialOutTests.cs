using System.Net;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Calls out of rooms, over real datagrams (product §3.2 S7, section 5.3).</summary>
public sealed class DialOutTests : IDisposable
{
    private readonly WireCallee _callee = new();

    public void Dispose() => _callee.Dispose();

    [Fact(DisplayName = "S7: who is called hears who calls, is in the room once they answer, and the dialler sees each state until they hang up")]
    public async Task Answered()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");

        var dialled = await alice.OkAsync("Dial", new { address = "tel:+31-20-1234567" });
        var id = dialled.GetProperty("callId").GetString();
        Assert.StartsWith("cl_", id, StringComparison.Ordinal);
        var invite = await _callee.AnswerAsync();

        Assert.Equal($"sip:+31201234567@127.0.0.1:{_callee.Port};user=phone", invite.RequestUri);
        Assert.StartsWith("standup", invite.From!.Uri.User, StringComparison.Ordinal);
        Assert.Contains(";isfocus", invite.First("Contact"), StringComparison.Ordinal);
        Assert.EndsWith(";n=1", invite.First("X-Sylk-Hop"), StringComparison.Ordinal);
        Assert.Equal("dialing", (await ChangedAsync(alice)).GetProperty("state").GetString());
        var ringing = await ChangedAsync(alice);
        Assert.Equal((id, "ringing", "out", "+31201234567", alice.Id), (Text(ringing, "id"), Text(ringing, "state"), Text(ringing, "direction"), Text(ringing, "to"), Text(ringing, "by")));
        Assert.Equal("answered", Text(await ChangedAsync(alice), "state"));
        var joined = await alice.NextAsync("ParticipantJoined");
        Assert.Equal(("sip", "member", Text(dialled, "participantId"), "···567"), (Text(joined, "kind"), Text(joined, "role"), Text(joined, "id"), Text(joined, "displayName")));
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());

        await alice.OkAsync("SendDtmf", new { callId = id, digits = "12#" });
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SendDigits>().Any(order => order.Digits == "12#"));
        await alice.OkAsync("HangUp", new { callId = id });
        Assert.StartsWith("Q.850;cause=16", (await _callee.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
        var ended = (await ChangedAsync(alice)).GetProperty("end");
        Assert.Equal(("completed", "us"), (Text(ended, "code"), Text(ended, "side")));
    }

    [Theory(DisplayName = "Refusals are told in words everybody knows, with what SIP said")]
    [InlineData(486, "callee_busy")]
    [InlineData(603, "callee_declined")]
    [InlineData(480, "callee_unavailable")]
    [InlineData(404, "address_unroutable")]
    [InlineData(503, "trunk_unavailable")]
    public async Task Refused(int status, string code)
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _callee.RefuseAsync(await _callee.HearAsync("INVITE"), status);
        var end = await EndAsync(alice);
        Assert.Equal((code, "them", status), (Text(end, "code"), Text(end, "side"), end.GetProperty("sip").GetProperty("status").GetInt32()));
        await PhoneServer.UntilAsync(() => server.Legs.Open.IsEmpty && server.Door.Calls == 0);
    }

    [Fact(DisplayName = "Nobody answers: after the ring timeout CANCEL, and callee_timeout")]
    public async Task NoAnswer()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        var invite = await _callee.HearAsync("INVITE");
        await _callee.SayAsync(invite, 180);
        await alice.NextAsync("CallChanged", body => Text(body, "state") == "ringing");
        await AdvanceUntilAsync(server, TimeSpan.FromSeconds(61));
        Assert.Contains("cause=19", (await _callee.HearAsync("CANCEL")).First("Reason"), StringComparison.Ordinal);
        Assert.Equal("callee_timeout", Text(await EndAsync(alice), "code"));
        await _callee.RefuseAsync(invite, 487);
    }

    [Theory(DisplayName = "A phone that still rings is given up by HangUp and by the verb that removes people (FOC-10)")]
    [InlineData("HangUp")]
    [InlineData("Remove")]
    public async Task GivenUp(string verb)
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        var dialled = await alice.OkAsync("Dial", new { address = "+31201234567" });
        var invite = await _callee.HearAsync("INVITE");
        await _callee.SayAsync(invite, 180);
        await alice.NextAsync("CallChanged", body => Text(body, "state") == "ringing");
        await alice.OkAsync(verb, new { callId = Text(dialled, "callId"), participantId = Text(dialled, "participantId") });
        await _callee.HearAsync("CANCEL");
        Assert.Equal("cancelled", Text(await EndAsync(alice), "code"));
    }

    [Fact(DisplayName = "REFER inside a call has somebody called into the room, with news of it: a blind transfer; what may not be called is 603, who may not dial hears 403")]
    public async Task Transfer()
    {
        await using var server = await StartAsync();
        using var anna = server.Phone(); // the first in a room moderates it, and may dial
        await anna.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        anna.More = "Refer-To: <tel:+19005551234>\r\n";
        Assert.Equal(603, (await anna.AskAsync("REFER")).Status);
        anna.More = "Refer-To: <tel:+31201234567>\r\n";
        Assert.Equal(202, (await anna.AskAsync("REFER")).Status);
        Assert.Contains("SIP/2.0 100", Body(await anna.HearAsync("NOTIFY")), StringComparison.Ordinal);
        await _callee.AnswerAsync();
        Assert.Contains("SIP/2.0 180", Body(await anna.HearAsync("NOTIFY")), StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 200", Body(await anna.HearAsync("NOTIFY")), StringComparison.Ordinal);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Count() == 2);

        using var member = server.Phone(from: "\"Bert\" <sip:bert@phones.example>");
        await member.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Count() == 3);
        member.More = "Refer-To: <tel:+31201234567>\r\n";
        Assert.Equal(202, (await member.AskAsync("REFER")).Status);
        await member.HearAsync("NOTIFY");
        Assert.Contains("SIP/2.0 403", Body(await member.HearAsync("NOTIFY")), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A trunk may redirect to what may be called, with the same Call-ID, and to nothing else")]
    public async Task Redirected()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        var first = await _callee.HearAsync("INVITE");
        await _callee.RefuseAsync(first, 302, ("Contact", $"<tel:+19005551234>;q=1, <sip:+31209999999@127.0.0.1:{_callee.Port}>;q=0.5, <sip:x@127.0.0.1:9>;q=0.9"));
        var second = await _callee.HearAsync("INVITE");
        Assert.StartsWith("sip:+31209999999@", second.RequestUri, StringComparison.Ordinal);
        Assert.Equal((first.CallId, first.FromTag, first.CSeq!.Value.Number + 1), (second.CallId, second.FromTag, second.CSeq!.Value.Number));
        await _callee.RefuseAsync(second, 302, ("Contact", "<tel:+19005551234>"));
        await EndAsync(alice);
        Assert.False(_callee.HasMore);
    }

    [Theory(DisplayName = "TS-08: the trunk gets the password of its realm; a stranger, or another realm, gets none")]
    [InlineData("+31201234567", "operator", true)]
    [InlineData("+31201234567", "rogue", false)]
    [InlineData("sip:bob@127.0.0.1:{0}", "operator", false)]
    public async Task Challenged(string address, string realm, bool isAnswered)
    {
        using var stranger = new WireCallee();
        await using var server = await StartAsync("--Sip:Trunks:0:Realm=operator", "--Sip:Trunks:0:User=us", "--Sip:Trunks:0:Password=3Wq9-secret-word", "--Sip:DialOut:AllowDomains=127.0.0.1");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = address.Replace("{0}", $"{stranger.Port}", StringComparison.Ordinal) });
        var called = address.StartsWith('+') ? _callee : stranger;
        await called.RefuseAsync(await called.HearAsync("INVITE"), 401, ("WWW-Authenticate", $"Digest realm=\"{realm}\", nonce=\"n1\", qop=\"auth\", algorithm=MD5"));
        if (isAnswered)
            Assert.Contains("username=\"us\"", (await called.HearAsync("INVITE")).First("Authorization"), StringComparison.Ordinal);
        else
            Assert.Equal(address.StartsWith('+') ? "trunk_unavailable" : "callee_unavailable", Text(await EndAsync(alice), "code"));
        Assert.Equal(isAnswered, called.Heard.Exists(message => message.First("Authorization") is not null));
    }

    [Theory(DisplayName = "FOC-13: with announceOnAnswer only who presses 1 comes in")]
    [InlineData("1", true)]
    [InlineData("2", false)]
    public async Task Asked(string key, bool comesIn)
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567", announceOnAnswer = true, displayName = "Bob" });
        await _callee.AnswerAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("press-1-to-join"));
        Assert.Empty(server.Legs.Orders.OfType<EnterMix>());
        server.Legs.Press(key);
        if (comesIn)
            Assert.Equal("Bob", Text(await alice.NextAsync("ParticipantJoined"), "displayName"));
        else
            Assert.Equal("callee_declined", Text(await EndAsync(alice), "code"));
    }

    [Fact(DisplayName = "L21: two calls at a time from a room, ten an hour of one person, none longer than allowed")]
    public async Task Limits()
    {
        await using var server = await StartAsync("--Sip:DialOut:PerUserPerHour=3", "--Sip:DialOut:MaxDurationMs=60000");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await alice.OkAsync("Dial", new { address = "+31201234568" });
        Assert.Equal("rate_limited", HubClient.Code(await alice.CallAsync("Dial", new { address = "+31201234569" })));
        var (one, two) = (await _callee.HearAsync("INVITE"), await _callee.HearAsync("INVITE"));
        await _callee.RefuseAsync(one, 486);
        await EndAsync(alice);
        await alice.OkAsync("Dial", new { address = "+31201234569" });
        await _callee.RefuseAsync(await _callee.HearAsync("INVITE"), 486);
        await EndAsync(alice);
        Assert.Equal("rate_limited", HubClient.Code(await alice.CallAsync("Dial", new { address = "+31201234569" })));
        await _callee.SayAsync(two, 200);
        await alice.NextAsync("ParticipantJoined");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        await AdvanceUntilAsync(server, TimeSpan.FromSeconds(61));
        Assert.Contains("longest duration", (await _callee.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Members may not dial unless the room says everyone; nobody may where the server does not")]
    public async Task Rights()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await HubClient.JoinAsync(server.Server, "standup", "Bob");
        Assert.Equal("capability_missing", HubClient.Code(await bob.CallAsync("Dial", new { address = "+31201234567" })));
        var call = await alice.OkAsync("Dial", new { address = "+31201234567" });
        Assert.Equal("capability_missing", HubClient.Code(await bob.CallAsync("HangUp", new { callId = Text(call, "callId") })));
        Assert.Equal("capability_missing", HubClient.Code(await bob.CallAsync("SendDtmf", new { callId = Text(call, "callId"), digits = "1" })));
        await alice.NextAsync("CallChanged");
        while (bob.TryNext(out var heard))
            Assert.NotEqual("CallChanged", heard.Name);

        await using var silent = await PhoneServer.StartAsync();
        await using var carol = await HubClient.JoinAsync(silent.Server, "standup", "Carol");
        Assert.Equal("capability_missing", HubClient.Code(await carol.CallAsync("Dial", new { address = "+31201234567" })));
    }

    [Fact(DisplayName = "I4: a program calls a phone into a room, reads the call, presses keys and hangs up")]
    public async Task ByApi()
    {
        await using var server = await StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        await api.PostAsync("/rooms", new { name = "standup" });
        var made = await ApiClient.Body(await api.PostAsync("/rooms/standup/calls", new { address = "+31201234567", dtmfAfterAnswer = "9,1#" }), HttpStatusCode.Accepted);
        Assert.Equal(("dialing", "out", "standup"), (Text(made, "state"), Text(made, "direction"), Text(made, "room")));
        await _callee.AnswerAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SendDigits>().Any(order => order.Digits == "9"));
        await AdvanceUntilAsync(server, TimeSpan.FromSeconds(2));
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SendDigits>().Any(order => order.Digits == "1#"));
        var read = await ApiClient.Body(await api.GetAsync($"/calls/{Text(made, "id")}"));
        Assert.Equal(("answered", "PCMU", "none", "udp"), (Text(read, "state"), Text(read, "codec"), Text(read, "encryption"), Text(read, "transport")));
        Assert.Equal(HttpStatusCode.NoContent, (await api.PostAsync($"/calls/{Text(made, "id")}/dtmf", new { digits = "5" })).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, $"/calls/{Text(made, "id")}")).StatusCode);
        await _callee.HearAsync("BYE");
        await PhoneServer.UntilAsync(() => server.Door.Calls == 0);
        Assert.Equal("completed", Text((await ApiClient.Body(await api.GetAsync($"/calls/{Text(made, "id")}"))).GetProperty("end"), "code"));
        Assert.Equal(ErrorCodes.AddressUnroutable, await ApiClient.Code(await api.PostAsync("/rooms/standup/calls", new { address = "+19005551234" })));
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await api.SendAsync(HttpMethod.Delete, "/calls/cl_nothing")));
    }

    [Fact(DisplayName = "SIP-LOOP-2: a call of ours that comes back is 482, and so is one that goes round between others")]
    public async Task Loops()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        var hop = (await _callee.HearAsync("INVITE")).First("X-Sylk-Hop");
        foreach (var (value, status) in new[] { (hop, 482), ("other;n=5", 482), ("other;n=4", 200) })
        {
            using var phone = server.Phone();
            phone.More = $"X-Sylk-Hop: {value}\r\n";
            Assert.Equal(status, (await phone.CallAsync()).Status);
        }
    }

    [Fact(DisplayName = "SIP-REF-1, -2: a named peer has somebody called and removed, and hears what becomes of it; others get 403")]
    public async Task Referred()
    {
        await using var server = await StartAsync("--Sip:TrustedPeers=127.0.0.0/8");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var peer = server.Phone();
        peer.More = "Refer-To: <tel:+31201234567>\r\n";
        Assert.Equal(202, (await peer.AskAsync("REFER")).Status);
        Assert.Contains("100 Trying", Body(await peer.HearAsync("NOTIFY")), StringComparison.Ordinal);
        var invite = await _callee.AnswerAsync();
        Assert.Contains("paula@phones.example", invite.First("Referred-By"), StringComparison.Ordinal);
        Assert.Contains("180", Body(await peer.HearAsync("NOTIFY")), StringComparison.Ordinal);
        var last = await peer.HearAsync("NOTIFY");
        Assert.Contains("200", Body(last), StringComparison.Ordinal);
        Assert.Equal("terminated;reason=noresource", last.First("Subscription-State"));
        await alice.NextAsync("ParticipantJoined");

        using var remover = server.Phone();
        remover.More = "Refer-To: <sip:+31201234567@127.0.0.1;method=BYE>\r\nRefer-Sub: false\r\n";
        Assert.Equal(200, (await remover.AskAsync("REFER")).Status);
        await _callee.HearAsync("BYE");
        using var greedy = server.Phone();
        greedy.More = "Refer-To: <tel:+19005551234>\r\n";
        Assert.Equal(403, (await greedy.AskAsync("REFER")).Status);

        await using var closed = await StartAsync();
        using var stranger = closed.Phone();
        stranger.More = "Refer-To: <tel:+31201234567>\r\n";
        Assert.Equal(403, (await stranger.AskAsync("REFER")).Status);
    }

    [Fact(DisplayName = "Where protected sound is not understood and not demanded it is plain the second time")]
    public async Task Plainly()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _callee.RefuseAsync(await _callee.HearAsync("INVITE"), 488);
        await _callee.AnswerAsync();
        await alice.NextAsync("ParticipantJoined");
        Assert.Equal([LegEncryption.Allow, LegEncryption.Off], server.Legs.Offers.Where(offer => offer.Remote is null).Select(offer => offer.Encryption));
    }

    [Theory(DisplayName = "Of protection and video what a phone refuses is left out and no more; an offer that had no video is not made twice")]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task WithCamera(bool hasCameras, int refusals)
    {
        await using var server = await StartAsync();
        server.Legs.HasCameras = hasCameras;
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567", media = new[] { "audio", "video" } });
        for (var i = 0; i < refusals; i++)
            await _callee.RefuseAsync(await _callee.HearAsync("INVITE"), 488);
        await _callee.AnswerAsync();
        await alice.NextAsync("ParticipantJoined");
        (LegEncryption, bool)[] offered = hasCameras
            ? [(LegEncryption.Allow, true), (LegEncryption.Allow, false), (LegEncryption.Off, true), (LegEncryption.Off, false)]
            : [(LegEncryption.Allow, true), (LegEncryption.Off, true)];
        Assert.Equal(offered, server.Legs.Offers.Where(offer => offer.Remote is null).Select(offer => (offer.Encryption, offer.OffersVideo)));
    }

    [Fact(DisplayName = "A room that ends takes its ringing phones with it")]
    public async Task RoomEnds()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _callee.SayAsync(await _callee.HearAsync("INVITE"), 180);
        await alice.NextAsync("CallChanged", body => Text(body, "state") == "ringing");
        await alice.OkAsync("EndRoom");
        Assert.Contains("conference ended", (await _callee.HearAsync("CANCEL")).First("Reason"), StringComparison.Ordinal);
        await PhoneServer.UntilAsync(() => server.Door.Calls == 0);
    }

    [Fact(DisplayName = "Whoever is called comes into a room that is locked and has a waiting room; others still do not")]
    public async Task Invited()
    {
        await using var server = await StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("UpdateRoom", new { locked = true, waitingRoom = true });
        await alice.OkAsync("Dial", new { address = "+31201234567" });
        await _callee.AnswerAsync();
        Assert.Equal("sip", Text(await alice.NextAsync("ParticipantJoined"), "kind"));
        using var phone = server.Phone();
        Assert.Equal(403, (await phone.CallAsync()).Status);
    }

    private Task<PhoneServer> StartAsync(params string[] more) => PhoneServer.StartAsync(
    [
        "--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+3120", "--Sip:Trunks:0:Name=main",
        $"--Sip:Trunks:0:Uri=sip:127.0.0.1:{_callee.Port}", "--Sip:Trunks:0:OptionsPingMs=0", .. more,
    ]);

    /// <summary>Timers are set a moment after what a test can see.</summary>
    private static async Task AdvanceUntilAsync(PhoneServer server, TimeSpan by)
    {
        await Task.Delay(100);
        server.Server.Time.Advance(by);
    }

    private static Task<JsonElement> ChangedAsync(HubClient client) => client.NextAsync("CallChanged");

    private static async Task<JsonElement> EndAsync(HubClient client) =>
        (await client.NextAsync("CallChanged", body => Text(body, "state") == "ended")).GetProperty("end");

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    private static string Body(Protocols.Sip.SipMessage message) => System.Text.Encoding.ASCII.GetString(message.Body.Span);
}
