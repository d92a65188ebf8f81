using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Calls;

/// <summary>Calls against a peer whose every byte is typed in: forks, redirects, challenges, routes, strangers.</summary>
public class ScriptedPeerTests
{
    private static readonly SipFlow Peer = SipWire.Udp;
    private readonly List<SipMessage> _sent = [];
    private readonly List<SipEvent> _events = [];
    private Instant _now = Instant.FromMilliseconds(1_000);

    [Fact(DisplayName = "SIP-UAC-2 forked 2xx: each is acknowledged, the first is kept, the other gets BYE at once")]
    public void Forked_answers()
    {
        var agent = Agent();
        agent.Call(_now, Target());
        var invite = Take(agent)[0];
        Reply(agent, invite, 180, "one");
        Reply(agent, invite, 180, "two");
        Reply(agent, invite, 200, "two", "v=0");
        Reply(agent, invite, 200, "one", "v=0");
        Reply(agent, invite, 200, "two", "v=0");

        var sent = Take(agent);
        Assert.Equal(["ACK two", "ACK one", "BYE one", "ACK two"], sent.Select(message => $"{message.Method} {message.ToTag}"));
        Assert.Equal(["one", "two"], _events.OfType<SipCallProgress>().Select(progress => progress.Response.ToTag));
        Assert.Equal("two", Assert.Single(_events.OfType<SipCallAnswered>()).Call.Dialog!.RemoteTag);
    }

    [Fact(DisplayName = "SIP-TX-2 a branch that answers after the transaction is over is acknowledged and hung up on; copies of the first get its ACK")]
    public void Late_forks()
    {
        var agent = Agent();
        agent.Call(_now, Target());
        var invite = Take(agent)[0];
        Reply(agent, invite, 200, "b", "v=0");
        Take(agent);
        _now += TimeSpan.FromSeconds(33);
        agent.Tick(_now);
        Reply(agent, invite, 200, "late", "v=0");
        Reply(agent, invite, 200, "b", "v=0");

        Assert.Equal(["ACK late", "BYE late", "ACK b"], Take(agent).Select(message => $"{message.Method} {message.ToTag}"));
        Assert.Single(_events.OfType<SipCallAnswered>());
    }

    [Fact(DisplayName = "SIP-DLG-2 RFC 3261 12.2.1.1 route sets: turned round for us, loose as they are, a strict first hop in the Request-URI")]
    public void Routes()
    {
        var agent = Agent();
        var call = agent.Call(_now, Target());
        var invite = Take(agent)[0];
        Reply(agent, invite, 200, "b", "v=0", "Record-Route: <sip:near.example;lr>, <sip:far.example;lr>;x=\"1,2\"");
        var ack = Take(agent)[0];
        Assert.Equal(("sip:bob@192.0.2.1", "<sip:far.example;lr>;x=\"1,2\"|<sip:near.example;lr>"), (ack.RequestUri, string.Join('|', ack.All(SipHeader.Route))));
        Assert.Equal("sip:far.example;lr", call.Dialog!.NextHop.ToString());

        var strict = Agent();
        strict.Call(_now, Target());
        Reply(strict, Take(strict)[0], 200, "b", "v=0", "Record-Route: <sip:old.example>");
        ack = Take(strict)[0];
        Assert.Equal(("sip:old.example", "<sip:bob@192.0.2.1>"), (ack.RequestUri, ack.First(SipHeader.Route)));
    }

    [Fact(DisplayName = "SIP-DLG-3 a UAS copies all Record-Route values unchanged to 18x and 2xx, not to 100")]
    public void Record_routes_are_copied()
    {
        var agent = Agent();
        Feed(agent, Invite("Record-Route: <sip:p1;lr>;x=y, <sip:p2;lr;unknown=1>\nRecord-Route: <sip:p3;lr>\n"));
        var call = Assert.Single(_events.OfType<SipCallArrived>()).Call;
        call.Ring(_now);
        call.Answer(_now, Encoding.ASCII.GetBytes("v=0"));
        Assert.All(Take(agent), response => Assert.Equal(["<sip:p1;lr>;x=y, <sip:p2;lr;unknown=1>", "<sip:p3;lr>"], response.All(SipHeader.RecordRoute)));
        Assert.Equal("sip:p1;lr", call.Dialog!.NextHop.ToString());
    }

    [Fact(DisplayName = "SIP-UAC-3 redirects by q, none twice, five targets in all; the next INVITE has Call-ID and tag of the first and a higher number")]
    public void Redirects()
    {
        var agent = Agent(new SipCallSettings { FollowRedirects = true, SessionExpires = 0 });
        agent.Resolve = _ => Peer;
        agent.Call(_now, Target());
        var invite = Take(agent)[0];
        var tried = new List<string>();
        for (var i = 0; i < 8 && invite is not null; i++)
        {
            tried.Add(invite.RequestUri);
            Reply(agent, invite, 302, $"t{i}", "", "", $"<sip:c{i}@x>;q=0.5, <sip:d{i}@x>;q=0.9, <sip:bob@example.com>");
            var next = Take(agent).Find(message => message.Method == "INVITE");
            Assert.True(next is null || (next.CallId, next.FromTag, next.ToTag, next.CSeq!.Value.Number) == (invite.CallId, invite.FromTag, null, invite.CSeq!.Value.Number + 1));
            invite = next;
        }

        Assert.Equal(["sip:bob@example.com", "sip:d0@x", "sip:d1@x", "sip:d2@x", "sip:d3@x"], tried);
        Assert.Equal(302, Assert.Single(_events.OfType<SipCallEnded>()).Status);
        var careful = Agent();
        careful.Call(_now, Target());
        Reply(careful, Take(careful)[0], 302, "t", "", "", "<sip:expensive@x>");
        Assert.DoesNotContain(Take(careful), message => message.Method == "INVITE");
    }

    [Fact(DisplayName = "SIP-UAC-4 SIP-AU-6 407: once with credentials, which the ACK of the 2xx carries too; refused again it ends")]
    public void Challenged()
    {
        var agent = Agent();
        var credentials = new SipCredentials("example.com", "a", "p", new SipIds(new byte[32]));
        agent.Credentials = credentials.Answer;
        agent.Call(_now, Target());
        const string Challenge = "Proxy-Authenticate: Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\", algorithm=MD5";
        Reply(agent, Take(agent)[0], 407, "p", "", Challenge);
        var sent = Take(agent);
        Assert.Equal(["ACK", "INVITE"], sent.Select(message => message.Method));
        Assert.False(sent[0].Has(SipHeader.ProxyAuthorization));
        Assert.StartsWith("Digest username=\"a\"", sent[1].First(SipHeader.ProxyAuthorization), StringComparison.Ordinal);
        Reply(agent, sent[1], 200, "b", "v=0");
        Assert.Equal(sent[1].First(SipHeader.ProxyAuthorization), Take(agent)[0].First(SipHeader.ProxyAuthorization));

        agent.Call(_now, Target());
        Reply(agent, Take(agent)[0], 407, "p", "", Challenge);
        Reply(agent, Take(agent)[1], 407, "p", "", Challenge.Replace("\"n\"", "\"m\"", StringComparison.Ordinal));
        Assert.DoesNotContain(Take(agent), message => message.Method == "INVITE");
        Assert.Equal(407, Assert.Single(_events.OfType<SipCallEnded>()).Status);
    }

    [Fact(DisplayName = "SIP-PR-3 reliable provisionals are acknowledged in order; a gap is left to repetition")]
    public void Reliable_in_order()
    {
        var agent = Agent();
        agent.Call(_now, Target());
        var invite = Take(agent)[0];
        foreach (var number in new[] { 100, 102, 100, 101, 102 })
        {
            Reply(agent, invite, 180, "b", "", $"Require: 100rel\nRSeq: {number}");
        }

        Assert.Equal(["100 1 INVITE", "101 1 INVITE", "102 1 INVITE"], Take(agent).Select(prack => prack.First(SipHeader.ReliableAck)!
            .Replace($" {invite.CSeq!.Value.Number} ", " 1 ", StringComparison.Ordinal)));
    }

    [Theory(DisplayName = "SIP-DLG-1 TS-13 what strangers, old numbers and wrong tags get inside a call")]
    [InlineData("BYE", "a", 2u, 0xC0000201, 200)]
    [InlineData("BYE", "a", 2u, 0xC6336407, 403)]
    [InlineData("BYE", "x", 2u, 0xC0000201, 481)]
    [InlineData("BYE", "a", 1u, 0xC0000201, 500)]
    [InlineData("INFO", "a", 1u, 0xC0000201, 500)]
    [InlineData("PRACK", "a", 2u, 0xC0000201, 481)]
    public void Strangers(string method, string fromTag, uint number, uint source, int status)
    {
        var agent = Agent();
        Feed(agent, Invite(""));
        var call = Assert.Single(_events.OfType<SipCallArrived>()).Call;
        call.Answer(_now, Encoding.ASCII.GetBytes("v=0"));
        var tag = Take(agent)[0].ToTag!;
        Feed(agent, SipWire.Text("ACK", "z9hG4bKack", tag).Replace("Content-Length: 0\n\n", "Content-Type: application/sdp\nContent-Length: 3\n\nv=0", StringComparison.Ordinal));
        Feed(agent, SipWire.Text(method, "z9hG4bKm", tag, number).Replace("tag=a", "tag=" + fromTag, StringComparison.Ordinal), Peer with { Remote = TransportAddress.FromIPv4(source, 5060) });
        Assert.Equal(status, Take(agent)[^1].Status);
        Assert.Equal(status == 200, call.State == SipCallState.Ended);
    }

    [Theory(DisplayName = "TS-06 SIP-DLG-1 requests for dialogs that are not here are 481 and leave nothing")]
    [InlineData("BYE")]
    [InlineData("INFO")]
    [InlineData("NOTIFY")]
    [InlineData("UPDATE")]
    [InlineData("PRACK")]
    public void Nobody_here(string method)
    {
        var agent = Agent();
        Feed(agent, SipWire.Text(method, toTag: "nobody"));
        Feed(agent, SipWire.Text(method, "z9hG4bKb"));
        Assert.Equal([481, 481], Take(agent).Select(response => response.Status));
        Assert.Equal(0, agent.Stack.Count);
    }

    [Fact(DisplayName = "5.8 BYE from the caller before we answered: 200 to it and 487 to the INVITE")]
    public void Early_bye()
    {
        var agent = Agent();
        Feed(agent, Invite(""));
        var call = Assert.Single(_events.OfType<SipCallArrived>()).Call;
        call.Ring(_now);
        Feed(agent, SipWire.Text("BYE", "z9hG4bKb", Take(agent)[0].ToTag!, 2));
        Assert.Equal(["200 BYE", "487 INVITE"], Take(agent).Select(response => $"{response.Status} {response.Method}"));
        Assert.Equal(SipCallEnd.ByThem, Assert.Single(_events.OfType<SipCallEnded>()).End);
    }

    [Fact(DisplayName = "TS-18 a connection cut at any point ends the call once and leaves nothing")]
    public void Cuts()
    {
        for (var point = 0; point < 4; point++)
        {
            _events.Clear();
            var agent = Agent();
            var call = agent.Call(_now, Target() with { Flow = SipWire.Tcp });
            var invite = Take(agent)[0];
            if (point > 0)
            {
                Reply(agent, invite, 100, "", flow: SipWire.Tcp);
            }

            if (point > 1)
            {
                Reply(agent, invite, 180, "b", flow: SipWire.Tcp);
            }

            if (point > 2)
            {
                Reply(agent, invite, 200, "b", "v=0", flow: SipWire.Tcp);
                call.HangUp(_now, "Q.850;cause=16");
            }

            agent.Fail(_now, SipWire.Tcp);
            Take(agent);
            Assert.Single(_events.OfType<SipCallEnded>());
            Assert.Equal((0, SipCallState.Ended), (agent.Count, call.State));
        }
    }

    private static SipUserAgent Agent(SipCallSettings? settings = null) => new(
        new SipSettings { Host = "192.0.2.2", Product = "" }, settings ?? new SipCallSettings { SessionExpires = 0 }, new SipIds(new byte[32]));

    private static SipCallTarget Target() => new(SipNetwork.Uri("sip:bob@example.com"), SipNetwork.Address("sip:room@example.org"), SipNetwork.Address("sip:bob@example.com"),
        "<sip:room@192.0.2.2>", Peer)
    { Offer = Encoding.ASCII.GetBytes("v=0") };

    private static string Invite(string more) => SipWire.Text("INVITE", more: "Contact: <sip:alice@192.0.2.1>\n" + more);

    private void Feed(SipUserAgent agent, string text, SipFlow? flow = null)
    {
        agent.Receive(_now, flow ?? Peer, Encoding.ASCII.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Note(agent);
    }

    private void Reply(SipUserAgent agent, SipMessage request, int status, string tag, string body = "", string more = "", string contact = "<sip:bob@192.0.2.1>", SipFlow? flow = null)
    {
        var response = SipBuilder.ResponseTo(request, status, null, tag.Length > 0 ? tag : null).Add(SipHeader.Contact, contact);
        foreach (var line in more.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            response.Add(line[..line.IndexOf(':', StringComparison.Ordinal)], line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim());
        }

        agent.Receive(_now, flow ?? Peer, response.Body(SipContentType.Sdp, Encoding.ASCII.GetBytes(body)).Build().Bytes);
        Note(agent);
        _now = _now.PlusMilliseconds(1);
    }

    private void Note(SipUserAgent agent)
    {
        while (agent.TryTakeEvent(out var happened))
        {
            _events.Add(happened);
        }
    }

    private List<SipMessage> Take(SipUserAgent agent)
    {
        _sent.Clear();
        Note(agent);
        while (agent.TryTakeSend(out var send))
        {
            SipParser.Parse(send.Bytes, SipFraming.Stream, out var message, out _);
            _sent.Add(message!);
        }

        return [.. _sent];
    }
}
