using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Tests.Sip.Calls;
using Sylk.Conference.Protocols.Tests.Sip.Torture;

namespace Sylk.Conference.Protocols.Tests.Sip;

/// <summary>They measure the whole process's memory, so nothing runs beside them.</summary>
[CollectionDefinition(nameof(FloodTests), DisableParallelization = true)]
[Collection(nameof(FloodTests))]
public class FloodTests
{
    private static readonly SipFlow Stranger = new(SipTransport.Udp, TransportAddress.FromIPv4(0xC6336405, 5060));

    [Fact(DisplayName = "R-08 TS-01 60,000 malformed messages beside a call: no exception, the call stays, the memory too")]
    public void Malformed()
    {
        var net = new SipNetwork();
        var (caller, callee) = CallFlowTests.Establish(net);
        net.Run(40_000);
        var seeds = TortureFile.Rfc4475.Values.ToList();
        var random = new Random(8);
        for (var i = 0; i < 60_000; i++)
        {
            var message = seeds[i % seeds.Count].ToArray();
            for (var change = 0; change < 3; change++)
            {
                message[random.Next(message.Length)] = (byte)random.Next(256);
            }

            net.B.Gate = (_, _, _) => new SipFault(403, "Forbidden");
            net.B.Receive(net.Now, Stranger, message);
            while (net.B.TryTakeSend(out _))
            {
            }
        }

        Assert.True(net.B.Stack.Dropped + net.B.Stack.Refused > 50_000);
        Assert.Equal((1, SipCallState.Confirmed), (net.B.Count, callee.State));
        caller.HangUp(net.Now, "Q.850;cause=16");
        net.Run(80_000);
        CallFlowTests.AssertEmpty(net);
    }

    [Fact(DisplayName = "R-09 TS-02 240,000 unauthenticated requests: each is answered once and nothing is kept")]
    public void Unauthenticated()
    {
        var ids = new SipIds(new byte[32]);
        var challenger = new SipChallenger("example.com", new byte[32], ids);
        var rules = new SipUasRules();
        var agent = new SipUserAgent(new SipSettings { Rules = rules with { Methods = [.. rules.Methods, SipMethod.Register] } }, new SipCallSettings(), ids)
        {
            Gate = (now, _, _) => challenger.Challenge(now),
        };
        string[] methods = ["REGISTER", "INVITE", "MESSAGE", "OPTIONS"];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var answers = 0;
        for (var i = 0; i < 240_000; i++)
        {
            var text = SipWire.Text(methods[i % 4], $"z9hG4bK{i}", more: "Contact: <sip:x@y>\n").Replace("Call-ID: c1", $"Call-ID: {i}", StringComparison.Ordinal);
            agent.Receive(Instant.FromMilliseconds(i / 2.0), Stranger, Encoding.ASCII.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));
            while (agent.TryTakeSend(out _))
            {
                answers++;
            }
        }

        Assert.Equal((240_000, 0, 0, 0), (answers, agent.Stack.Count, agent.Count, challenger.Held));
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < 4 * 1024 * 1024);
        Assert.Equal(Instant.Never, agent.NextDeadline);
    }
}
