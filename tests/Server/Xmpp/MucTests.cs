using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Xmpp;

public sealed class MucTests : IAsyncLifetime
{
    private const string Romeo = "romeo@example.net/orchard";
    private const string Juliet = "juliet@example.net/balcony";

    private readonly FakeXmppServer _xmpp = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync([.. _xmpp.Settings, "--Rooms:Permanent=globe"]);
        await _xmpp.UntilUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _xmpp.DisposeAsync();
    }

    [Fact(DisplayName = "MUC-2 everybody else, oneself with 110 and the id of the join, the subject; 201 for who opens the room")]
    public async Task Order_of_a_join()
    {
        var first = await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var own = _xmpp.Since(first)[0];
        Assert.Equal(("rooms.example/Romeo".Length, "join"), (own["from"]!.Length - "verona@".Length, own["id"]));
        Assert.Equal([110, 201], Codes(own));

        var second = await _xmpp.JoinAsync(Juliet, "verona", "Juliet");
        var hers = _xmpp.Since(second).Where(stanza => stanza["to"] == Juliet).ToList();
        Assert.Equal(["verona@rooms.example/Romeo", "verona@rooms.example/Juliet", "verona@rooms.example"], hers.Select(stanza => stanza["from"]));
        Assert.Equal([110], Codes(hers[1]));
        Assert.Null(ItemOf(hers[0])["jid"]); // semi-anonymous
        var his = await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza["from"] == "verona@rooms.example/Juliet", second);
        Assert.Equal(Juliet, ItemOf(his)["jid"]); // to a moderator
    }

    [Fact(DisplayName = "MUC-9 two pages of one name have two nicks, the same for everybody, and a client cannot take either")]
    public async Task Nicks_of_pages()
    {
        await using var one = await HubClient.JoinAsync(_server, "verona", "Anna");
        await using var two = await HubClient.JoinAsync(_server, "verona", "Anna");
        var mark = await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var his = _xmpp.Since(mark).Where(stanza => stanza.Name == "presence").Select(stanza => stanza["from"]![(stanza["from"]!.IndexOf('/') + 1)..]);
        Assert.Equal(["Anna", "Anna (2)", "Romeo"], his);

        foreach (var taken in new[] { "Anna", "anna", "Anna (2)" })
        {
            mark = await _xmpp.JoinAsync(Juliet, "verona", taken);
            var error = await _xmpp.SawAsync(stanza => stanza["type"] == "error" && stanza["to"] == Juliet, mark);
            Assert.Equal("conflict", StanzaErrors.ConditionOf(error));
            Assert.NotNull(error.Child("x", XmppNames.Muc)); // clients need it to know the answer
        }
    }

    [Fact(DisplayName = "MUC-13 two devices of one person with one nick are one participant; the last that goes ends it")]
    public async Task Two_devices()
    {
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        await _xmpp.JoinAsync("romeo@example.net/garden", "verona", "Romeo");
        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        Assert.Equal(2, page.Joined.GetProperty("participants").GetArrayLength());

        var mark = _xmpp.Mark();
        await SayAsync(Romeo, "twice");
        await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza.Child("body")?.Text == "twice", mark);
        await _xmpp.SawAsync(stanza => stanza["to"] == "romeo@example.net/garden" && stanza.Child("body")?.Text == "twice", mark);
        await _xmpp.SayAsync($"<presence type='unavailable' from='{Romeo}' to='verona@rooms.example/Romeo'/>");
        await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza["type"] == "unavailable", mark);
        await _xmpp.SayAsync("<presence type='unavailable' from='romeo@example.net/garden' to='verona@rooms.example/Romeo'/>");
        await page.NextAsync("ParticipantLeft");
    }

    [Fact(DisplayName = "TX-03 a stanza in the name of our own domain, or to another, is not looked at")]
    public async Task Spoofed()
    {
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync("<iq type='get' id='spoof' from='verona@rooms.example/Romeo' to='rooms.example'><ping xmlns='urn:xmpp:ping'/></iq>");
        await _xmpp.SayAsync($"<iq type='get' id='astray' from='{Romeo}' to='elsewhere.example'><ping xmlns='urn:xmpp:ping'/></iq>");
        await _xmpp.SayAsync($"<iq type='get' id='right' from='{Romeo}' to='rooms.example'><ping xmlns='urn:xmpp:ping'/></iq>");
        await _xmpp.SawAsync(stanza => stanza["id"] == "right", mark);
        Assert.Equal(["right"], _xmpp.Since(mark).Select(stanza => stanza["id"]));
    }

    [Fact(DisplayName = "XMPP-S-7 every question has an answer; answers and errors have none")]
    public async Task Questions()
    {
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<iq type='get' id='a' from='{Romeo}' to='rooms.example'><query xmlns='urn:unknown'/></iq>");
        await _xmpp.SayAsync($"<iq type='set' id='b' from='{Romeo}' to='verona@rooms.example'><query xmlns='urn:unknown'/></iq>");
        await _xmpp.SayAsync($"<iq type='error' id='c' from='{Romeo}' to='verona@rooms.example'/><message type='error' id='d' from='{Romeo}' to='rooms.example'/>");
        await _xmpp.SayAsync($"<message type='groupchat' id='e' from='{Romeo}' to='verona@rooms.example'><body>outside</body></message>");
        await _xmpp.SayAsync($"<iq type='get' id='f' from='{Romeo}' to='a b@rooms.example'><query xmlns='urn:unknown'/></iq>");
        await _xmpp.SayAsync($"<iq type='get' id='g' from='{Romeo}' to='conference@rooms.example'><query xmlns='{XmppNames.DiscoInfo}'/></iq>");
        await _xmpp.SawAsync(stanza => stanza["id"] == "g", mark);
        await _xmpp.SawAsync(stanza => stanza["id"] == "e", mark);
        Assert.Equal(
            ["a service-unavailable", "b service-unavailable", "e not-acceptable", "g item-not-found"],
            _xmpp.Since(mark).Select(stanza => $"{stanza["id"]} {StanzaErrors.ConditionOf(stanza)}").Order());
    }

    [Fact(DisplayName = "MUC-12 who bounces is gone with 333; 15 minutes of silence are asked about, and no answer in time is an answer")]
    public async Task Ghosts()
    {
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        await _xmpp.JoinAsync(Juliet, "verona", "Juliet");
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<message type='error' from='{Juliet}' to='verona@rooms.example/Juliet' id='x'><error type='wait'><resource-constraint xmlns='{XmppNames.StanzaErrors}'/></error></message>");
        await _xmpp.SayAsync($"<message type='error' from='{Juliet}' to='verona@rooms.example/Juliet' id='x'><error type='cancel'><recipient-unavailable xmlns='{XmppNames.StanzaErrors}'/></error></message>");
        Assert.Contains(333, Codes(await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza["type"] == "unavailable", mark)));

        mark = _xmpp.Mark();
        _server.Time.Advance(TimeSpan.FromMinutes(15));
        _server.Time.Advance(TimeSpan.FromSeconds(3));
        await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza.Child("ping", XmppNames.Ping) is not null, mark);
        await AdvanceUntilAsync(() => _server.Room("verona").Snapshot().ContinueWith(read => read.Result is null, TaskScheduler.Default));
    }

    [Fact(DisplayName = "MUC-11 an invitation goes on as a mediated and a direct one with the page's address; a decline comes back; a wish to speak raises the hand")]
    public async Task Invitations()
    {
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<message from='{Romeo}' to='verona@rooms.example'><x xmlns='{XmppNames.MucUser}'><invite to='nurse@example.net'><reason>come</reason></invite></x></message>");
        var invitation = await _xmpp.SawAsync(stanza => stanza["to"] == "nurse@example.net", mark);
        Assert.Equal("romeo@example.net", invitation.Child("x", XmppNames.MucUser)!.Child("invite")!["from"]);
        Assert.Equal("verona@rooms.example", invitation.Child("x", XmppNames.DirectInvitation)!["jid"]);
        Assert.Contains("https://meet.example/r/verona", invitation.Child("body")!.Text, StringComparison.Ordinal);

        await _xmpp.SayAsync($"<message from='nurse@example.net/x' to='verona@rooms.example'><x xmlns='{XmppNames.MucUser}'><decline to='romeo@example.net'><reason>no</reason></decline></x></message>");
        Assert.Equal("nurse@example.net", (await _xmpp.SawAsync("<decline", mark)).Child("x", XmppNames.MucUser)!.Child("decline")!["from"]);

        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        await _xmpp.SayAsync($"<message from='{Romeo}' to='verona@rooms.example'><x xmlns='{XmppNames.Forms}' type='submit'>"
            + $"<field var='FORM_TYPE'><value>{XmppNames.MucRequest}</value></field></x></message>");
        await page.NextAsync("ParticipantUpdated", body => body.GetRawText().Contains("handRaisedAt\":\"", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "MUC-8 a moderator's form: title and password change, the rest is taken without effect; a member may not")]
    public async Task Settings_form()
    {
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        await _xmpp.JoinAsync(Juliet, "verona", "Juliet");
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<iq type='get' id='no' from='{Juliet}' to='verona@rooms.example'><query xmlns='{XmppNames.MucOwner}'/></iq>");
        Assert.Equal("forbidden", StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["id"] == "no", mark)));
        await _xmpp.SayAsync($"<iq type='set' id='yes' from='{Romeo}' to='verona@rooms.example'><query xmlns='{XmppNames.MucOwner}'><x xmlns='{XmppNames.Forms}' type='submit'>"
            + "<field var='muc#roomconfig_roomname'><value>Fair Verona</value></field><field var='muc#roomconfig_passwordprotectedroom'><value>1</value></field>"
            + "<field var='muc#roomconfig_roomsecret'><value>sesame</value></field><field var='muc#roomconfig_maxusers'><value>3</value></field></x></query></iq>");
        Assert.Equal("result", (await _xmpp.SawAsync(stanza => stanza["id"] == "yes", mark))["type"]);
        await _xmpp.SawAsync(stanza => stanza["to"] == Juliet && stanza.Child("subject")?.Text == "Fair Verona", mark);
        await _xmpp.SawAsync(stanza => stanza["to"] == Juliet && Codes(stanza) is [104], mark);
        mark = await _xmpp.JoinAsync("tybalt@example.net/x", "verona", "Tybalt");
        Assert.Equal("not-authorized", StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["to"] == "tybalt@example.net/x", mark)));
        mark = await _xmpp.JoinAsync("tybalt@example.net/x", "verona", "Tybalt", "<password>sesame</password>");
        Assert.DoesNotContain(_xmpp.Since(mark), stanza => stanza["type"] == "error");
    }

    [Theory(DisplayName = "11.3 MUC-8 a room says whether it stays when nobody is inside, to whoever asks and in its form")]
    [InlineData("globe", "muc_persistent", "1")]
    [InlineData("verona", "muc_temporary", "0")]
    public async Task Persistence(string room, string feature, string value)
    {
        var mark = await _xmpp.JoinAsync(Romeo, room, "Romeo");
        var id = (await _server.Room(room).Snapshot())!.Participants.Single().Id;
        await _server.Room(room).Do(new SetRole(Moderation.Api, id, ParticipantRole.Moderator));
        await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza.ToString().Contains("role='moderator'", StringComparison.Ordinal), mark);
        await _xmpp.SayAsync($"<iq type='get' id='info' from='{Juliet}' to='{room}@rooms.example'><query xmlns='{XmppNames.DiscoInfo}'/></iq>");
        var features = (await _xmpp.SawAsync(stanza => stanza["id"] == "info", mark)).Child("query", XmppNames.DiscoInfo)!.Elements.Select(one => one["var"]).ToList();
        Assert.Equal([feature], features.Where(one => one is "muc_persistent" or "muc_temporary"));
        await _xmpp.SayAsync($"<iq type='get' id='form' from='{Romeo}' to='{room}@rooms.example'><query xmlns='{XmppNames.MucOwner}'/></iq>");
        var form = (await _xmpp.SawAsync(stanza => stanza["id"] == "form", mark)).Child("query", XmppNames.MucOwner)!.Child("x", XmppNames.Forms)!;
        Assert.Equal(value, form.Elements.Single(field => field["var"] == "muc#roomconfig_persistentroom").Child("value")!.Text);
    }

    [Fact(DisplayName = "a room with a waiting room, a room that ends: both in words of XMPP")]
    public async Task Waiting_and_ending()
    {
        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        await page.OkAsync("UpdateRoom", new { waitingRoom = true });
        var mark = await _xmpp.JoinAsync(Juliet, "verona", "Juliet");
        var refused = await _xmpp.SawAsync(stanza => stanza["to"] == Juliet, mark);
        Assert.Equal("registration-required", StanzaErrors.ConditionOf(refused));
        Assert.Contains("https://meet.example/r/verona", refused.ToString(), StringComparison.Ordinal);

        await page.OkAsync("EndRoom", new { });
        Assert.NotNull((await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza["type"] == "unavailable", mark)).Child("x", XmppNames.MucUser)!.Child("destroy"));
    }

    [Fact(DisplayName = "MUC-14 L17 forty lines at once: thirty are said, the rest refused, each told")]
    public async Task Rate()
    {
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var mark = _xmpp.Mark();
        for (var i = 0; i < 40; i++)
            await _xmpp.SayAsync($"<message type='groupchat' from='{Romeo}' to='verona@rooms.example' id='l{i}'><body>{i}</body></message>");
        for (var i = 0; i < 40; i++)
            await _xmpp.SawAsync(stanza => stanza["id"] == $"l{i}", mark);
        var answers = _xmpp.Since(mark).Where(stanza => stanza["id"]?.StartsWith('l') == true).ToList();
        Assert.Equal(30, answers.Count(stanza => stanza["type"] == "groupchat"));
        Assert.Equal(10, answers.Count(stanza => StanzaErrors.ConditionOf(stanza) == "resource-constraint"));
    }

    [Fact(DisplayName = "12.3 encrypted from end to end is refused, HTML is ignored, control characters go")]
    public async Task Contents()
    {
        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var mark = _xmpp.Mark();
        await SayAsync(Romeo, "?OTR:AAMC", "otr");
        Assert.Equal("not-acceptable", StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["id"] == "otr", mark)));
        await _xmpp.SayAsync($"<message type='groupchat' from='{Romeo}' to='verona@rooms.example' id='html'><body>plain&#13;\nwords&#x85;</body>"
            + $"<html xmlns='{XmppNames.Html}'><body xmlns='http://www.w3.org/1999/xhtml'><script>x</script></body></html></message>");
        Assert.Equal("plain\nwords", (await page.NextAsync("ChatMessage")).GetProperty("message").GetProperty("content").GetString()!.TrimEnd());
        Assert.DoesNotContain("script", (await _xmpp.SawAsync(stanza => stanza["id"] == "html", mark)).ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "F-10 the server is away: what is said waits and comes in order, everybody is asked whether they are there")]
    public async Task Away()
    {
        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        _xmpp.Cut();
        await UntilAsync(async () =>
        {
            using var health = await _server.Http.GetAsync("/health/ready");
            return (await health.Content.ReadAsStringAsync()).Contains("connection-lost", StringComparison.Ordinal);
        });
        var mark = _xmpp.Mark();
        for (var i = 0; i < 5; i++)
            await page.OkAsync("SendChat", new { clientId = $"c{i}", content = $"away {i}" });
        _server.Time.Advance(TimeSpan.FromSeconds(2));
        await _xmpp.UntilUpAsync(links: 2);
        await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza.Child("body")?.Text == "away 4", mark);
        await _xmpp.SawAsync(stanza => stanza["to"] == Romeo && stanza.Child("ping", XmppNames.Ping) is not null, mark);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(i => $"away {i}"),
            _xmpp.Since(mark).Where(stanza => stanza.Child("body") is not null).Select(stanza => stanza.Child("body")!.Text));
    }

    [Fact(DisplayName = "TX-04 a wrong secret is said to operators, and tried again later and later; others are served")]
    public async Task Wrong_secret()
    {
        _xmpp.Refusal = "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>";
        _xmpp.Cut();
        for (var links = 2; links < 6; links++)
        {
            await AdvanceUntilAsync(() => Task.FromResult(_xmpp.Links >= links));
            await UntilAsync(async () => (await _server.Http.GetStringAsync("/health/ready")).Contains("not-authorized", StringComparison.Ordinal));
        }
        Assert.Contains("\"degraded\"", await _server.Http.GetStringAsync("/health/ready"), StringComparison.Ordinal);
        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        Assert.NotEmpty(page.Id);
    }

    [Fact(DisplayName = "X1 a page that leaves, is renamed, raises away: presences say so")]
    public async Task Pages_change()
    {
        await using var page = await HubClient.JoinAsync(_server, "verona", "Alice");
        await _xmpp.JoinAsync(Romeo, "verona", "Romeo");
        var mark = _xmpp.Mark();
        await page.OkAsync("UpdateSelf", new { displayName = "Alicia" });
        var renamed = await _xmpp.SawAsync(stanza => stanza["type"] == "unavailable", mark);
        Assert.Equal(("Alicia", 303), (ItemOf(renamed)["nick"], Codes(renamed)[0]));
        Assert.Equal("in call", (await _xmpp.SawAsync(stanza => stanza["from"] == "verona@rooms.example/Alicia", mark)).Child("status")!.Text);
        await page.OkAsync("UpdateSelf", new { away = true });
        await _xmpp.SawAsync(stanza => stanza["from"] == "verona@rooms.example/Alicia" && stanza.Child("show")?.Text == "away", mark);
        await page.OkAsync("Leave", new { });
        await _xmpp.SawAsync(stanza => stanza["from"] == "verona@rooms.example/Alicia" && stanza["type"] == "unavailable", mark);
    }

    private static List<int> Codes(XmppElement stanza) =>
        [.. stanza.Child("x", XmppNames.MucUser)?.Elements.Where(child => child.Name == "status").Select(child => int.Parse(child["code"]!, System.Globalization.CultureInfo.InvariantCulture)) ?? []];

    private static XmppElement ItemOf(XmppElement stanza) => stanza.Child("x", XmppNames.MucUser)!.Child("item")!;

    private Task SayAsync(string from, string text, string id = "1") =>
        _xmpp.SayAsync($"<message type='groupchat' from='{from}' to='verona@rooms.example' id='{id}'><body>{text}</body></message>");

    private static async Task UntilAsync(Func<Task<bool>> passes)
    {
        for (var until = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < until; await Task.Delay(50))
        {
            if (await passes())
                return;
        }
        Assert.Fail("never came");
    }

    private Task AdvanceUntilAsync(Func<Task<bool>> passes) => UntilAsync(() =>
    {
        _server.Time.Advance(TimeSpan.FromSeconds(2));
        return passes();
    });
}
