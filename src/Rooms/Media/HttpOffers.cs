using System.Collections.Concurrent;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The last whole offer of each WHIP and WHEP client whose media is on this node, so that any node can go on with its session.
/// As many as there are such peers, each of at most the length the door takes (limit L22).
/// </summary>
internal sealed class HttpOffers
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, PeerOffer>> _rooms = new(StringComparer.Ordinal);

    public void Keep(PeerOffer offer)
    {
        if (offer.Kind is PeerKind.Whip or PeerKind.Whep)
            _rooms.GetOrAdd(offer.Room, _ => new(StringComparer.Ordinal))[offer.PeerId] = offer;
    }

    public PeerOffer? Find(string room, string peerId) => _rooms.TryGetValue(room, out var offers) ? offers.GetValueOrDefault(peerId) : null;

    public void Forget(string room) => _rooms.TryRemove(room, out _);

    public void Forget(string room, string peerId)
    {
        if (_rooms.TryGetValue(room, out var offers) && offers.TryRemove(peerId, out _) && offers.IsEmpty)
            _rooms.TryRemove(new(room, offers));
    }
}
