using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// The two loops over receivers, and what each will touch some receivers later, fetched step by step: an object first, what it
/// points to a little later, when the object is there. With hundreds of receivers this is what waiting for memory costs otherwise.
/// </summary>
internal static class FetchAhead
{
    private const int PeerLines = 4;
    private const int SlotLines = 4;

    /// <summary>How far ahead each step is.</summary>
    private const int FirstPeer = 8, PeerParts = 6, PeerItems = 4, PeerKeys = 2;
    private const int FirstSlot = 6, SlotParts = 4, SlotEntries = 2;

    /// <summary>Before <paramref name="peers"/>[<paramref name="index"/>] is written to.</summary>
    public static void Writing(ReadOnlySpan<Peer> peers, int index)
    {
        if (index + FirstPeer < peers.Length)
            CacheLine.Fetch(peers[index + FirstPeer], PeerLines);
        if (index + PeerParts < peers.Length)
            peers[index + PeerParts].FetchParts();
        if (index + PeerItems < peers.Length)
            peers[index + PeerItems].FetchItems();
        if (index + PeerKeys < peers.Length)
            peers[index + PeerKeys].FetchKeys();
    }

    /// <summary>Before a packet is offered to <paramref name="slots"/>[<paramref name="index"/>].</summary>
    public static void Offering(ReadOnlySpan<Slot> slots, int index)
    {
        if (index == 0)
            Begin(slots);
        if (index + FirstSlot < slots.Length)
            CacheLine.Fetch(slots[index + FirstSlot], SlotLines);
        if (index + SlotParts < slots.Length)
            slots[index + SlotParts].FetchParts();
        if (index + SlotEntries < slots.Length)
            slots[index + SlotEntries].FetchEntries();
    }

    /// <summary>The first slots of a packet, all at once: their memory is waited for together, not one after the other.</summary>
    private static void Begin(ReadOnlySpan<Slot> slots)
    {
        for (var i = 0; i < slots.Length && i < FirstSlot; i++)
            CacheLine.Fetch(slots[i], SlotLines);
        for (var i = 0; i < slots.Length && i < SlotParts; i++)
            slots[i].FetchParts();
        for (var i = 0; i < slots.Length && i < SlotEntries; i++)
            slots[i].FetchEntries();
    }
}
