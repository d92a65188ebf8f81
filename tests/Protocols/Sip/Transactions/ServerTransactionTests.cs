using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Transactions;

public class ServerTransactionTests
{
    [Fact(DisplayName = "4.3 silence for 200 ms gives 100 Trying without tag; copies get the last provisional")]
    public void Trying()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE"));
        wire.Run(199);
        Assert.Empty(wire.Sent);
        wire.Run(1);
        Assert.Equal((100, null), (wire.Last.Status, wire.Last.ToTag));
        Respond(wire, 180);
        wire.Receive(SipWire.Text("INVITE"));

        Assert.Equal([100, 180, 180], wire.Sent.Select(sent => sent.Message.Status));
        wire.Single<SipRequestReceived>();
    }

    [Fact(DisplayName = "4.3 timers G and H: a refusal is repeated up to every 4 s for 32 s, then the missing ACK is told")]
    public void Refusal_without_ack()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE"));
        Respond(wire, 486);
        wire.Run(40_000);

        Assert.Equal([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], wire.Times(message => message.Status == 486));
        wire.Single<SipAckMissing>();
        Assert.Equal(0, wire.Stack.Count);
    }

    [Fact(DisplayName = "4.3 timer I: the ACK stops the repetition and its copies are absorbed")]
    public void Refusal_with_ack()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE"));
        Respond(wire, 486);
        for (var i = 0; i < 3; i++)
        {
            wire.Receive(SipWire.Text("ACK", toTag: wire.Last.ToTag!));
        }

        wire.Run(4_999);
        Assert.Single(wire.Sent);
        Assert.Equal(1, wire.Stack.Count);
        wire.Run(1);
        Assert.Equal(0, wire.Stack.Count);
        Assert.Empty(wire.Events.OfType<SipAckReceived>());
    }

    [Fact(DisplayName = "RFC 6026 timer L: after 2xx copies of the INVITE are absorbed in silence, the ACK goes to the user")]
    public void Accepted()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE"));
        Respond(wire, 200);
        wire.Receive(SipWire.Text("INVITE"));
        wire.Receive(SipWire.Text("ACK", "z9hG4bKother", wire.Last.ToTag!));
        wire.Receive(SipWire.Text("ACK", toTag: wire.Last.ToTag!));

        Assert.Single(wire.Sent);
        Assert.Equal(2, wire.Events.OfType<SipAckReceived>().Count());
        Respond(wire, 200);
        Respond(wire, 486);
        Assert.Equal([200, 200], wire.Sent.Select(sent => sent.Message.Status));
        wire.Run(32_000);
        Assert.Equal(0, wire.Stack.Count);
    }

    [Theory(DisplayName = "4.4 timer J: copies get the same answer for 32 s on datagrams; before one is given they get nothing")]
    [InlineData(false, 2, 1)]
    [InlineData(true, 1, 0)]
    public void Requests(bool stream, int answers, int kept)
    {
        var flow = stream ? SipWire.Tcp : SipWire.Udp;
        var wire = new SipWire();
        wire.Receive(SipWire.Text("OPTIONS"), flow);
        wire.Receive(SipWire.Text("OPTIONS"), flow);
        Assert.Empty(wire.Sent);
        Respond(wire, 200);
        Respond(wire, 404);
        if (!stream)
        {
            wire.Receive(SipWire.Text("OPTIONS"), flow);
        }

        Assert.Equal(answers, wire.Times(message => message.Status == 200).Length);
        Assert.Equal(kept, wire.Stack.Count);
        wire.Run(32_000);
        Assert.Equal(0, wire.Stack.Count);
    }

    [Fact(DisplayName = "TS-13 RFC 3261 9.2 CANCEL is answered by itself, told once, and must come from the same host")]
    public void Cancel()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE"));
        wire.Receive(SipWire.Text("CANCEL"), SipWire.Udp with { Remote = TransportAddress.FromIPv4(0xC0000299, 5060) });
        Assert.Equal(481, wire.Last.Status);
        Assert.Empty(wire.Events.OfType<SipCancelled>());
        wire.Receive(SipWire.Text("CANCEL", "z9hG4bKwrong"));
        Assert.Equal(481, wire.Last.Status);

        wire.Receive(SipWire.Text("CANCEL"));
        wire.Receive(SipWire.Text("CANCEL"));
        var cancelled = wire.Single<SipCancelled>();
        Assert.Equal((200, cancelled.Invite.ToTag), (wire.Last.Status, wire.Last.ToTag));
        Respond(wire, 487);
        Assert.Equal((487, cancelled.Invite.ToTag), (wire.Last.Status, wire.Last.ToTag));
    }

    [Fact(DisplayName = "SIP-TX-1 RFC 2543: without a unique branch Request-URI, tags, Call-ID, CSeq and Via match, two callers do not collide")]
    public void Old_branches()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE", "z9hG4bK"));
        wire.Receive(SipWire.Text("INVITE", "z9hG4bK"));
        wire.Receive(SipWire.Text("INVITE", "z9hG4bK").Replace("Call-ID: c1", "Call-ID: c2", StringComparison.Ordinal));
        Assert.Equal(2, wire.Events.OfType<SipRequestReceived>().Count());
        Respond(wire, 486);
        wire.Receive(SipWire.Text("ACK", "z9hG4bK", "wrong"));
        Assert.Single(wire.Events.OfType<SipAckReceived>());
        wire.Receive(SipWire.Text("ACK", "z9hG4bK", wire.Last.ToTag!));
        wire.Run(600);
        Assert.Single(wire.Times(message => message.Status == 486));
    }

    [Fact(DisplayName = "SIP-TX-3 the same request over another way is 482")]
    public void Merged()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("OPTIONS"));
        wire.Receive(SipWire.Text("OPTIONS", "z9hG4bKb"));

        Assert.Equal((482, "z9hG4bKb"), (wire.Last.Status, wire.Last.TopVia!.Branch));
        wire.Single<SipRequestReceived>();
    }

    [Fact(DisplayName = "SIP-TX-4 a refused INVITE with a new branch gets the same answer for 32 s without asking anybody")]
    public void Same_answer_again()
    {
        var wire = new SipWire();
        wire.Receive(SipWire.Text("INVITE"));
        wire.Do((stack, now) => stack.Respond(now, wire.Single<SipRequestReceived>().Transaction, wire.Single<SipRequestReceived>().Transaction.Answer(480).Add("Retry-After", "30")));
        wire.Receive(SipWire.Text("ACK", toTag: wire.Last.ToTag!));
        wire.Run(20_000);
        wire.Receive(SipWire.Text("INVITE", "z9hG4bKb"));

        Assert.Equal((480, "30", "z9hG4bKb"), (wire.Last.Status, wire.Last.First("Retry-After"), wire.Last.TopVia!.Branch));
        wire.Single<SipRequestReceived>();
        wire.Run(12_001);
        wire.Receive(SipWire.Text("INVITE", "z9hG4bKc"));
        Assert.Equal(2, wire.Events.OfType<SipRequestReceived>().Count());
    }

    [Fact(DisplayName = "SIP-TX-5 TS-03 refusals without state: one answer per copy, the same tag, nothing kept")]
    public void Stateless_refusals()
    {
        var wire = new SipWire();
        wire.Stack.Gate = (_, request, _) => request.Method == "INVITE" ? new SipFault(401, "Unauthorized") { Headers = [(SipHeader.WwwAuthenticate, "Digest x")] } : null;
        for (var i = 0; i < 3; i++)
        {
            wire.Receive(SipWire.Text("INVITE"));
        }

        wire.Receive(SipWire.Text("ACK", toTag: wire.Last.ToTag!));
        wire.Run(40_000);
        Assert.Equal([401, 401, 401], wire.Sent.Select(sent => sent.Message.Status));
        Assert.Single(wire.Sent.Select(sent => sent.Message.ToTag).Distinct());
        Assert.Equal("Digest x", wire.Last.First(SipHeader.WwwAuthenticate));
        Assert.Equal((0, Instant.Never, 3), (wire.Stack.Count, wire.Stack.NextDeadline, wire.Stack.Refused));
    }

    [Fact(DisplayName = "TS-02 R-09 beyond the limit 503 with Retry-After, then silence; what is there goes on")]
    public void Overload()
    {
        var wire = new SipWire(new SipSettings { MaxTransactions = 10, MaxOverloadAnswers = 5, Product = "" });
        for (var i = 0; i < 50; i++)
        {
            wire.Receive(SipWire.Text("OPTIONS", $"z9hG4bK{i}").Replace("Call-ID: c1", $"Call-ID: {i}", StringComparison.Ordinal));
        }

        Assert.Equal(10, wire.Stack.Count);
        Assert.Equal([503, 503, 503, 503, 503], wire.Sent.Select(sent => sent.Message.Status));
        Assert.Equal("10", wire.Last.First("Retry-After"));
        Respond(wire, 200);
        Assert.Equal((200, "0"), (wire.Last.Status, wire.Last.CallId));
        wire.Run(1_000);
        wire.Receive(SipWire.Text("OPTIONS", "z9hG4bKlate", sequence: 9));
        Assert.Equal(503, wire.Last.Status);
    }

    [Fact(DisplayName = "SIP-TP-3 RFC 3581: to the source port with rport, else to the sent-by port; streams on the connection, or a new one to the sent-by port")]
    public void Where_answers_go()
    {
        var source = SipWire.Udp with { Remote = TransportAddress.FromIPv4(0xC6336401, 9_999) };
        SipFlow Answered(string via, SipFlow flow, bool closed = false)
        {
            var wire = new SipWire();
            wire.Receive(SipWire.Text("OPTIONS").Replace("UDP 192.0.2.1;", via, StringComparison.Ordinal), flow);
            if (closed)
            {
                wire.Do((stack, now) => stack.Fail(now, flow));
            }

            Respond(wire, 200);
            return wire.Sent.Count == 0 ? default : wire.Sent[^1].Flow;
        }

        Assert.Equal(source, Answered("UDP 192.0.2.1;rport;", source));
        Assert.Equal(source with { Remote = source.Remote with { Port = 5060 } }, Answered("UDP 192.0.2.1;", source));
        Assert.Equal(source with { Remote = source.Remote with { Port = 5080 } }, Answered("UDP 192.0.2.1:5080;maddr=10.0.0.1;", source));
        Assert.Equal(SipWire.Tcp, Answered("TCP phone.invalid;", SipWire.Tcp));
        Assert.Equal(SipWire.Tcp with { Connection = 0, Remote = SipWire.Tcp.Remote with { Port = 5070 } }, Answered("TCP 192.0.2.1:5070;", SipWire.Tcp, closed: true));
        Assert.Equal(default, Answered("WS x.invalid;", SipWire.Tcp with { Transport = SipTransport.Ws }, closed: true));
    }

    private static void Respond(SipWire wire, int status) =>
        wire.Do((stack, now) => stack.Respond(now, wire.Events.OfType<SipRequestReceived>().First().Transaction, status));
}
