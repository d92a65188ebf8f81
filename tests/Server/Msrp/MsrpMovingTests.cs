using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Server.Tests.Sip;

namespace Sylk.Conference.Server.Tests.Msrp;

/// <summary>MSRP-S-6, MSRP-S-7: text that ends, comes back, moves or loses its connection while the call goes on.</summary>
public sealed class MsrpMovingTests
{
    private const string Sound = "m=audio 4000 RTP/AVP 0\r\n";

    private readonly string _path = MsrpPeer.NewPath();

    [Fact(DisplayName = "Port 0 ends the text, and lines come by MESSAGE again; a later offer brings it back; who is there stays, and their sound")]
    public async Task EndsAndComesBack()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        phone.More = "Allow: INVITE, ACK, BYE, MESSAGE\r\n";
        var (media, peer) = await OpenAsync(await phone.CallAsync(MsrpMember.Offer(_path, sound: Sound)));
        await alice.NextAsync("ParticipantJoined");
        Assert.Equal(0, MsrpMember.MediaOf(await OfferAsync(phone, Ended(_path))).Port);
        await peer.DisposeAsync();
        await alice.OkAsync("SendChat", new { clientId = "1", content = "by pager" });
        Assert.Contains("by pager", Encoding.UTF8.GetString((await phone.HearAsync("MESSAGE")).Body.Span), StringComparison.Ordinal);

        var path = MsrpPeer.NewPath();
        var again = MsrpMember.MediaOf(await OfferAsync(phone, MsrpMember.Offer(path, sound: Sound)));
        Assert.NotEqual(media.Path[0].Session, again.Path[0].Session);
        await using var back = await ConnectAsync(again, path);
        await back.HearAsync("Welcome to ");
        await alice.OkAsync("SendChat", new { clientId = "2", content = "by session" });
        await back.HearAsync("by session");
        Assert.True(await phone.HearsNothingAsync());
        Assert.Single(server.Legs.Open);
        Assert.DoesNotContain(Others(alice), name => name is "ParticipantJoined" or "ParticipantLeft");
    }

    [Fact(DisplayName = "A call that had sound only gets text by a later offer")]
    public async Task IsAdded()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        Assert.Equal(200, (await phone.CallAsync("v=0\r\ns=-\r\n" + Sound)).Status);
        await alice.NextAsync("ParticipantJoined");
        await using var peer = (await OpenAsync(await OfferAsync(phone, MsrpMember.Offer(_path, sound: Sound)))).Peer;
        await peer.HearAsync("Welcome to ");
        Assert.Single(server.Legs.Open);
    }

    [Fact(DisplayName = "Another path is another session: the old connection is of no use, what was taken is not said again, what was not is")]
    public async Task Moves()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server, sound: Sound);
        await alice.OkAsync("SendChat", new { clientId = "1", content = "line one" });
        await bob.Peer.HearAsync("line one");
        bob.Peer.IsSilent = true;
        await alice.OkAsync("SendChat", new { clientId = "2", content = "line two" });
        var lost = await bob.Peer.HearAsync("line two");

        var path = MsrpPeer.NewPath();
        var media = MsrpMember.MediaOf(await OfferAsync(bob.Phone, MsrpMember.Offer(path, sound: Sound)));
        Assert.NotEqual(bob.Media.Path[0].Session, media.Path[0].Session);
        Assert.Equal(481, await bob.SayAsync("from the old one"));
        await using var peer = await ConnectAsync(media, path);
        var again = await peer.HearAsync("line ");
        Assert.Equal(("line two", lost.Head.First("Message-ID")), (again.Words, again.Head.First("Message-ID")));
        Assert.Equal(200, await peer.SendAsync(bob.Cpim("moved"), "m"));
        await alice.NextAsync("ChatMessage", body => body.GetProperty("message").GetProperty("content").GetString() == "moved");
        Assert.Single(server.Legs.Open);
        Assert.DoesNotContain(Others(alice), name => name == "ParticipantLeft");
    }

    [Fact(DisplayName = "An offer of ours keeps the text where it is; an answer without it ends it")]
    public async Task OurOffers()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server, sound: Sound);
        var offered = MsrpMember.MediaOf(await bob.Phone.AskAsync("INVITE", acknowledge: Ended(bob.Peer.Path)));
        Assert.Equal((bob.Media.Port, bob.Media.Path[0].Session), (offered.Port, offered.Path[0].Session));
        await PhoneServer.UntilAsync(() => server.Server.Services.GetRequiredService<MsrpDoor>().Legs == 0);
        Assert.Single(server.Legs.Open);
    }

    [Fact(DisplayName = "MSRP-S-7: who connects and does not come back loses the text by a re-INVITE with port 0, and nothing else")]
    public async Task StaysAway()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server, sound: Sound);
        await bob.Peer.DisposeAsync();
        await Task.Delay(300);
        server.Server.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, MsrpMember.MediaOf(await bob.Phone.HearAsync("INVITE")).Port);
        Assert.Equal(200, (await bob.Phone.AskAsync("OPTIONS")).Status);
        Assert.Single(server.Legs.Open);
        Assert.DoesNotContain(Others(alice), name => name == "ParticipantLeft");
    }

    [Fact(DisplayName = "RFC 4975 5.4: where we connect we connect again; what was taken is said once, what was not is said again, in order")]
    public async Task WeReconnect()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:AllowedNetworks:0=127.0.0.0/8");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var waiting = new TcpListener(IPAddress.Loopback, 0);
        waiting.Start();
        using var phone = server.Phone(from: "\"Bob\" <sip:bob@phones.example>");
        var path = $"msrp://127.0.0.1:{((IPEndPoint)waiting.LocalEndpoint).Port}/{Guid.NewGuid():N};tcp";
        Assert.Equal(200, (await phone.CallAsync(MsrpMember.Offer(path, more: "a=setup:passive\r\n", sound: Sound))).Status);

        var first = await AcceptAsync(waiting, path);
        await first.HearAsync("Welcome to ");
        await alice.OkAsync("SendChat", new { clientId = "1", content = "line one" });
        await first.HearAsync("line one");
        first.IsSilent = true;
        foreach (var number in new[] { "two", "three" })
            await alice.OkAsync("SendChat", new { clientId = number, content = "line " + number });
        await alice.OkAsync("SendChat", new { clientId = "long", content = "line " + new string('z', 20_000) });
        await first.HearAsync("line three");
        await first.DisposeAsync();

        await using var second = await AcceptAsync(waiting, path);
        Assert.Equal("line two", (await second.HearAsync("line ")).Words);
        Assert.Equal("line three", (await second.HearAsync("line ")).Words);
        Assert.Equal(20_005, (await second.HearAsync("line ")).Words.Length);
        await alice.OkAsync("SendChat", new { clientId = "4", content = "line four" });
        Assert.Equal("line four", (await second.HearAsync("line ")).Words);
        Assert.DoesNotContain(Others(alice), name => name == "ParticipantLeft");
    }

    [Theory(DisplayName = "TS-15: a later description, ours or theirs, does not make us connect where we may not, and a name is no address")]
    [InlineData(false, "IP6 ::1")]
    [InlineData(true, "IP6 ::1")]
    [InlineData(true, "IP4 host.example")]
    public async Task ElsewhereLater(bool inAnswer, string host)
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await MsrpMember.JoinAsync(server, sound: Sound);
        using var waiting = new TcpListener(IPAddress.IPv6Loopback, 0);
        waiting.Start();
        var port = ((IPEndPoint)waiting.LocalEndpoint).Port;
        var sdp = MsrpMember.Offer(bob.Peer.Path, more: "a=setup:passive\r\na=msrp-cema\r\n", sound: Sound)
            .Replace("m=message 9 TCP/MSRP *\r\n", $"m=message {port} TCP/MSRP *\r\nc=IN {host}\r\n", StringComparison.Ordinal);
        if (inAnswer)
            await bob.Phone.AskAsync("INVITE", acknowledge: sdp);
        else
            await OfferAsync(bob.Phone, sdp);
        Assert.Equal(200, (await bob.Phone.AskAsync("OPTIONS")).Status); // an ACK has been read by now
        await bob.Peer.DisposeAsync();
        await PhoneServer.UntilAsync(() => server.Server.Services.GetRequiredService<MsrpDoor>().Connections == 0);
        await Task.Delay(200);
        server.Server.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(0, MsrpMember.MediaOf(await bob.Phone.HearAsync("INVITE")).Port);
        Assert.False(waiting.Pending());
        Assert.Single(server.Legs.Open);
    }

    private static string Ended(string path) => MsrpMember.Offer(path, sound: Sound).Replace("m=message 9 ", "m=message 0 ", StringComparison.Ordinal);

    private static async Task<SipMessage> OfferAsync(WirePhone phone, string sdp)
    {
        var answer = await phone.AskAsync("INVITE", "application/sdp", sdp);
        Assert.Equal(200, answer.Status);
        return answer;
    }

    private async Task<(MsrpMedia Media, MsrpPeer Peer)> OpenAsync(SipMessage answer)
    {
        Assert.Equal(200, answer.Status);
        var media = MsrpMember.MediaOf(answer);
        return (media, await ConnectAsync(media, _path));
    }

    private static async Task<MsrpPeer> ConnectAsync(MsrpMedia media, string path)
    {
        var peer = await MsrpPeer.ConnectAsync(media.Port, path: path);
        peer.Target = media.Path[0].ToString();
        Assert.Equal(200, await peer.BindAsync());
        return peer;
    }

    private static async Task<MsrpPeer> AcceptAsync(TcpListener waiting, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var client = await waiting.AcceptTcpClientAsync(patience.Token);
        return await MsrpPeer.OverAsync(client.GetStream(), path: path);
    }

    private static List<string> Others(HubClient client)
    {
        List<string> names = [];
        while (client.TryNext(out var heard))
            names.Add(heard.Name);
        return names;
    }
}
