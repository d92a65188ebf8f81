using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>Destinations whose path refused a segmented send. Bounded: a collision forgets the older one, which is then learnt again.</summary>
internal sealed class UnsegmentedDestinations
{
    private const int Slots = 1024;

    private readonly TransportAddress[] _slots = new TransportAddress[Slots];
    private bool _any;

    public bool Contains(in TransportAddress remote) => _any && _slots[SlotOf(remote)] == remote;

    public void Add(in TransportAddress remote)
    {
        _any = true;
        _slots[SlotOf(remote)] = remote;
    }

    private static int SlotOf(in TransportAddress remote) => new NetworkPath(remote).GetHashCode() & (Slots - 1);
}
