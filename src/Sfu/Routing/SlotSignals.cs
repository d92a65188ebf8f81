using Sylk.Conference.Sfu.Peers;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>Tells viewers what their slots carry; every change of a turn in one signal.</summary>
internal sealed class SlotSignals(RoomRouter room, ChangedViewers viewers)
{
    private readonly Dictionary<Peer, HashSet<Slot>> _changed = [];

    public void Changed(Slot slot)
    {
        if (!_changed.TryGetValue(slot.Viewer, out var slots))
            _changed[slot.Viewer] = slots = [];
        slots.Add(slot);
        viewers.Add(slot.Viewer);
    }

    public void Forget(Peer peer)
    {
        _changed.Remove(peer);
        viewers.Remove(peer);
    }

    public void Send(Peer peer)
    {
        if (!_changed.Remove(peer, out var slots))
            return;
        room.Listener.OnSignal(new SlotsChanged(room.Name, peer.Id, [.. slots.Select(Describe)]) { Epoch = room.Epoch });
    }

    private static SlotState Describe(Slot slot) => new(slot.Mid, slot.Track?.Id, slot.Track?.Owner.Id, slot.Phase, CauseOf(slot));

    private static string? CauseOf(Slot slot) => slot.Phase != SlotPhase.Paused ? null
        : slot.Track is { Muted: true } ? "muted"
        : slot.AllocatorPaused ? "bandwidth"
        : "view";
}
