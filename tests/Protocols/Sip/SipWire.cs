using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip;

/// <summary>A byte-level peer of one stack in virtual time: what the stack sends is kept, what it should get is typed in.</summary>
internal sealed class SipWire
{
    public static readonly SipFlow Udp = new(SipTransport.Udp, TransportAddress.FromIPv4(0xC0000201, 5060));
    public static readonly SipFlow Tcp = new(SipTransport.Tcp, TransportAddress.FromIPv4(0xC0000201, 40_000), 7);

    public SipWire(SipSettings? settings = null) => Stack = new SipStack(settings ?? new SipSettings { Product = "" }, new SipIds(new byte[32]));

    public SipStack Stack { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000);

    /// <summary>Everything sent, with the milliseconds since the start.</summary>
    public List<(long At, SipFlow Flow, SipMessage Message)> Sent { get; } = [];

    public List<SipStackEvent> Events { get; } = [];

    public SipMessage Last => Sent[^1].Message;

    public static SipMessage Parse(string text)
    {
        var outcome = SipParser.Parse(Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)), SipFraming.Datagram, out var message, out var fault);
        return outcome == SipOutcome.Accepted ? message! : throw new ArgumentException(fault?.ToString());
    }

    public static string Text(string method, string branch = "z9hG4bKa", string toTag = "", uint sequence = 1, string more = "") =>
        $"{method} sip:bob@example.com SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.1;branch={branch}\nMax-Forwards: 70\nFrom: <sip:alice@example.com>;tag=a\n" +
        $"To: <sip:bob@example.com>{(toTag.Length > 0 ? ";tag=" + toTag : "")}\nCall-ID: c1\nCSeq: {sequence} {method}\n{more}Content-Length: 0\n\n";

    public void Receive(string text, SipFlow? flow = null) => Receive(flow ?? Udp, Encoding.UTF8.GetBytes(text.Replace("\n", "\r\n", StringComparison.Ordinal)));

    public void Receive(SipFlow flow, ReadOnlyMemory<byte> bytes)
    {
        Stack.Receive(Now, flow, bytes);
        Drain();
    }

    /// <summary>Answers a request the stack sent.</summary>
    public void Reply(SipMessage request, int status, string tag = "b", string more = "", SipFlow? flow = null)
    {
        var response = SipBuilder.ResponseTo(request, status, null, tag);
        foreach (var line in more.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            response.Add(line[..colon], line[(colon + 1)..].Trim());
        }

        Receive(flow ?? Udp, response.Build().Bytes);
    }

    public void Do(Action<SipStack, Instant> act)
    {
        act(Stack, Now);
        Drain();
    }

    /// <summary>Lets time pass, waking the stack exactly when it asks.</summary>
    public void Run(double milliseconds)
    {
        var end = Now + TimeSpan.FromMilliseconds(milliseconds);
        for (var steps = 0; Stack.NextDeadline <= end; steps++)
        {
            Assert.True(steps < 100_000, "the stack spins");
            Now = Stack.NextDeadline > Now ? Stack.NextDeadline : Now;
            Stack.Tick(Now);
            Drain();
        }

        Now = end;
    }

    public T Single<T>()
        where T : SipStackEvent => Assert.Single(Events.OfType<T>());

    /// <summary>When messages of this kind went out.</summary>
    public long[] Times(Func<SipMessage, bool> kind) => [.. Sent.Where(sent => kind(sent.Message)).Select(sent => sent.At)];

    private void Drain()
    {
        while (Stack.TryTakeSend(out var send))
        {
            Assert.Equal(SipOutcome.Accepted, SipParser.Parse(send.Bytes, SipFraming.Stream, out var message, out _));
            Sent.Add(((long)Now.Milliseconds - 1_000, send.Flow, message!));
        }

        while (Stack.TryTakeEvent(out var happened))
        {
            Events.Add(happened);
        }
    }
}
