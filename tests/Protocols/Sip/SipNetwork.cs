using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip;

/// <summary>Two user agents joined by a network in virtual time that loses, doubles and reorders datagrams as a seed says.</summary>
internal sealed class SipNetwork
{
    private static readonly SipUasRules Registering = new() { Methods = [.. new SipUasRules().Methods, SipMethod.Register] };

    private readonly PriorityQueue<(int To, SipFlow Flow, ReadOnlyMemory<byte> Bytes), (long, int)> _wire = new();
    private readonly TransportAddress[] _addresses = [TransportAddress.FromIPv4(0xC0000201, 5060), TransportAddress.FromIPv4(0xC0000202, 5060)];
    private readonly Random _random;
    private readonly SipTransport _transport;
    private int _order;

    public SipNetwork(int seed = 1, SipTransport transport = SipTransport.Udp, SipCallSettings? a = null, SipCallSettings? b = null)
    {
        _random = new Random(seed);
        _transport = transport;
        A = Agent("192.0.2.1", 1, a);
        B = Agent("192.0.2.2", 2, b);
    }

    public SipUserAgent A { get; }

    public SipUserAgent B { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000);

    public double Loss { get; set; }

    public double Duplication { get; set; }

    public int JitterMs { get; set; }

    /// <summary>Sees each message before the wire; false loses it.</summary>
    public Func<bool, SipMessage, bool> Passes { get; set; } = (_, _) => true;

    public List<SipEvent> OfA { get; } = [];

    public List<SipEvent> OfB { get; } = [];

    /// <summary>What was sent, as <c>A INVITE</c> or <c>B 180 INVITE</c>.</summary>
    public List<string> Trace { get; } = [];

    public SipFlow ToB => new(_transport, _addresses[1]);

    public SipFlow ToA => new(_transport, _addresses[0]);

    public static ReadOnlyMemory<byte> Sdp(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    public SipCallTarget Target(string offer = "offer") => new(Uri("sip:bob@example.com"), Address("sip:alice@example.com"), Address("sip:bob@example.com"), "<sip:alice@192.0.2.1>", ToB) { Offer = Sdp(offer) };

    public static SipUri Uri(string text) => SipUri.TryParse(text, out var uri) ? uri : throw new ArgumentException(text);

    public static SipNameAddress Address(string text) => SipNameAddress.Create(Uri(text));

    /// <summary>Lets time pass; <paramref name="meanwhile"/> answers what happens.</summary>
    public void Run(double milliseconds, Action? meanwhile = null) => RunUntil(() => false, milliseconds, meanwhile);

    public bool RunUntil(Func<bool> done, double milliseconds, Action? meanwhile = null)
    {
        var end = Now + TimeSpan.FromMilliseconds(milliseconds);
        for (var steps = 0; steps < 500_000; steps++)
        {
            Drain();
            meanwhile?.Invoke();
            Drain();
            if (done())
            {
                return true;
            }

            var next = Instant.Earlier(Instant.Earlier(A.NextDeadline, B.NextDeadline), _wire.TryPeek(out _, out var at) ? new Instant(at.Item1) : Instant.Never);
            if (next > end)
            {
                Now = end;
                return done();
            }

            Now = next > Now ? next : Now;
            Step();
        }

        throw new InvalidOperationException("the agents spin");
    }

    public T Of<T>(List<SipEvent> events)
        where T : SipEvent => Assert.Single(events.OfType<T>());

    private static SipUserAgent Agent(string host, byte key, SipCallSettings? calls) => new(
        new SipSettings { Host = host, Product = "", Rules = Registering }, calls ?? new SipCallSettings { SessionExpires = 0 }, new SipIds([.. Enumerable.Repeat(key, 32)]));

    private void Step()
    {
        A.Tick(Now);
        B.Tick(Now);
        while (_wire.TryPeek(out var packet, out var at) && at.Item1 <= Now.Nanoseconds)
        {
            _wire.Dequeue();
            (packet.To == 0 ? A : B).Receive(Now, packet.Flow, packet.Bytes);
        }
    }

    private void Drain()
    {
        for (var from = 0; from < 2; from++)
        {
            var agent = from == 0 ? A : B;
            while (agent.TryTakeEvent(out var happened))
            {
                (from == 0 ? OfA : OfB).Add(happened);
            }

            while (agent.TryTakeSend(out var send))
            {
                Carry(from, send);
            }
        }
    }

    private void Carry(int from, SipSend send)
    {
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(send.Bytes, SipFraming.Stream, out var message, out var fault));
        Trace.Add($"{(from == 0 ? 'A' : 'B')} {(message!.IsRequest ? message.Method : $"{message.Status} {message.Method}")}");
        Assert.Equal(_addresses[1 - from], send.Flow.Remote);
        var copies = _random.NextDouble() < Duplication ? 2 : 1;
        for (var copy = 0; copy < copies; copy++)
        {
            if (Passes(from == 0, message) && (_transport != SipTransport.Udp || _random.NextDouble() >= Loss))
            {
                var arrives = Now.PlusMilliseconds(10 + (_transport == SipTransport.Udp ? _random.Next(JitterMs + 1) : 0));
                _wire.Enqueue((1 - from, send.Flow with { Remote = _addresses[from] }, send.Bytes), (arrives.Nanoseconds, _order++));
            }
        }
    }
}
