using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>RFC 4976: the text of calls through a relay, from AUTH to the end of its time.</summary>
public sealed class MsrpRelayTests
{
    private const string Sound = "m=audio 4000 RTP/AVP 0\r\n";

    [Fact(DisplayName = "The answer has the relay before our own address; lines go both ways through it; AUTH is challenged and proves who we are")]
    public async Task Through()
    {
        await using var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        await using var bob = await JoinAsync(phone, relay);

        Assert.Equal(2, relay.Asked.Count);
        Assert.Equal($"msrp://127.0.0.1:{relay.Port};tcp", relay.Asked.First().First("To-Path"));
        await bob.HearAsync("Welcome to ");
        Assert.Equal(200, await bob.SendAsync(Cpim(server, "hello all"), "m1", more: "Success-Report: yes\r\n"));
        Assert.Equal("hello all", (await alice.NextAsync("ChatMessage")).GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("m1", (await bob.ReportAsync()).Head.First("Message-ID"));
        await alice.OkAsync("SendChat", new { clientId = "1", content = "hello Bob" });
        var heard = await bob.HearAsync("hello Bob");
        Assert.Equal((2, relay.Port), (heard.Head.From.Count, heard.Head.From[0].Port));

        using var other = server.Phone(from: "\"Carol\" <sip:carol@phones.example>");
        await using var carol = await JoinAsync(other, relay);
        await carol.HearAsync("hello Bob");
        Assert.Equal(2, relay.Guests.Count);
    }

    [Fact(DisplayName = "An address is renewed after four fifths of its time, challenged again, and stays")]
    public async Task IsRenewed()
    {
        await using var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        await using var bob = await JoinAsync(phone, relay);
        await bob.HearAsync("Welcome to ");
        server.Server.Time.Advance(TimeSpan.FromSeconds(79));
        Assert.Equal(2, relay.Asked.Count);
        server.Server.Time.Advance(TimeSpan.FromSeconds(1));
        await PhoneServer.UntilAsync(() => relay.Asked.Count == 4);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "still here" });
        await bob.HearAsync("still here");
    }

    [Fact(DisplayName = "A relay that takes one AUTH of a connection: each session has its own, and one that is not renewed stays while messages pass")]
    public async Task OneAuth()
    {
        await using var relay = new SmallRelay { TakesOneAuth = true };
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        await using var bob = await JoinAsync(phone, relay);
        using var other = server.Phone(from: "\"Carol\" <sip:carol@phones.example>");
        await using var carol = await JoinAsync(other, relay);
        await carol.HearAsync("Welcome to ");
        server.Server.Time.Advance(TimeSpan.FromSeconds(80));
        await PhoneServer.UntilAsync(() => relay.Asked.Count == 8); // each asked twice and was challenged, then twice again for nothing
        await alice.OkAsync("SendChat", new { clientId = "1", content = "still here" });
        await bob.HearAsync("still here");
        await carol.HearAsync("still here");
        Assert.Equal(200, await bob.SendAsync(Cpim(server, "me too"), "m1"));
        await carol.HearAsync("me too");
    }

    [Fact(DisplayName = "A relay that gives other addresses with every renewal: the far end is told by re-INVITE and goes on there")]
    public async Task FreshPaths()
    {
        await using var relay = new SmallRelay { GivesFreshPaths = true };
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        await using var bob = await JoinAsync(phone, relay);
        await bob.HearAsync("Welcome to ");
        var first = bob.Target;
        server.Server.Time.Advance(TimeSpan.FromSeconds(80));
        phone.Description = MsrpMember.Offer(bob.Path);
        var media = MsrpMember.MediaOf(await phone.HearAsync("INVITE"));
        Assert.Equal(200, (await phone.AskAsync("OPTIONS")).Status); // what it said has been read by now
        Assert.NotEqual(first, MsrpPath.Print(media.Path));
        Assert.Equal(2, media.Path.Count);
        bob.Target = MsrpPath.Print(media.Path);
        Assert.Equal(200, await bob.BindAsync());
        await alice.OkAsync("SendChat", new { clientId = "1", content = "still here" });
        Assert.Equal(media.Path[0], (await bob.HearAsync("still here")).Head.From[0]);
        Assert.Equal(200, await bob.SendAsync(Cpim(server, "me too"), "m1"));
        await alice.NextAsync("ChatMessage", body => body.GetProperty("message").GetProperty("content").GetString() == "me too");
    }

    [Fact(DisplayName = "Through a relay a file is fetched when its reader says so, and what the relay reports as lost ends the session")]
    public async Task Reports()
    {
        await using var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        var content = new byte[20_000];
        await MsrpFileTests.ShareAsync(server, alice, "holiday.png", content);
        foreach (var status in new[] { "000 200 OK", "000 408 Timeout" })
        {
            using var phone = server.Phone();
            var path = MsrpPeer.NewPath();
            var answer = await phone.CallAsync(MsrpFileTests.Wish(path, $"name:\"holiday.png\" size:{content.Length}", 1));
            await using var reader = await ConnectAsync(MsrpMember.MediaOf(answer), path, relay);
            var heard = await reader.HearAsync("");
            Assert.Equal((content.Length, "yes"), (heard.Body.Length, heard.Head.First("Success-Report")));
            Assert.True(await phone.HearsNothingAsync());
            await reader.ReportAsync(heard, "1-10000/20000", "000 200 OK");
            Assert.True(await phone.HearsNothingAsync());
            await reader.ReportAsync(heard, "1-20000/20000", status);
            var bye = await phone.HearAsync("BYE");
            Assert.Contains(status.Contains("200", StringComparison.Ordinal) ? "cause=16" : "cause=481", bye.First("Reason"), StringComparison.Ordinal);
        }

        using var talker = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        await using var bob = await JoinAsync(talker, relay);
        await bob.ReportAsync(await bob.HearAsync("Welcome to "), "1-1/1", "000 481 No Such Session");
        await talker.HearAsync("BYE");
    }

    [Fact(DisplayName = "Where they wait the relay connects for us")]
    public async Task ToThem()
    {
        await using var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync([.. relay.Settings, "--Sip:AllowedNetworks:0=127.0.0.0/8"]);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var waiting = new TcpListener(IPAddress.Loopback, 0);
        waiting.Start();
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        var path = $"msrp://127.0.0.1:{((IPEndPoint)waiting.LocalEndpoint).Port}/{Guid.NewGuid():N};tcp";
        Assert.Equal(200, (await phone.CallAsync(MsrpMember.Offer(path, more: "a=setup:passive\r\n"))).Status);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var client = await waiting.AcceptTcpClientAsync(patience.Token);
        await using var bob = await MsrpPeer.OverAsync(client.GetStream(), path: path);
        Assert.Equal(2, (await bob.HearAsync("Welcome to ")).Head.From.Count);
    }

    [Fact(DisplayName = "A wrong password gets no address, and the call no text: 503; with sound the call stays without it")]
    public async Task IsRefused()
    {
        await using var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync([.. relay.Settings[..^1], "--Msrp:RelayPassword=wrong"]);
        using var phone = server.Phone();
        Assert.Equal(503, (await phone.CallAsync(MsrpMember.Offer(MsrpPeer.NewPath()))).Status);
        Assert.Equal(2, relay.Asked.Count);
        using var talking = server.Phone();
        var answer = await talking.CallAsync(MsrpMember.Offer(MsrpPeer.NewPath(), sound: Sound));
        Assert.Equal((200, 0), (answer.Status, MsrpMember.MediaOf(answer).Port));
    }

    [Fact(DisplayName = "A relay that is lost takes its sessions with it, by port 0 where there is sound; the next offer gets a new address")]
    public async Task IsLost()
    {
        await using var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        var bob = await JoinAsync(phone, relay, Sound);
        await bob.HearAsync("Welcome to ");
        relay.Drop();
        Assert.Equal(0, MsrpMember.MediaOf(await phone.HearAsync("INVITE")).Port);
        await bob.DisposeAsync();
        await Task.Delay(200);

        var path = MsrpPeer.NewPath();
        var answer = await phone.AskAsync("INVITE", "application/sdp", MsrpMember.Offer(path, sound: Sound));
        await using var again = await ConnectAsync(MsrpMember.MediaOf(answer), path, relay);
        await again.HearAsync("Welcome to ");
        Assert.Single(server.Legs.Open);
    }

    [Fact(DisplayName = "A relay that is not there is 503")]
    public async Task IsAway()
    {
        var relay = new SmallRelay();
        await using var server = await PhoneServer.StartAsync(relay.Settings);
        await relay.DisposeAsync();
        using var phone = server.Phone();
        Assert.Equal(503, (await phone.CallAsync(MsrpMember.Offer(MsrpPeer.NewPath()))).Status);
    }

    private static string Cpim(PhoneServer server, string words) =>
        $"From: <sip:bob@phones.example>\r\nTo: <sip:standup@127.0.0.1:{server.Port}>\r\n\r\nContent-Type: text/plain\r\n\r\n{words}";

    private static async Task<MsrpPeer> JoinAsync(WirePhone phone, SmallRelay relay, string sound = "")
    {
        var path = MsrpPeer.NewPath();
        var answer = await phone.CallAsync(MsrpMember.Offer(path, sound: sound));
        Assert.Equal(200, answer.Status);
        return await ConnectAsync(MsrpMember.MediaOf(answer), path, relay);
    }

    private static async Task<MsrpPeer> ConnectAsync(MsrpMedia media, string path, SmallRelay relay)
    {
        Assert.Equal((relay.Port, 2, relay.Port), (media.Port, media.Path.Count, media.Path[0].Port));
        var peer = await MsrpPeer.ConnectAsync(media.Port, path: path);
        peer.Target = MsrpPath.Print(media.Path);
        Assert.Equal(200, await peer.BindAsync());
        return peer;
    }
}
