using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Torture;

/// <summary>R-04: the corpus through a whole user agent with registrar and challenge, over datagrams and a stream; what comes back on the wire.</summary>
public class TortureOnTheWireTests
{
    private static readonly SipFlow Udp = new(SipTransport.Udp, TransportAddress.FromIPv4(0x7F000001, 5060));
    private static readonly SipFlow Tcp = new(SipTransport.Tcp, TransportAddress.FromIPv4(0x7F000001, 40_000), 1);

    public static TheoryData<string, int> Answers
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var row in Rfc4475Tests.Datagrams.Select(row => row.Data))
            {
                data.Add(row.Item1, (row.Item1, row.Item3) switch
                {
                    // Its To has a tag, and we have no such dialog.
                    ("wsinv", _) => 481,
                    ("esc01" or "longreq" or "baddate", _) => 180,
                    ("lwsdisp" or "semiuri" or "transports" or "badbranch" or "zeromf", _) => 200,
                    ("dblreq" or "cparam01" or "cparam02" or "regescrt" or "escnull", _) => 200,
                    ("regbadct" or "unksm2", _) => 400,
                    ("regaut01", _) => 401,

                    // A dialog cannot be made without Contact, which RFC 2543 did not ask for: one of the two answers the table allows.
                    ("inv2543", _) => 400,
                    (_, var status) => status,
                });
            }

            return data;
        }
    }

    [Theory(DisplayName = "R-04 RFC 4475 as datagrams: the answer on the wire, and afterwards OPTIONS still gets 200")]
    [MemberData(nameof(Answers))]
    public void As_datagrams(string name, int status)
    {
        var agent = Agent();
        Assert.Equal(status, Feed(agent, Udp, TortureFile.Rfc4475[name], name));
        Assert.Equal(200, Feed(agent, Udp, Alive(), "alive"));
    }

    [Theory(DisplayName = "R-04 RFC 4475 over a stream")]
    [MemberData(nameof(Answers))]
    public void Over_a_stream(string name, int status)
    {
        var agent = Agent();
        var framer = new SipStreamFramer();
        framer.Append(default, TortureFile.Rfc4475[name]);
        var kind = framer.TryTake(out var frame);
        if (kind != SipFrameKind.None)
        {
            Assert.Equal(status, Feed(agent, Tcp, frame, name));
        }

        Assert.Equal(name == "clerr", kind == SipFrameKind.None);
        Assert.Equal(200, Feed(agent, Udp, Alive(), "alive"));
    }

    [Fact(DisplayName = "R-04 RFC 5118 through the agent: all but 4.2 reach whoever they are for")]
    public void Rfc5118()
    {
        foreach (var (name, bytes) in TortureFile.Rfc5118)
        {
            var expected = name switch { "4.2" => 400, "4.5a" or "4.7" => 481, "4.6" or "4.8" or "4.9" => 180, _ => 200 };
            Assert.Equal((name, expected), (name, Feed(Agent(), Udp, bytes, name)));
        }
    }

    private static int Feed(SipUserAgent agent, SipFlow flow, ReadOnlyMemory<byte> bytes, string name)
    {
        agent.Receive(Instant.FromMilliseconds(1_000), flow, bytes);
        while (agent.TryTakeEvent(out var happened))
        {
            Answer(agent, happened);
        }

        var status = 0;
        while (agent.TryTakeSend(out var send))
        {
            Assert.Equal(flow.Remote with { Port = 0 }, send.Flow.Remote with { Port = 0 });
            SipParser.Parse(send.Bytes, SipFraming.Stream, out var response, out _);
            Assert.True(response is { IsResponse: true }, name);
            status = response.Status;
        }

        return status;
    }

    private static void Answer(SipUserAgent agent, SipEvent happened)
    {
        var now = Instant.FromMilliseconds(1_000);
        switch (happened)
        {
            case SipCallArrived arrived:
                arrived.Call.Ring(now);
                break;
            case SipRequestArrived { Transaction: { Request.Method: SipMethod.Register } transaction }:
                var outcome = SipRegistrar.Register(now, [], transaction.Request, transaction.Flow, new SipRegistrarSettings());
                agent.Respond(now, transaction, transaction.Answer(outcome.Status, outcome.Reason).AddAll(outcome.Headers));
                break;
            case SipRequestArrived { Transaction: var transaction }:
                agent.Respond(now, transaction, agent.Capabilities(transaction));
                break;
        }
    }

    private static SipUserAgent Agent()
    {
        var ids = new SipIds(new byte[32]);
        var challenger = new SipChallenger("example.com", new byte[32], ids);
        var rules = new SipUasRules();
        return new SipUserAgent(new SipSettings { Rules = rules with { Methods = [.. rules.Methods, SipMethod.Register] } }, new SipCallSettings(), ids)
        {
            Gate = (now, request, _) => request.Has(SipHeader.Authorization) && challenger.Verify(now, request, (_, _) => null, out string _) != SipDigestVerdict.Accepted
                ? challenger.Challenge(now)
                : null,
        };
    }

    private static byte[] Alive() => System.Text.Encoding.ASCII.GetBytes(SipWire.Text("OPTIONS", "z9hG4bKalive").Replace("\n", "\r\n", StringComparison.Ordinal));
}
