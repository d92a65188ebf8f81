using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The last whole offer of each WHIP and WHEP client whose media is on this node, so that any node can go on with its session.
/// As many as there are such peers, each of at most the length the door takes (limit L22).
/// </summary>
internal sealed class HttpOffers
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, PeerOffer>> _rooms = new(StringComparer.Ordinal);

    public void Keep(PeerOffer offer)
    {
        if (offer.Kind is not (PeerKind.Whip or PeerKind.Whep))
            return;
        lock (_gate)
        {
            if (!_rooms.TryGetValue(offer.Room, out var offers))
                _rooms[offer.Room] = offers = new(StringComparer.Ordinal);
            offers[offer.PeerId] = offer;
        }
    }

    public PeerOffer? Find(string room, string peerId)
    {
        lock (_gate)
            return _rooms.TryGetValue(room, out var offers) ? offers.GetValueOrDefault(peerId) : null;
    }

    public void Forget(string room)
    {
        lock (_gate)
            _rooms.Remove(room);
    }

    public void Forget(string room, string peerId)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(room, out var offers) && offers.Remove(peerId) && offers.Count == 0)
                _rooms.Remove(room);
        }
    }
}
