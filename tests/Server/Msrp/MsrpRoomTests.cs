using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>IT-15: chat rooms over MSRP, from INVITE to BYE, on real sockets and through real rooms (RFC 4975, RFC 7701).</summary>
public sealed class MsrpRoomTests
{
    private const string Typing = "<?xml version=\"1.0\"?><isComposing xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"><state>active</state><refresh>60</refresh></isComposing>";

    [Fact(DisplayName = "A caller with text alone is in the roster as msrp, is greeted, and leaves with BYE")]
    public async Task ComesAndGoes()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);

        var joined = await alice.NextAsync("ParticipantJoined");
        Assert.Equal(("Bob", "msrp"), (joined.GetProperty("displayName").GetString(), joined.GetProperty("kind").GetString()));
        Assert.Equal((true, true, "passive"), (bob.Media.HasNicknames, bob.Media.HasPrivateMessages, bob.Media.Setup?.ToString().ToLowerInvariant()));
        Assert.Empty(server.Legs.Open);

        Assert.Equal(200, (await bob.Phone.AskAsync("BYE")).Status);
        await alice.NextAsync("ParticipantLeft");
    }

    [Fact(DisplayName = "Lines go both ways between MSRP and the page; nobody hears their own")]
    public async Task Chat()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");

        Assert.Equal(200, await bob.SayAsync("hello\r\nall"));
        var line = await alice.NextAsync("ChatMessage");
        Assert.Contains("hello\\nall", line.GetRawText(), StringComparison.Ordinal);
        var heard = await carol.Peer.HearAsync("hello");
        Assert.Equal("message/cpim", heard.ContentType);
        Assert.Contains("From: \"Bob\" <sip:", heard.Text, StringComparison.Ordinal);
        Assert.Contains($"To: <{carol.RoomUri}>", heard.Text, StringComparison.Ordinal);

        await alice.OkAsync("SendChat", new { clientId = "1", content = "hi Bob" });
        Assert.Equal("hi Bob", (await bob.Peer.HearAsync("hi Bob")).Words);
        Assert.DoesNotContain(bob.Peer.Heard(), message => message.Text.Contains("hello", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "MSRP-C-6: who comes later gets what was said, each with its author and time, before anything new")]
    public async Task History()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        foreach (var number in new[] { 1, 2, 3 })
            await alice.OkAsync("SendChat", new { clientId = $"c{number}", content = $"line {number}" });
        await using var bob = await MsrpMember.JoinAsync(server);

        foreach (var number in new[] { 1, 2, 3 })
        {
            var heard = await bob.Peer.HearAsync("line ");
            Assert.Equal($"line {number}", heard.Words);
            Assert.Contains("From: \"Alice\" <", heard.Text, StringComparison.Ordinal);
        }
    }

    [Fact(DisplayName = "MSRP-C-2, C-3: a private line reaches one; nobody by that name is 404, a client that cannot is 428")]
    public async Task Private()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var carol = await MsrpMember.JoinAsync(server, "carol");
        await using var dave = await MsrpMember.JoinAsync(server, "dave", more: "a=setup:active\r\n");
        await bob.Peer.HearAsync("Dave has joined");

        Assert.Equal(200, await bob.SayAsync("psst", carol.Uri));
        Assert.Contains($"To: <{carol.Uri}>", (await carol.Peer.HearAsync("psst")).Text, StringComparison.Ordinal);
        Assert.Equal(404, await bob.SayAsync("psst", "sip:nobody@phones.example"));
        Assert.Equal(428, await bob.SayAsync("psst", dave.Uri));

        await alice.OkAsync("SendChat", new { clientId = "p", content = "for Bob", to = await IdOfAsync(alice, "Bob") });
        Assert.Contains($"To: <{bob.Uri}>", (await bob.Peer.HearAsync("for Bob")).Text, StringComparison.Ordinal);
        await alice.OkAsync("SendChat", new { clientId = "q", content = "for all" });
        await dave.Peer.HearAsync("for all");
        Assert.DoesNotContain(dave.Peer.Heard().Concat(carol.Peer.Heard()), message => message.Text.Contains("for Bob", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "TM-05: a From that is somebody else is 403, so is more than one To; other types are 415, nonsense 400")]
    public async Task Refusals()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await MsrpMember.JoinAsync(server);

        Assert.Equal(403, await bob.Peer.SendAsync(bob.Cpim("x", from: "sip:ceo@company.example"), "m1"));
        Assert.Equal(403, await bob.Peer.SendAsync(bob.Cpim("x", more: "To: <sip:carol@phones.example>\r\n"), "m2"));
        Assert.Equal(415, await bob.Peer.SendAsync(bob.Cpim("x", type: "application/pdf"), "m3"));
        Assert.Equal(415, await bob.Peer.SendAsync("plain", "m4", type: "text/plain"));
        Assert.Equal(400, await bob.Peer.SendAsync("no cpim", "m5"));
        Assert.Equal(415, await bob.SayAsync("?OTRv3?"));
        Assert.Equal(501, await bob.Peer.AskAsync("AUTH", ""));
        Assert.Equal(200, await bob.SayAsync("still here"));
    }

    [Fact(DisplayName = "MSRP-C-5: a nickname is shown to all, a taken one is 425, an empty one gives the old name back")]
    public async Task Nicknames()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);

        Assert.Equal(425, await bob.Peer.NicknameAsync("alice"));
        Assert.Equal(200, await bob.Peer.NicknameAsync("Bobby"));
        await alice.NextAsync("ParticipantUpdated", body => body.GetProperty("displayName").GetString() == "Bobby");
        Assert.Equal(200, await bob.Peer.NicknameAsync(""));
        await alice.NextAsync("ParticipantUpdated", body => body.GetProperty("displayName").GetString() == "Bob");
    }

    [Fact(DisplayName = "RFC 3994: signs of writing go both ways and are never kept")]
    public async Task Composing()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);

        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim(Typing, type: "application/im-iscomposing+xml"), "t1"));
        await alice.NextAsync("Typing");
        await alice.OkAsync("SetTyping", new { state = "active" });
        var heard = await bob.Peer.HearAsync("isComposing");
        Assert.Contains(">active<", heard.Text, StringComparison.Ordinal);
        await using var late = await MsrpMember.JoinAsync(server, "carol");
        await alice.OkAsync("SendChat", new { clientId = "1", content = "done" });
        await late.Peer.HearAsync("done");
        Assert.DoesNotContain(late.Peer.Heard(), message => message.Text.Contains("isComposing", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "A message in chunks is one line; a given up one is none; too much is 413")]
    public async Task Chunks()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        var whole = Encoding.UTF8.GetBytes(bob.Cpim(new string('y', 30_000)));

        Assert.Equal(200, await bob.Peer.SendAsync("half of", "gone", $"1-*/{whole.Length}", '+'));
        Assert.Equal(200, await bob.Peer.SendAsync(whole[..10_000], "m", $"1-*/{whole.Length}", '+'));
        Assert.Equal(200, await bob.Peer.SendAsync(whole[10_000..], "m", $"10001-{whole.Length}/{whole.Length}"));
        Assert.Equal(200, await bob.Peer.SendAsync("", "gone", $"8-*/{whole.Length}", '#'));
        Assert.Equal(413, await bob.Peer.SendAsync("x", "big", "1-*/270000", '+'));

        var line = await alice.NextAsync("ChatMessage");
        Assert.Contains($"\"{new string('y', 30_000)}\"", line.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A long line comes in chunks, behind what was said before it and before what was said after")]
    public async Task LongLines()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "line first" });
        await alice.OkAsync("SendChat", new { clientId = "2", content = "line " + new string('z', 50_000) });
        await alice.OkAsync("SendChat", new { clientId = "3", content = "line last" });
        Assert.Equal("line first", (await bob.Peer.HearAsync("line ")).Words);
        Assert.Equal(50_005, (await bob.Peer.HearAsync("line ")).Words.Length);
        Assert.Equal("line last", (await bob.Peer.HearAsync("line ")).Words);
    }

    [Fact(DisplayName = "MSRP-R-2: who asks for a success report gets one, once the room has the line")]
    public async Task Reports()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await MsrpMember.JoinAsync(server);
        Assert.Equal(200, await bob.Peer.SendAsync(bob.Cpim("x"), "m7", more: "Success-Report: yes\r\n"));
        var report = await bob.Peer.ReportAsync();
        Assert.Equal(("m7", "000 200 OK"), (report.Head.First("Message-ID"), report.Head.First("Status")));
    }

    [Fact(DisplayName = "TM-01: a session nobody expects is 481 and the end of the connection")]
    public async Task WrongSession()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await MsrpMember.JoinAsync(server);
        await using var stranger = await MsrpPeer.ConnectAsync(bob.Media.Port);
        stranger.Target = $"msrp://127.0.0.1:{bob.Media.Port}/guess;tcp";
        Assert.Equal(481, await stranger.BindAsync());
        await stranger.Closed.WaitAsync(TimeSpan.FromSeconds(10));

        await using var thief = await MsrpPeer.ConnectAsync(bob.Media.Port);
        thief.Target = bob.Peer.Target;
        Assert.Equal(506, await thief.BindAsync());
    }

    [Fact(DisplayName = "The same over TLS, with the certificate's fingerprint in the answer")]
    public async Task Tls()
    {
        await using var server = await PhoneServer.StartAsync("--Tls:Mode=selfSigned");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server, secure: true);
        Assert.True(bob.Media.IsSecure && Assert.Single(bob.Media.Fingerprints).IsStrong);
        Assert.Equal(200, await bob.SayAsync("secretly"));
        Assert.Contains("secretly", (await alice.NextAsync("ChatMessage")).GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "FOC-14: text beside the sound; the text may end and the call goes on")]
    public async Task WithSound()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server, sound: "m=audio 4000 RTP/AVP 0\r\n");
        Assert.Equal("sip", (await alice.NextAsync("ParticipantJoined")).GetProperty("kind").GetString());
        Assert.Single(server.Legs.Open);
        Assert.Equal(200, await bob.SayAsync("and I write"));
        Assert.Contains("and I write", (await alice.NextAsync("ChatMessage")).GetRawText(), StringComparison.Ordinal);

        var ended = MsrpMember.Offer(bob.Peer.Path, sound: "m=audio 4000 RTP/AVP 0\r\n").Replace("m=message 9 ", "m=message 0 ", StringComparison.Ordinal);
        var answer = await bob.Phone.AskAsync("INVITE", "application/sdp", ended);
        Assert.Equal((200, 0), (answer.Status, MsrpMember.MediaOf(answer).Port));
        Assert.Equal(200, (await bob.Phone.AskAsync("OPTIONS")).Status);
        Assert.Single(server.Legs.Open);
    }

    [Fact(DisplayName = "MSRP-S-6: while they hold us nothing is said; then it comes")]
    public async Task Held()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        var held = MsrpMember.Offer(bob.Peer.Path, more: "a=setup:active\r\na=sendonly\r\n");
        Assert.Equal(200, (await bob.Phone.AskAsync("INVITE", "application/sdp", held)).Status);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "meanwhile" });
        await Task.Delay(200);
        server.Server.Time.Advance(TimeSpan.FromMinutes(4));
        await alice.OkAsync("SendChat", new { clientId = "2", content = "and later" });
        await Task.Delay(200);
        Assert.DoesNotContain(bob.Peer.Heard(), message => message.Text.Contains("meanwhile", StringComparison.Ordinal));
        Assert.Equal(200, (await bob.Phone.AskAsync("INVITE", "application/sdp", MsrpMember.Offer(bob.Peer.Path))).Status);
        await bob.Peer.HearAsync("meanwhile");
        await bob.Peer.HearAsync("and later");
    }

    [Fact(DisplayName = "What cannot be carried is 488: no CPIM, no TLS where there is no certificate")]
    public async Task Unusable()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        Assert.Equal(488, (await phone.CallAsync(MsrpMember.Offer(MsrpPeer.NewPath()).Replace("message/cpim ", "", StringComparison.Ordinal))).Status);
        using var other = server.Phone();
        Assert.Equal(488, (await other.CallAsync(MsrpMember.Offer(MsrpPeer.NewPath(secure: true), secure: true))).Status);
    }

    [Fact(DisplayName = "A room that refuses refuses text with the code of the table")]
    public async Task Locked()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("UpdateRoom", new { locked = true });
        using var phone = server.Phone();
        Assert.Equal(403, (await phone.CallAsync(MsrpMember.Offer(MsrpPeer.NewPath()))).Status);
    }

    [Fact(DisplayName = "A connection that is lost may come back; nothing is said twice and what was said meanwhile comes")]
    public async Task Reconnects()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "line one" });
        await bob.Peer.HearAsync("line one");
        await bob.Peer.DisposeAsync();
        await Task.Delay(200);
        await alice.OkAsync("SendChat", new { clientId = "2", content = "line two" });

        await using var again = await MsrpPeer.ConnectAsync(bob.Media.Port, path: bob.Peer.Path);
        again.Target = bob.Peer.Target;
        Assert.Equal(200, await again.BindAsync());
        Assert.Equal("line two", (await again.HearAsync("line ")).Words);
    }

    [Fact(DisplayName = "R-20: 500 connections that say nothing, half a head or half a greeting are closed after ten seconds, and others are served meanwhile")]
    public async Task IdleConnections()
    {
        await using var server = await PhoneServer.StartAsync("--Tls:Mode=selfSigned");
        await using var bob = await MsrpMember.JoinAsync(server);
        var secure = MsrpMember.PortOf(server, secure: true);
        var idle = new List<MsrpPeer>();
        for (var i = 0; i < 500; i++)
            idle.Add(await MsrpPeer.ConnectAsync(i % 5 == 0 ? secure : bob.Media.Port, from: $"127.0.0.{2 + (i / 50)}"));
        foreach (var slow in idle.Where((_, i) => i % 5 == 1))
            await slow.WriteAsync("MSRP abcd SEND\r\n"u8.ToArray());
        foreach (var slow in idle.Where((_, i) => i % 10 == 0))
            await slow.WriteAsync([22, 3, 1]);
        Assert.Equal(200, await bob.SayAsync("quick"));
        await PhoneServer.UntilAsync(() => server.Server.Services.GetRequiredService<MsrpDoor>().Connections == 501);

        await Task.Delay(300);
        server.Server.Time.Advance(TimeSpan.FromSeconds(11));
        await Task.WhenAll(idle.Select(one => one.Closed)).WaitAsync(TimeSpan.FromSeconds(15));
        Assert.Equal(200, await bob.SayAsync("still quick"));
        foreach (var one in idle)
            await one.DisposeAsync();
    }

    private static async Task<string> IdOfAsync(HubClient client, string name) =>
        (await client.NextAsync("ParticipantJoined", body => body.GetProperty("displayName").GetString() == name)).GetProperty("id").GetString()!;
}
