using System.Security.Cryptography;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>An even port for RTP and the one above for RTCP.</summary>
internal sealed record PortPair(IPhonePort Rtp, IPhonePort Rtcp);

/// <summary>Gives port pairs out at random (MED-5) and keeps those of ended calls until nobody sends there any more (MED-4).</summary>
internal sealed class PortPool(int first, int last, Func<int, IPhonePort?> open)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _taken = [];

    public static PortPool Of(PhoneSettings settings)
    {
        var withIPv6 = settings.AdvertisedIPv6 is not null;
        return new PortPool(settings.FirstPort, settings.LastPort, number => UdpPhonePort.TryOpen(settings.Bind, withIPv6, number));
    }

    /// <returns>Null when all are in use.</returns>
    public PortPair? TryTake()
    {
        var lowest = (first + 1) & ~1;
        var pairs = (last + 1 - lowest) / 2;
        if (pairs <= 0)
        {
            return null;
        }

        var start = RandomNumberGenerator.GetInt32(pairs);
        for (var i = 0; i < pairs; i++)
        {
            var number = lowest + (2 * ((start + i) % pairs));
            if (TryReserve(number) && TryOpen(number) is { } pair)
            {
                return pair;
            }
        }

        return null;
    }

    /// <summary>Closes both ports; they may be given out again.</summary>
    public void Release(PortPair pair)
    {
        pair.Rtp.Dispose();
        pair.Rtcp.Dispose();
        Free(pair.Rtp.Number);
    }

    private bool TryReserve(int number)
    {
        lock (_lock)
        {
            return _taken.Add(number);
        }
    }

    private void Free(int number)
    {
        lock (_lock)
        {
            _taken.Remove(number);
        }
    }

    private PortPair? TryOpen(int number)
    {
        if (open(number) is { } rtp)
        {
            if (open(number + 1) is { } rtcp)
            {
                return new PortPair(rtp, rtcp);
            }

            rtp.Dispose();
        }

        Free(number);
        return null;
    }
}

/// <summary>Ports of ended calls: read and thrown away until 30 s have passed without a packet, ten minutes at most.</summary>
internal sealed class PortQuarantine(PortPool pool)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);
    private readonly List<Entry> _entries = [];
    private Instant _next;

    public bool IsEmpty => _entries.Count == 0;

    public void Add(Instant now, PortPair pair) => _entries.Add(new Entry(pair, now) { Heard = now });

    public void Tick(Instant now, Span<byte> scratch)
    {
        if (IsEmpty || now < _next)
        {
            return;
        }

        _next = now + Between;
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            var entry = _entries[i];
            if (Drain(entry.Pair.Rtp, scratch) | Drain(entry.Pair.Rtcp, scratch))
            {
                entry.Heard = now;
            }

            if (now - entry.Heard >= Quiet || now - entry.Closed >= Longest)
            {
                pool.Release(entry.Pair);
                _entries.RemoveAt(i);
            }
        }
    }

    public void Clear()
    {
        _entries.ForEach(entry => pool.Release(entry.Pair));
        _entries.Clear();
    }

    private static bool Drain(IPhonePort port, Span<byte> scratch)
    {
        const int Most = 256;
        var any = false;
        for (var i = 0; i < Most && port.TryReceive(scratch, out _, out _); i++)
        {
            any = true;
        }

        return any;
    }

    private sealed class Entry(PortPair pair, Instant closed)
    {
        public PortPair Pair => pair;

        public Instant Closed => closed;

        public Instant Heard { get; set; }
    }
}
