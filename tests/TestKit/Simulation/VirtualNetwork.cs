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
    private long _order;

    public LinkProfile Profile { get; set; } = profile;

    public long Sent { get; private set; }

    public long Lost { get; private set; }

    /// <summary>Bytes sent towards an address, whoever lives there and whether or not they arrive.</summary>
    public long BytesTo(TransportAddress address) => _bytesTo.GetValueOrDefault(address);

    public Instant NextArrival => _underWay.TryPeek(out _, out var priority) ? new Instant(priority.At) : Instant.Never;

    public void Send(Instant now, TransportAddress from, TransportAddress to, ReadOnlySpan<byte> data)
    {
        Sent++;
        System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_bytesTo, to, out _) += data.Length;
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
