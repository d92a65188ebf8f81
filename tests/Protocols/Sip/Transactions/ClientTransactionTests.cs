using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Transactions;

public class ClientTransactionTests
{
    private static SipBuilder Request(string method) => SipBuilder.Request(method, "sip:bob@example.com")
        .Add(SipHeader.From, "<sip:alice@example.com>;tag=a").Add(SipHeader.To, "<sip:bob@example.com>").Add(SipHeader.CallId, "c").Add(SipHeader.CSeq, $"1 {method}");

    [Fact(DisplayName = "4.1 timers A and B: an INVITE goes out 7 times in 32 s, then 408")]
    public void Invite_without_answer()
    {
        var (wire, _) = Start("INVITE", SipWire.Udp);
        wire.Run(40_000);

        Assert.Equal([0, 500, 1500, 3500, 7500, 15500, 31500], wire.Times(message => message.Method == "INVITE"));
        Assert.Equal(408, wire.Single<SipTransactionFailed>().Status);
        Assert.Equal((0, Instant.Never), (wire.Stack.Count, wire.Stack.NextDeadline));
    }

    [Fact(DisplayName = "4.2 timers E and F: other requests go out at most every 4 s, then 408")]
    public void Request_without_answer()
    {
        var (wire, _) = Start("OPTIONS", SipWire.Udp);
        wire.Run(40_000);

        Assert.Equal([0, 500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500], wire.Times(message => message.Method == "OPTIONS"));
        Assert.Equal(408, wire.Single<SipTransactionFailed>().Status);
    }

    [Theory(DisplayName = "4.1 4.2 streams carry each request once")]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public void Streams_do_not_repeat(string method)
    {
        var (wire, _) = Start(method, SipWire.Tcp);
        wire.Run(40_000);

        Assert.Single(wire.Sent);
        Assert.Equal(408, wire.Single<SipTransactionFailed>().Status);
    }

    [Fact(DisplayName = "4.1 a provisional stops A and B; 4.2 it slows E down to T2")]
    public void Provisionals()
    {
        var (invite, _) = Start("INVITE", SipWire.Udp);
        invite.Reply(invite.Last, 180);
        invite.Run(100_000);
        Assert.Single(invite.Sent);
        Assert.Empty(invite.Events.OfType<SipTransactionFailed>());

        var (options, _) = Start("OPTIONS", SipWire.Udp);
        options.Reply(options.Last, 100);
        options.Run(10_000);
        Assert.Equal([0, 4000, 8000], options.Times(_ => true));
    }

    [Fact(DisplayName = "4.1 timer D: each copy of a refusal gets the ACK again and is told once")]
    public void Refused_invite()
    {
        var (wire, _) = Start("INVITE", SipWire.Udp);
        var invite = wire.Last;
        for (var i = 0; i < 4; i++)
        {
            wire.Reply(invite, 486, "busy");
        }

        var acks = wire.Sent.Where(sent => sent.Message.Method == "ACK").Select(sent => sent.Message).ToList();
        Assert.Equal(4, acks.Count);
        Assert.All(acks, ack => Assert.Equal((invite.TopVia!.ToString(), "busy", "1 ACK", invite.RequestUri), (ack.TopVia!.ToString(), ack.ToTag, ack.First("CSeq"), ack.RequestUri)));
        Assert.Equal(486, wire.Single<SipResponseReceived>().Response.Status);
        wire.Run(31_999);
        Assert.Equal(1, wire.Stack.Count);
        wire.Run(1);
        Assert.Equal(0, wire.Stack.Count);
    }

    [Fact(DisplayName = "RFC 6026 timer M: every 2xx goes to the user for 32 s, forks too; later ones as strays (SIP-TX-2)")]
    public void Accepted_invite()
    {
        var (wire, _) = Start("INVITE", SipWire.Udp);
        var invite = wire.Last;
        wire.Reply(invite, 200, "one");
        wire.Reply(invite, 200, "one");
        wire.Reply(invite, 200, "two");
        wire.Reply(invite, 486, "three");

        Assert.Equal(["one", "one", "two"], wire.Events.OfType<SipResponseReceived>().Select(happened => happened.Response.ToTag));
        Assert.Single(wire.Sent);
        wire.Run(32_000);
        wire.Reply(invite, 200, "late");
        Assert.Equal("late", wire.Single<SipStrayAnswer>().Response.ToTag);
    }

    [Theory(DisplayName = "4.2 timer K: copies of the answer are absorbed for T4 on datagrams, on streams nothing is kept")]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Answered_request(bool stream, int kept)
    {
        var flow = stream ? SipWire.Tcp : SipWire.Udp;
        var (wire, _) = Start("OPTIONS", flow);
        var request = wire.Last;
        wire.Reply(request, 200, flow: flow);
        Assert.Equal(kept, wire.Stack.Count);
        wire.Reply(request, 200, flow: flow);
        Assert.Equal(200, wire.Single<SipResponseReceived>().Response.Status);
        wire.Run(5_000);
        Assert.Equal(0, wire.Stack.Count);
    }

    [Fact(DisplayName = "SIP-UAC-5 CANCEL waits for a provisional, then has the INVITE's branch, number and To without tag")]
    public void Cancel()
    {
        var (wire, transaction) = Start("INVITE", SipWire.Udp);
        var invite = wire.Last;
        wire.Do((stack, now) => stack.Cancel(now, transaction, [("Reason", "SIP;cause=200")]));
        Assert.DoesNotContain(wire.Sent, sent => sent.Message.Method == "CANCEL");
        wire.Reply(invite, 180);

        var cancel = wire.Last;
        Assert.Equal(("CANCEL", invite.TopVia!.ToString(), null, "1 CANCEL", "SIP;cause=200"), (cancel.Method, cancel.TopVia!.ToString(), cancel.ToTag, cancel.First("CSeq"), cancel.First("Reason")));
        wire.Reply(cancel, 200);
        wire.Reply(invite, 487);
        Assert.Equal("ACK", wire.Last.Method);
    }

    [Fact(DisplayName = "RFC 3261 9.1 a cancelled INVITE that nobody ends is over after 64·T1")]
    public void Cancel_without_final()
    {
        var (wire, transaction) = Start("INVITE", SipWire.Udp);
        wire.Reply(wire.Last, 180);
        wire.Do((stack, now) => stack.Cancel(now, transaction));
        wire.Reply(wire.Last, 200);
        wire.Run(32_000);

        Assert.Contains(wire.Events.OfType<SipTransactionFailed>(), failed => failed.Transaction == transaction && failed.Status == 408);
    }

    [Fact(DisplayName = "SIP-MSG-6 a long request goes over TCP, and over UDP after all when nobody listens there")]
    public void Long_requests()
    {
        var wire = new SipWire();
        wire.Do((stack, now) => stack.Send(now, Request("OPTIONS").Add("X", new string('x', 1300)), SipWire.Udp));
        var tcp = wire.Sent[0];
        Assert.Equal((SipTransport.Tcp, 0, "TCP"), (tcp.Flow.Transport, tcp.Flow.Connection, tcp.Message.TopVia!.Transport));
        wire.Do((stack, now) => stack.Fail(now, tcp.Flow));
        var udp = wire.Sent[1];
        Assert.Equal((SipTransport.Udp, "UDP", tcp.Message.TopVia.Branch), (udp.Flow.Transport, udp.Message.TopVia!.Transport, udp.Message.TopVia.Branch));
        Assert.Empty(wire.Events);
    }

    [Fact(DisplayName = "SIP-TP-11 TS-18 a transport that fails ends the transaction with 503")]
    public void Transport_failure()
    {
        var (wire, _) = Start("INVITE", SipWire.Tcp);
        wire.Do((stack, now) => stack.Fail(now, SipWire.Tcp));

        Assert.Equal((503, 0), (wire.Single<SipTransactionFailed>().Status, wire.Stack.Count));
    }

    [Fact(DisplayName = "SIP-TP-4 our requests ask for rport on datagrams and have 128 random bits in the branch")]
    public void Our_via()
    {
        Assert.True(Start("OPTIONS", SipWire.Udp).Wire.Last.TopVia!.WantsPort);
        Assert.False(Start("OPTIONS", SipWire.Tcp).Wire.Last.TopVia!.WantsPort);
        var wire = new SipWire();
        for (var i = 0; i < 100; i++)
        {
            wire.Do((stack, now) => stack.Send(now, Request("OPTIONS"), SipWire.Udp));
        }

        Assert.Equal(100, wire.Sent.Select(sent => sent.Message.TopVia!.Branch).Distinct().Count());
        Assert.All(wire.Sent, sent => Assert.Equal(7 + 32, sent.Message.TopVia!.Branch!.Length));
    }

    private static (SipWire Wire, SipClientTransaction Transaction) Start(string method, SipFlow flow)
    {
        var wire = new SipWire();
        SipClientTransaction? transaction = null;
        wire.Do((stack, now) => transaction = stack.Send(now, Request(method), flow));
        return (wire, transaction!);
    }

    [Fact(DisplayName = "SIP-MSG-6 the connection made for a long request fails: the shorter form goes by UDP under the same branch")]
    public void Shorter_datagram()
    {
        var wire = new SipWire();
        var (request, shorter) = (Long(2_000), Long(100));
        wire.Do((stack, now) => stack.Send(now, request, SipWire.Udp, datagram: shorter));
        var first = Assert.Single(wire.Sent);
        Assert.Equal(SipTransport.Tcp, first.Flow.Transport);
        wire.Do((stack, now) => stack.Fail(now, first.Flow with { Connection = 9 }));
        var (_, flow, message) = wire.Sent[^1];
        Assert.Equal((SipTransport.Udp, 100, first.Message.TopVia!.Branch), (flow.Transport, message.Body.Length, message.TopVia!.Branch));
    }

    private static SipBuilder Long(int body) => SipBuilder.Request("NOTIFY", "sip:bob@example.com").Add("From", "<sip:a@example.com>;tag=1")
        .Add("To", "<sip:b@example.com>;tag=2").Add("Call-ID", "long").Add("CSeq", "1 NOTIFY").Body("text/plain", new byte[body]);
}
