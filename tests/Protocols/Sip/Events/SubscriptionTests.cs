using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Events;

public class SubscriptionTests
{
    private const string State = "application/conference-info+xml";
    private static readonly SipEventRules Rules = new();

    [Fact(DisplayName = "SIP-EV-2 200, NOTIFY at once, refreshes keep the dialog, the end is told")]
    public void Life()
    {
        var net = new SipNetwork();
        var (watch, subscription) = Subscribe(net, 600);
        Assert.Equal(["A SUBSCRIBE", "B 200 SUBSCRIBE", "B NOTIFY", "A 200 NOTIFY"], net.Trace);
        var notify = Assert.Single(net.OfA.OfType<SipNotified>()).Notify;
        Assert.Equal(("conference", "active;expires=600", "full"), (notify.First(SipHeader.Event), notify.First(SipHeader.SubscriptionState), Encoding.ASCII.GetString(notify.Body.Span)));
        net.Run(1_700_000);
        Assert.InRange(net.OfB.OfType<SipSubscriptionRefreshed>().Count(), 3, 4);
        Assert.True(watch.IsActive);
        subscription.Terminate(net.Now, "noresource");
        net.Run(10_000);
        var ended = Assert.Single(net.OfA.OfType<SipWatchEnded>());
        Assert.Equal((200, "noresource", null), (ended.Status, ended.Reason, ended.RetryAfter));
        net.Run(100_000);
        Assert.Equal((0, 0), (net.A.Count, net.B.Count));
    }

    [Fact(DisplayName = "SIP-EV-2 nobody refreshes: it runs out; nobody answers NOTIFY: it is forgotten")]
    public void Ends()
    {
        var net = new SipNetwork { Passes = (fromA, message) => !(fromA && message.Method == "SUBSCRIBE" && message.ToTag is not null) };
        Subscribe(net, 600);
        net.Run(700_000);
        Assert.Equal("timeout", Assert.Single(net.OfB.OfType<SipSubscriptionEnded>()).Reason);

        var dead = new SipNetwork();
        var (_, subscription) = Subscribe(dead, 600);
        dead.Loss = 1;
        subscription.Notify(dead.Now, State, SipNetwork.Sdp("x"));
        dead.Run(33_000);
        Assert.Equal("noresource", Assert.Single(dead.OfB.OfType<SipSubscriptionEnded>()).Reason);
        Assert.Equal(0, dead.B.Count);
    }

    [Fact(DisplayName = "SIP-EV-3 timer N: accepted and never told anything ends after 64·T1; a NOTIFY before the 200 is taken")]
    public void Timer_n_and_early_notify()
    {
        var net = new SipNetwork { Passes = (fromA, message) => fromA || message.Method != "NOTIFY" };
        Subscribe(net, 600, wait: false);
        net.Run(40_000);
        Assert.Equal(408, Assert.Single(net.OfA.OfType<SipWatchEnded>()).Status);

        var early = new SipNetwork { Passes = (fromA, message) => fromA || message.Method != "SUBSCRIBE" };
        var (watch, _) = Subscribe(early, 600);
        Assert.True(watch.IsActive);
        Assert.Single(early.OfA.OfType<SipNotified>());
    }

    [Fact(DisplayName = "SIP-EV-2 unsubscribing: a last NOTIFY")]
    public void Unsubscribe()
    {
        var net = new SipNetwork();
        var (watch, subscription) = Subscribe(net, 600);
        watch.Stop(net.Now);
        net.RunUntil(() => net.OfB.OfType<SipSubscriptionRefreshed>().Any(), 1_000);
        Assert.True(Assert.Single(net.OfB.OfType<SipSubscriptionRefreshed>()).IsLast);
        subscription.Terminate(net.Now, "timeout", State, SipNetwork.Sdp("last"));
        net.Run(40_000);
        Assert.Equal("timeout", Assert.Single(net.OfA.OfType<SipWatchEnded>()).Reason);
        CallsAreGone(net);
    }

    [Theory(DisplayName = "SIP-EV-1 packages and durations, without state")]
    [InlineData("conference", "600", 0)]
    [InlineData("Conference;id=1", "0", 0)]
    [InlineData("presence", "59", 423)]
    [InlineData("message-summary", "600", 489)]
    [InlineData("refer", "600", 489)]
    [InlineData("", "600", 489)]
    public void Rules_of_subscribing(string package, string expires, int status)
    {
        var request = SipWire.Parse(SipWire.Text("SUBSCRIBE", more: $"Event: {package}\nExpires: {expires}\nContact: <sip:a@b>\n"));
        Assert.Equal(status, Rules.Check(request)?.Status ?? 0);
    }

    [Fact(DisplayName = "SIP-REF-2 REFER: 202, NOTIFY with fragments, the last one ends it")]
    public void Refer()
    {
        var net = new SipNetwork();
        var refer = SipBuilder.Request("REFER", "sip:room@example.com").Add(SipHeader.From, "<sip:a@example.com>;tag=x").Add(SipHeader.To, "<sip:room@example.com>")
            .Add(SipHeader.CallId, "r1").Add(SipHeader.CSeq, "7 REFER").Add(SipHeader.Contact, "<sip:a@192.0.2.1>").Add(SipHeader.ReferTo, "<sip:carol@example.com>");
        net.A.Send(net.Now, refer, net.ToB, "refer");
        net.RunUntil(() => net.OfB.OfType<SipRequestArrived>().Any(), 1_000);
        var subscription = SipSubscription.Accept(net.B, net.Now, Assert.Single(net.OfB.OfType<SipRequestArrived>()).Transaction, Rules)!;
        var seen = new List<SipMessage>();
        net.Passes = (fromA, message) => { if (!fromA && message.Method == "NOTIFY" && message.IsRequest) { seen.Add(message); } return true; };
        subscription.Notify(net.Now, SipReferral.FragmentType, SipReferral.Fragment(100));
        subscription.Terminate(net.Now, "noresource", SipReferral.FragmentType, SipReferral.Fragment(200));
        net.Run(100);

        Assert.Equal(202, Assert.Single(net.OfA.OfType<SipAnswerArrived>()).Status);
        Assert.Equal(["SIP/2.0 100 Trying\r\n", "SIP/2.0 200 OK\r\n"], seen.Select(notify => Encoding.ASCII.GetString(notify.Body.Span)));
        Assert.All(seen, notify => Assert.Equal("refer;id=7", notify.First(SipHeader.Event)));
        Assert.Equal("terminated;reason=noresource", seen[1].First(SipHeader.SubscriptionState));
    }

    [Theory(DisplayName = "SIP-REF-1 SIP-REF-5 what REFER asks for, and what of its URI's headers is honoured")]
    [InlineData("Refer-To: <sip:bob@x>\n", "sip:bob@x INVITE True")]
    [InlineData("r: <sip:bob@x;method=BYE>\nRefer-Sub: false\n", "sip:bob@x BYE False")]
    [InlineData("Refer-To: <sip:bob@x?Replaces=a%40b%3Bto-tag%3Dc&Route=%3Csip:evil%3E&Subject=hi%0d%0aEvil:1>\n", "sip:bob@x INVITE True Replaces=a@b;to-tag=c Subject=hi  Evil:1")]
    [InlineData("Refer-To: <tel:+1555>\n", "tel:+1555 INVITE True")]
    [InlineData("Refer-To: <http://x>\n", null)]
    [InlineData("Refer-To: <sip:a@b>\nRefer-To: <sip:c@d>\n", null)]
    [InlineData("", null)]
    public void Referrals(string headers, string? expected)
    {
        var read = SipReferral.TryParse(SipWire.Parse(SipWire.Text("REFER", more: headers)), out var referral);
        Assert.Equal(expected is not null, read);
        Assert.Equal(expected, read ? string.Join(' ', [referral.Target.ToString(), referral.Method, referral.WantsNotices, .. referral.Headers.Select(header => $"{header.Name}={header.Value}")]) : null);
    }

    private static (SipWatch Watch, SipSubscription Subscription) Subscribe(SipNetwork net, uint expires, bool wait = true)
    {
        var watch = SipWatch.Subscribe(net.A, net.Now, new SipWatchTarget(SipNetwork.Uri("sip:room@example.com"), SipNetwork.Address("sip:a@example.com"), net.ToB, "conference", State) { Expires = expires });
        Assert.True(net.RunUntil(() => net.OfB.OfType<SipRequestArrived>().Any(), 1_000));
        var subscription = SipSubscription.Accept(net.B, net.Now, Assert.Single(net.OfB.OfType<SipRequestArrived>()).Transaction, Rules)!;
        subscription.Notify(net.Now, State, SipNetwork.Sdp("full"));
        if (wait)
        {
            Assert.True(net.RunUntil(() => net.OfA.OfType<SipNotified>().Any(), 2_000));
            net.Run(50);
        }

        return (watch, subscription);
    }

    private static void CallsAreGone(SipNetwork net)
    {
        Assert.Equal((0, 0), (net.A.Count, net.B.Count));
        Assert.Equal((0, 0), (net.A.Stack.Count, net.B.Stack.Count));
    }
}
