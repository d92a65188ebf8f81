using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Calls;

/// <summary>Offers inside a call: re-INVITE, UPDATE, PRACK, glare, session timers.</summary>
public class OfferTests
{
    [Fact(DisplayName = "SIP-RE-1 RFC 3665 3.7 re-INVITE: a new offer is answered and both go on")]
    public void Reinvite()
    {
        var net = new SipNetwork();
        var (caller, callee) = CallFlowTests.Establish(net);
        Assert.True(callee.Reoffer(net.Now, SipNetwork.Sdp("hold")));
        net.RunUntil(() => net.OfA.OfType<SipOfferReceived>().Any(), 2_000);
        Assert.Equal("hold", CallFlowTests.Text(net.Of<SipOfferReceived>(net.OfA).Offer));
        Assert.True(caller.AcceptOffer(net.Now, SipNetwork.Sdp("held")));
        net.Run(5_000);

        Assert.Equal("held", CallFlowTests.Text(net.Of<SipAnswerReceived>(net.OfB).Answer));
        Assert.Equal((SipOfferState.Agreed, SipOfferState.Agreed), (caller.Offer, callee.Offer));
        Assert.Single(net.Trace, "A 200 INVITE");
    }

    [Fact(DisplayName = "SIP-RE-3 re-INVITE without description asks for ours; the answer is in the ACK")]
    public void Offerless_reinvite()
    {
        var net = new SipNetwork();
        var (caller, callee) = CallFlowTests.Establish(net);
        var wanted = callee.Dialog!.Request(SipMethod.Invite).Add(SipHeader.Contact, "<sip:b@192.0.2.2>");
        net.B.Send(net.Now, wanted, net.ToA);
        net.RunUntil(() => net.OfA.OfType<SipOfferReceived>().Any(), 2_000);
        Assert.True(net.Of<SipOfferReceived>(net.OfA).Offer.IsEmpty);
        caller.AcceptOffer(net.Now, SipNetwork.Sdp("all we can"));
        net.RunUntil(() => net.OfB.OfType<SipAnswerArrived>().Any(), 2_000);
        Assert.Equal("all we can", CallFlowTests.Text(net.Of<SipAnswerArrived>(net.OfB).Response!.Body));
        net.B.Stack.SendAlone(callee.Dialog.Ack(callee.Dialog.LocalSequence).Body(SipContentType.Sdp, SipNetwork.Sdp("fine")), net.ToA);
        net.Run(1_000);

        Assert.Equal("fine", CallFlowTests.Text(net.Of<SipAnswerReceived>(net.OfA).Answer));
        Assert.Equal(SipOfferState.Agreed, caller.Offer);
    }

    [Fact(DisplayName = "SIP-RE-4 glare: both re-INVITE, both get 491, each waits its time and tries once more")]
    public void Glare()
    {
        var net = new SipNetwork();
        var (caller, callee) = CallFlowTests.Establish(net);
        caller.Reoffer(net.Now, SipNetwork.Sdp("from A"));
        callee.Reoffer(net.Now, SipNetwork.Sdp("from B"));
        var start = net.Now;
        net.Run(10_000, () => AcceptAll(net));

        Assert.Equal((1, 1), (net.Trace.Count(line => line == "A 491 INVITE"), net.Trace.Count(line => line == "B 491 INVITE")));
        Assert.Equal("from B", CallFlowTests.Text(net.Of<SipOfferReceived>(net.OfA).Offer));
        Assert.Equal("from A", CallFlowTests.Text(net.Of<SipOfferReceived>(net.OfB).Offer));
        Assert.Equal((SipOfferState.Agreed, SipOfferState.Agreed), (caller.Offer, callee.Offer));
        Assert.True(net.Now - start >= TimeSpan.FromSeconds(2.1));
    }

    [Fact(DisplayName = "SIP-RE-4 RFC 3261 14.2 an INVITE before the ACK of the former is 500 with Retry-After")]
    public void Reinvite_too_soon()
    {
        var net = new SipNetwork { Passes = (fromA, message) => !(fromA && message.Method == "ACK") };
        net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        CallFlowTests.Arrived(net).Answer(net.Now, SipNetwork.Sdp("answer"));
        net.RunUntil(() => net.OfA.OfType<SipCallAnswered>().Any(), 1_000);
        net.Of<SipCallAnswered>(net.OfA).Call.Reoffer(net.Now, SipNetwork.Sdp("more"));
        net.Run(500);

        Assert.Contains("B 500 INVITE", net.Trace);
        Assert.Equal(500, net.Of<SipOfferRefused>(net.OfA).Status);
    }

    [Fact(DisplayName = "SIP-RE-5 a refused re-INVITE leaves the session; 481 ends it")]
    public void Refused_reinvite()
    {
        var net = new SipNetwork();
        var (caller, callee) = CallFlowTests.Establish(net);
        caller.Reoffer(net.Now, SipNetwork.Sdp("strange"));
        net.RunUntil(() => net.OfB.OfType<SipOfferReceived>().Any(), 2_000);
        callee.RefuseOffer(net.Now);
        net.Run(2_000);
        Assert.Equal((488, SipCallState.Confirmed, SipOfferState.Agreed), (net.Of<SipOfferRefused>(net.OfA).Status, caller.State, caller.Offer));

        net.B.Forget(callee);
        caller.Reoffer(net.Now, SipNetwork.Sdp("again"));
        net.Run(2_000);
        Assert.Equal((SipCallState.Ended, 481), (caller.State, net.Of<SipCallEnded>(net.OfA).Status));
    }

    [Fact(DisplayName = "SIP-PR-1 SIP-PR-3 183 with description is repeated until PRACK, answers the offer, and the 200 waits for it")]
    public void Reliable_provisional()
    {
        var lost = 3;
        var net = new SipNetwork { Passes = (fromA, message) => fromA || message.Status != 183 || --lost < 0 };
        var caller = net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        var callee = CallFlowTests.Arrived(net);
        callee.Ring(net.Now, 183, SipNetwork.Sdp("early answer"));
        callee.Answer(net.Now, SipNetwork.Sdp("ignored"));
        net.Run(300);
        Assert.DoesNotContain("B 200 INVITE", net.Trace);
        net.Run(10_000);

        Assert.Equal(["B 183 INVITE", "A PRACK", "B 200 PRACK", "B 200 INVITE", "A ACK"], net.Trace.Where(line => line != "A INVITE").Distinct());
        Assert.True(net.Trace.Count(line => line == "B 183 INVITE") >= 4);
        Assert.Equal("early answer", CallFlowTests.Text(net.Of<SipCallProgress>(net.OfA).Description));
        Assert.True(net.Of<SipCallAnswered>(net.OfA).Description.IsEmpty);
        Assert.Equal((SipOfferState.Agreed, SipOfferState.Agreed), (caller.Offer, callee.Offer));
    }

    [Fact(DisplayName = "SIP-PR-1 no PRACK for 64·T1: 504")]
    public void No_prack()
    {
        var net = new SipNetwork { Passes = (_, message) => message.Method != "PRACK" };
        net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        CallFlowTests.Arrived(net).Ring(net.Now, 183, SipNetwork.Sdp("early answer"));
        net.Run(40_000);

        Assert.Equal(504, net.Of<SipCallEnded>(net.OfA).Status);
        Assert.Equal([SipCallEnd.Refused], net.OfB.OfType<SipCallEnded>().Select(ended => ended.End));
    }

    [Fact(DisplayName = "5.5 UPDATE without description refreshes and is answered without one; SIP-DLG-1 old numbers are 500")]
    public void Update_without_offer()
    {
        var net = new SipNetwork();
        var (caller, callee) = CallFlowTests.Establish(net);
        var update = caller.Dialog!.Request(SipMethod.Update).Add(SipHeader.Contact, "<sip:moved@192.0.2.1:5070>");
        net.A.Send(net.Now, update, net.ToB, "update");
        net.Run(500);
        Assert.Equal((200, 0), (net.Of<SipAnswerArrived>(net.OfA).Status, net.Of<SipAnswerArrived>(net.OfA).Response!.Body.Length));
        Assert.Equal("sip:moved@192.0.2.1:5070", callee.Dialog!.Target.ToString());
        net.A.Send(net.Now, update.Clone(), net.ToB, "old");
        net.Run(500);
        Assert.Equal(500, net.OfA.OfType<SipAnswerArrived>().Last().Status);
    }

    [Theory(DisplayName = "SIP-ST-2 the refresher refreshes at half time by UPDATE and the call lives; silence ends it")]
    [InlineData(false)]
    [InlineData(true)]
    public void Session_timer(bool silent)
    {
        var cut = false;
        var settings = new SipCallSettings { SessionExpires = 1800 };
        var net = new SipNetwork(a: settings, b: settings) { Passes = (_, _) => !cut };
        var (caller, callee) = CallFlowTests.Establish(net);
        Assert.Equal((1800u, 1800u), (caller.SessionInterval, callee.SessionInterval));
        cut = silent;
        net.Run(3_600_000);

        Assert.Equal(silent, caller.State == SipCallState.Ended);
        Assert.Equal(silent, callee.State == SipCallState.Ended);
        if (silent)
        {
            Assert.Equal((SipCallEnd.SessionExpired, SipCallEnd.SessionExpired), (net.Of<SipCallEnded>(net.OfA).End, net.Of<SipCallEnded>(net.OfB).End));
            CallFlowTests.AssertEmpty(net);
        }
        else
        {
            Assert.InRange(net.Trace.Count(line => line == "A UPDATE"), 3, 4);
            Assert.Equal(0, net.Trace.Count(line => line == "B UPDATE"));
        }
    }

    [Fact(DisplayName = "SIP-ST-1 too short a session is 422 with Min-SE, and the caller tries again with that")]
    public void Session_too_short()
    {
        var net = new SipNetwork(a: new SipCallSettings { SessionExpires = 90 }, b: new SipCallSettings { MinSessionExpires = 300 });
        var (caller, callee) = CallFlowTests.Establish(net);

        Assert.Equal(["A INVITE", "B 422 INVITE", "A ACK", "A INVITE"], net.Trace.Take(4));
        Assert.Equal((300u, 300u), (caller.SessionInterval, callee.SessionInterval));
    }

    [Fact(DisplayName = "INFO, MESSAGE and their like inside a call go to its user and their answers come back")]
    public void Requests_inside()
    {
        var net = new SipNetwork();
        var (caller, _) = CallFlowTests.Establish(net);
        caller.Send(net.Now, SipMethod.Info, "application/dtmf-relay", SipNetwork.Sdp("Signal=1"));
        net.RunUntil(() => net.OfB.OfType<SipCallRequestArrived>().Any(), 1_000);
        var info = net.Of<SipCallRequestArrived>(net.OfB).Transaction;
        Assert.Equal(("INFO", "Signal=1"), (info.Request.Method, CallFlowTests.Text(info.Request.Body)));
        net.B.Respond(net.Now, info, 200);
        net.Run(1_000);
        Assert.Equal(200, net.Of<SipAnswerArrived>(net.OfA).Status);
    }

    [Fact(DisplayName = "SIP-REP-1 Replaces and Join name a call by its Call-ID and both tags")]
    public void Named_calls()
    {
        var net = new SipNetwork();
        var (_, callee) = CallFlowTests.Establish(net);
        var name = $"{callee.CallId};to-tag={callee.Dialog!.LocalTag};from-tag={callee.Dialog.RemoteTag}";

        Assert.Same(callee, net.B.Named(name + ";early-only"));
        Assert.Null(net.B.Named(name.Replace("from-tag=", "from-tag=x", StringComparison.Ordinal)));
        Assert.Null(net.B.Named(callee.CallId));
    }

    private static void AcceptAll(SipNetwork net)
    {
        foreach (var offer in net.OfA.Concat(net.OfB).OfType<SipOfferReceived>())
        {
            offer.Call.AcceptOffer(net.Now, SipNetwork.Sdp("accepted"));
        }
    }
}
