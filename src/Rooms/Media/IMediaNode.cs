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

    ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy);

    ValueTask<MediaError?> CloseRoomAsync(string room, long epoch);

    ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer);

    ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates);

    ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId);

    ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted);

    ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view);

    ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report);

    ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId);
}

/// <summary>Finds nodes, and chooses one for a room that has none.</summary>
public interface IMediaNodes
{
    /// <summary>The node this process is.</summary>
    string LocalId { get; }

    /// <returns>Null when no such node is known: the ticket is old, or the node is gone.</returns>
    IMediaNode? Find(string id);

    /// <returns>Null when no node can take another room.</returns>
    IMediaNode? Place(string room);
}
