using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// A node's media engine as seen from any node. Doors send SDP to the home node of a room with one call, showing the
/// ticket the room gave them; the room itself sends orders.
/// </summary>
public interface IMediaNode
{
    string Id { get; }

    /// <summary>The node's phones; null where it carries none.</summary>
    ILegEngine? Legs => null;

    ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy);

    ValueTask<MediaError?> CloseRoomAsync(string room, long epoch);

    ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer);

    /// <summary>What a WHIP or WHEP client offered last: on an ICE restart it sends only what changed (RFC 9725 section 4.3.3).</summary>
    ValueTask<KeptOffer> OfferOfAsync(string room, long epoch, string peerId);

    ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates);

    ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId);

    ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted);

    ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view);

    ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report);

    ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId);

    /// <summary>What the room's media holds now; null when the room is not there or the node does not answer.</summary>
    ValueTask<RoomMediaInventory?> InventoryAsync(string room);

    /// <summary>Signals for this participant go to <paramref name="listener"/> (a node's id) from now on.</summary>
    /// <returns>False when the node has no such peer.</returns>
    ValueTask<bool> AttendAsync(string room, string peerId, string listener);
}

/// <param name="Offer">Null when <paramref name="Error"/> says why.</param>
public sealed record KeptOffer(MediaError? Error, PeerOffer? Offer)
{
    public static KeptOffer Refused(MediaErrorCode code, string detail) => new(new MediaError(code, detail), null);
}

/// <summary>Finds nodes, and chooses one for a room that has none.</summary>
public interface IMediaNodes
{
    /// <summary>The node this process is.</summary>
    string LocalId { get; }

    /// <returns>Null when no such node is known: the ticket is old, or the node is gone.</returns>
    IMediaNode? Find(string id);

    /// <summary>The least loaded node that carries media and is not about to stop.</summary>
    /// <param name="except">A node that is out of the question.</param>
    /// <returns>Null when no node can take another room.</returns>
    IMediaNode? Place(string room, string? except = null);

    /// <summary>True when this node is sure that the other one serves nobody any more, or that nobody would hear it.</summary>
    bool IsLost(string id);
}
