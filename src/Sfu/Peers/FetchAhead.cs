using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// The two loops over receivers, and what each will touch some receivers later, fetched step by step: an object first, what it
/// points to a little later, when the object is there. In an audience of hundreds this is what waiting for memory costs otherwise.
/// </summary>
internal static class FetchAhead
{
    private const int PeerLines = 4;
    private const int SlotLines = 4;
    private const int Furthest = 8;
    private const int SlotsPerStep = 2;

    /// <summary>Before <paramref name="peers"/>[<paramref name="index"/>] is written to.</summary>
    public static void Writing(ReadOnlySpan<Peer> peers, int index)
    {
        if (index + Furthest >= peers.Length)
            return;
        CacheLine.Fetch(peers[index + Furthest], PeerLines);
        peers[index + 6].FetchParts();
        var next = peers[index + 4];
        CacheLine.Fetch(next.Transport.Outbound, 2);
        next.Pending.FetchItems();
        next.Congestion?.FetchParts();
        next = peers[index + 2];
        next.Transport.Outbound?.FetchKeys();
        next.Congestion?.Sent.FetchNext();
    }

    /// <summary>Before a packet is offered to <paramref name="slots"/>[<paramref name="index"/>].</summary>
    public static void Offering(ReadOnlySpan<Slot> slots, int index)
    {
        if (index + (3 * SlotsPerStep) >= slots.Length)
            return;
        CacheLine.Fetch(slots[index + (3 * SlotsPerStep)], SlotLines);
        slots[index + (2 * SlotsPerStep)].FetchParts();
        slots[index + SlotsPerStep].FetchEntries();
    }
}
