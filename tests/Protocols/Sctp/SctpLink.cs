using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sctp;

namespace Sylk.Conference.Protocols.Tests.Sctp;

/// <summary>Two associations joined by a wire in virtual time that loses, doubles and reorders as a seed says.</summary>
internal sealed class SctpLink
{
    private readonly PriorityQueue<(bool ToB, byte[] Packet), (long, int)> _wire = new();
    private readonly Random _random;
    private int _order;

    public SctpLink(int seed = 1, SctpSettings? a = null, SctpSettings? b = null)
    {
        _random = new Random(seed);
        A = new SctpAssociation(a ?? new SctpSettings(), new SctpSecrets(0x1111_1111, 0xFFFF_FFF0, new byte[32]));
        B = new SctpAssociation(b ?? new SctpSettings(), new SctpSecrets(0x2222_2222, 5_000, [.. Enumerable.Repeat((byte)7, 32)]));
    }

    public SctpAssociation A { get; }

    public SctpAssociation B { get; }

    public Instant Now { get; private set; } = Instant.FromMilliseconds(1_000);

    /// <summary>0 to 1.</summary>
    public double Loss { get; set; }

    public double Duplication { get; set; }

    public int JitterMs { get; set; }

    public bool BReads { get; set; } = true;

    public List<SctpMessage> ReceivedByA { get; } = [];

    public List<SctpMessage> ReceivedByB { get; } = [];

    /// <summary>Sees every packet before the wire; false loses it.</summary>
    public Func<bool, byte[], bool> Passes { get; set; } = (_, _) => true;

    public static SctpLink Open(int seed = 1, SctpSettings? a = null, SctpSettings? b = null)
    {
        var link = new SctpLink(seed, a, b);
        link.A.Connect(link.Now);
        Assert.True(link.RunUntil(() => link.A.State == SctpState.Established && link.B.State == SctpState.Established, 2_000));
        return link;
    }

    public bool RunUntil(Func<bool> done, int milliseconds)
    {
        var end = Now.PlusMilliseconds(milliseconds);
        for (var steps = 0; steps < 2_000_000; steps++)
        {
            Drain();
            if (done())
            {
                return true;
            }

            var next = Instant.Earlier(A.NextDeadline, B.NextDeadline);
            if (_wire.TryPeek(out _, out var at))
            {
                next = Instant.Earlier(next, new Instant(at.Item1));
            }

            if (next > end)
            {
                Now = end;
                return done();
            }

            Now = next > Now ? next : Now;
            Step();
        }

        Assert.Fail("the two never come to rest");
        return false;
    }

    public void Run(int milliseconds) => RunUntil(() => false, milliseconds);

    private void Step()
    {
        while (_wire.TryPeek(out var item, out var at) && at.Item1 <= Now.Nanoseconds)
        {
            _wire.Dequeue();
            (item.ToB ? B : A).Receive(Now, item.Packet);
            Drain();
        }

        A.Tick(Now);
        B.Tick(Now);
    }

    private void Drain()
    {
        Drain(A, toB: true);
        Drain(B, toB: false);
        Take(A, ReceivedByA);
        if (BReads)
        {
            Take(B, ReceivedByB);
        }

        Drain(A, toB: true);
        Drain(B, toB: false);
    }

    private void Take(SctpAssociation from, List<SctpMessage> into)
    {
        while (from.TryReceive(Now, out var message))
        {
            into.Add(message);
        }
    }

    private void Drain(SctpAssociation from, bool toB)
    {
        var buffer = new byte[1136];
        while (from.TryTakePacket(Now, buffer, out var length))
        {
            var packet = buffer[..length];
            var copies = _random.NextDouble() < Duplication ? 2 : 1;
            if (!Passes(toB, packet) || _random.NextDouble() < Loss)
            {
                continue;
            }

            for (var i = 0; i < copies; i++)
            {
                var delay = 20 + _random.Next(JitterMs + 1);
                _wire.Enqueue((toB, packet), (Now.PlusMilliseconds(delay).Nanoseconds, _order++));
            }
        }
    }
}
