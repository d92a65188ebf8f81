using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Calls;

/// <summary>V-13: the flows of RFC 3665 section 3 between two of our own cores.</summary>
public class CallFlowTests
{
    [Theory(DisplayName = "RFC 3665 3.1 call, answer, hang up")]
    [InlineData(SipTransport.Udp)]
    [InlineData(SipTransport.Tcp)]
    public void Successful_session(SipTransport transport)
    {
        var net = new SipNetwork(transport: transport);
        var (caller, callee) = Establish(net);

        Assert.Equal(["A INVITE", "B 180 INVITE", "B 200 INVITE", "A ACK"], net.Trace);
        Assert.Equal((SipCallState.Confirmed, SipOfferState.Agreed), (caller.State, caller.Offer));
        Assert.Equal((SipCallState.Confirmed, SipOfferState.Agreed), (callee.State, callee.Offer));
        Assert.Equal("answer", Text(net.Of<SipCallAnswered>(net.OfA).Description));
        Assert.Equal((caller.Dialog!.LocalTag, caller.Dialog.RemoteTag), (callee.Dialog!.RemoteTag, callee.Dialog.LocalTag));

        callee.HangUp(net.Now, "Q.850;cause=16");
        net.Run(40_000);
        Assert.Equal((SipCallEnd.ByThem, "Q.850;cause=16"), (net.Of<SipCallEnded>(net.OfA).End, net.Of<SipCallEnded>(net.OfA).Reason));
        Assert.Equal(SipCallEnd.ByUs, net.Of<SipCallEnded>(net.OfB).End);
        AssertEmpty(net);
    }

    [Fact(DisplayName = "RFC 3665 3.8 the caller gives up: 200 to CANCEL, 487 to INVITE")]
    public void Unsuccessful_no_answer()
    {
        var net = new SipNetwork();
        var call = net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfA.OfType<SipCallProgress>().Any(), 5_000, () => RingAll(net));
        call.HangUp(net.Now, "SIP;cause=200;text=\"completed elsewhere\"");
        net.Run(60_000);

        Assert.Equal(["A INVITE", "B 180 INVITE", "A CANCEL", "B 200 CANCEL", "B 487 INVITE", "A ACK"], net.Trace);
        Assert.Equal(SipCallEnd.ByUs, net.Of<SipCallEnded>(net.OfA).End);
        Assert.Equal((SipCallEnd.Cancelled, "SIP;cause=200;text=\"completed elsewhere\""), (net.Of<SipCallEnded>(net.OfB).End, net.Of<SipCallEnded>(net.OfB).Reason));
        AssertEmpty(net);
    }

    [Fact(DisplayName = "RFC 3665 3.9 busy")]
    public void Unsuccessful_busy()
    {
        var net = new SipNetwork();
        net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        Arrived(net).Reject(net.Now, 486);
        net.Run(40_000);

        Assert.Equal(["A INVITE", "B 486 INVITE", "A ACK"], net.Trace);
        Assert.Equal((SipCallEnd.Refused, 486), (net.Of<SipCallEnded>(net.OfA).End, net.Of<SipCallEnded>(net.OfA).Status));
        AssertEmpty(net);
    }

    [Fact(DisplayName = "SIP-UAC-1 RFC 3665 3.10 nobody is there: 408; ringing longer than the limit: CANCEL")]
    public void No_answer_at_all()
    {
        var dead = new SipNetwork { Loss = 1 };
        dead.A.Call(dead.Now, dead.Target());
        dead.Run(40_000);
        Assert.Equal((SipCallEnd.NoAnswer, 408), (dead.Of<SipCallEnded>(dead.OfA).End, dead.Of<SipCallEnded>(dead.OfA).Status));

        var net = new SipNetwork();
        net.A.Call(net.Now, net.Target());
        net.Run(100_000, () => RingAll(net));
        Assert.Contains("A CANCEL", net.Trace);
        Assert.Equal(SipCallEnd.NoAnswer, net.Of<SipCallEnded>(net.OfA).End);
        AssertEmpty(net);
    }

    [Fact(DisplayName = "SIP-UAC-5 CANCEL and 200 cross: ACK, then BYE")]
    public void Cancel_loses_the_race()
    {
        var net = new SipNetwork();
        var call = net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfA.OfType<SipCallProgress>().Any(), 5_000, () => RingAll(net));
        Arrived(net).Answer(net.Now, SipNetwork.Sdp("answer"));
        call.HangUp(net.Now, "Q.850;cause=16");
        net.Run(70_000);

        Assert.Equal(["A ACK", "A BYE"], net.Trace.Where(line => line is "A ACK" or "A BYE"));
        Assert.Equal(SipCallEnd.ByUs, net.Of<SipCallEnded>(net.OfA).End);
        Assert.Equal(SipCallEnd.ByThem, net.Of<SipCallEnded>(net.OfB).End);
        AssertEmpty(net);
    }

    [Fact(DisplayName = "SIP-UAS-2 without ACK the 200 is repeated up to every 4 s for 32 s, then BYE")]
    public void No_ack()
    {
        var net = new SipNetwork { Passes = (_, message) => message.Method != "ACK" };
        net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        Arrived(net).Answer(net.Now, SipNetwork.Sdp("answer"));
        net.Run(80_000);

        Assert.Equal(11, net.Trace.Count(line => line == "B 200 INVITE"));
        Assert.Equal(11, net.Trace.Count(line => line == "A ACK"));
        Assert.Equal(SipCallEnd.NoAnswer, net.Of<SipCallEnded>(net.OfB).End);
        Assert.Equal(SipCallEnd.ByThem, net.Of<SipCallEnded>(net.OfA).End);
        AssertEmpty(net);
    }

    [Fact(DisplayName = "5.8 hanging up before the ACK waits for it")]
    public void Bye_waits_for_the_ack()
    {
        var net = new SipNetwork();
        net.A.Call(net.Now, net.Target());
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        var callee = Arrived(net);
        callee.Answer(net.Now, SipNetwork.Sdp("answer"));
        callee.HangUp(net.Now, "Q.850;cause=16");
        Assert.DoesNotContain("B BYE", net.Trace);
        net.Run(40_000);

        Assert.True(net.Trace.IndexOf("A ACK") < net.Trace.IndexOf("B BYE"));
        AssertEmpty(net);
    }

    [Fact(DisplayName = "SIP-UAS-4 an INVITE without offer: ours in the 200, theirs answers in the ACK")]
    public void Late_offer()
    {
        var net = new SipNetwork();
        var caller = net.A.Call(net.Now, net.Target(""));
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        Assert.True(net.Of<SipCallArrived>(net.OfB).Offer.IsEmpty);
        Arrived(net).Answer(net.Now, SipNetwork.Sdp("our offer"));
        net.RunUntil(() => net.OfA.Count > 0, 1_000);
        Assert.Equal("our offer", Text(net.Of<SipCallAnswered>(net.OfA).Description));
        Assert.True(caller.Acknowledge(net.Now, SipNetwork.Sdp("their answer")));
        net.Run(3_000);

        Assert.Equal("their answer", Text(net.Of<SipCallConfirmed>(net.OfB).Answer));
        Assert.Equal((SipCallState.Confirmed, SipOfferState.Agreed), (caller.State, caller.Offer));
    }

    [Fact(DisplayName = "SIP-UAS-4 an ACK that should answer and does not: BYE with cause 488")]
    public void Late_offer_without_answer()
    {
        var net = new SipNetwork();
        var caller = net.A.Call(net.Now, net.Target(""));
        net.RunUntil(() => net.OfB.Count > 0, 1_000);
        Arrived(net).Answer(net.Now, SipNetwork.Sdp("our offer"));
        net.RunUntil(() => net.OfA.Count > 0, 1_000);
        caller.Acknowledge(net.Now, default);
        net.Run(3_000);

        Assert.Contains("cause=488", net.Of<SipCallEnded>(net.OfA).Reason, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Lossy networks: 40 seeds of 20 % loss, 20 % duplicates, 300 ms jitter: each call ends alike at both ends and leaves nothing")]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(30)]
    public void Lossy_networks(int first)
    {
        for (var seed = first; seed < first + 10; seed++)
        {
            var net = new SipNetwork(seed) { Loss = 0.2, Duplication = 0.2, JitterMs = 300 };
            var call = net.A.Call(net.Now, net.Target());
            net.RunUntil(() => call.State != SipCallState.Early, 60_000, () => RingAll(net, answer: true));
            if (seed % 2 == 0)
            {
                net.RunUntil(() => call.State == SipCallState.Ended || Arrived(net).State == SipCallState.Confirmed, 40_000);
                call.HangUp(net.Now, "Q.850;cause=16");
            }
            else
            {
                Arrived(net).HangUp(net.Now, "Q.850;cause=16");
            }

            net.Run(200_000);
            Assert.Equal(SipCallState.Ended, Arrived(net).State);
            Assert.Equal(SipCallState.Ended, call.State);
            Assert.Single(net.OfA.OfType<SipCallEnded>());
            Assert.Single(net.OfB.OfType<SipCallEnded>());
            AssertEmpty(net);
        }
    }

    internal static (SipCall Caller, SipCall Callee) Establish(SipNetwork net)
    {
        var caller = net.A.Call(net.Now, net.Target());
        Assert.True(net.RunUntil(() => net.OfB.OfType<SipCallConfirmed>().Any(), 30_000, () => RingAll(net, answer: true)));
        return (caller, Arrived(net));
    }

    internal static SipCall Arrived(SipNetwork net) => net.Of<SipCallArrived>(net.OfB).Call;

    internal static string Text(ReadOnlyMemory<byte> bytes) => System.Text.Encoding.ASCII.GetString(bytes.Span);

    internal static void AssertEmpty(SipNetwork net)
    {
        Assert.Equal((0, 0), (net.A.Count, net.B.Count));
        Assert.Equal((0, 0), (net.A.Stack.Count, net.B.Stack.Count));
        Assert.Equal((Instant.Never, Instant.Never), (net.A.NextDeadline, net.B.NextDeadline));
    }

    private static void RingAll(SipNetwork net, bool answer = false)
    {
        foreach (var call in net.OfB.OfType<SipCallArrived>().Select(arrived => arrived.Call).Where(call => call.Owner is null))
        {
            call.Owner = "rung";
            call.Ring(net.Now);
            if (answer)
            {
                call.Answer(net.Now, SipNetwork.Sdp("answer"));
            }
        }
    }
}
