using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// Datagrams between the server's shard and its peers in virtual time: every fate (lost, late, twice) comes from one seed.
/// </summary>
public sealed class VirtualNetwork(int seed, LinkProfile profile)
{
    private readonly Random _random = new(seed);
    private readonly PriorityQueue<Datagram, (long At, long Order)> _underWay = new();
    private readonly Dictionary<TransportAddress, long> _bytesTo = [];
    private readonly Dictionary<TransportAddress, (long Media, long Dtls)> _kindsTo = [];
    private readonly Dictionary<TransportAddress, ShapedLink> _links = [];
    private readonly Dictionary<TransportAddress, ShapedLink> _linksFrom = [];
    private long _order;

    public LinkProfile Profile { get; set; } = profile;

    /// <summary>What goes to this address passes this link from now on, instead of what <see cref="Profile"/> says.</summary>
    public void Shape(TransportAddress to, ShapedLink link) => _links[to] = link;

    /// <summary>What comes from this address passes this link from now on.</summary>
    public void ShapeFrom(TransportAddress from, ShapedLink link) => _linksFrom[from] = link;

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Bytes sent towards an address, whoever lives there and whether or not they arrive.</summary>
    public long BytesTo(TransportAddress address) => _bytesTo.GetValueOrDefault(address);

    /// <summary>Packets of SRTP or SRTCP sent towards an address, and of DTLS.</summary>
    public (long Media, long Dtls) PacketsTo(TransportAddress address) => _kindsTo.GetValueOrDefault(address);

    public Instant NextArrival => _underWay.TryPeek(out _, out var priority) ? new Instant(priority.At) : Instant.Never;

    public void Send(Instant now, TransportAddress from, TransportAddress to, ReadOnlySpan<byte> data)
    {
        Sent++;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_bytesTo, to, out _) += data.Length;
        ref var kinds = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_kindsTo, to, out _);
        kinds = (kinds.Media + (data[0] >= 128 ? 1 : 0), kinds.Dtls + (data[0] is >= 20 and < 64 ? 1 : 0));
        if (_links.TryGetValue(to, out var link) || _linksFrom.TryGetValue(from, out link))
        {
            if (link.TryPass(now, data.Length, out var arrives))
                _underWay.Enqueue(new Datagram(from, to, data.ToArray()), (arrives.Nanoseconds, _order++));
            return;
        }

        if (_random.NextDouble() < Profile.Loss)
        {
            Lost++;
            return;
        }

        var datagram = new Datagram(from, to, data.ToArray());
        Deliver(now, datagram);
        if (_random.NextDouble() < Profile.Duplicates)
            Deliver(now, datagram);
    }

    public bool TryTakeArrived(Instant now, out Datagram datagram)
    {
        if (_underWay.TryPeek(out datagram, out var priority) && priority.At <= now.Nanoseconds)
        {
            _underWay.Dequeue();
            return true;
        }

        datagram = default;
        return false;
    }

    private void Deliver(Instant now, Datagram datagram)
    {
        var delayMs = Profile.DelayMs + (_random.NextDouble() * Profile.JitterMs);
        _underWay.Enqueue(datagram, (now.Nanoseconds + (long)(delayMs * 1_000_000), _order++));
    }

    public readonly record struct Datagram(TransportAddress From, TransportAddress To, byte[] Data);
}
