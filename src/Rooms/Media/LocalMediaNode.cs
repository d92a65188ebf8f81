using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>The media engine in this process.</summary>
public sealed class LocalMediaNode(string id, IMediaEngine engine) : IMediaNode
{
    /// <summary>A peer was closed by order of its room; doors forget what they kept about it.</summary>
    public event Action<string>? PeerClosed;

    public string Id { get; } = id;

    public IMediaEngine Engine { get; } = engine;

    public ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy) => Engine.OpenRoomAsync(room, epoch, policy);

    public ValueTask<MediaError?> CloseRoomAsync(string room, long epoch) => Engine.CloseRoomAsync(room, epoch);

    public ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer) => Engine.NegotiateAsync(offer);

    public ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates) =>
        Engine.AddCandidatesAsync(room, epoch, peerId, candidates);

    public ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId)
    {
        PeerClosed?.Invoke(peerId);
        return Engine.ClosePeerAsync(room, epoch, peerId);
    }

    public ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted) =>
        Engine.SetTrackMutedAsync(room, epoch, trackId, muted);

    public ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view) =>
        Engine.SetViewAsync(room, epoch, peerId, view);

    public ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report) =>
        Engine.ReportAsync(room, epoch, peerId, report);

    public ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId) => Engine.StatisticsAsync(room, peerId);
}

/// <summary>A world of one node. A cluster brings another implementation, not another caller.</summary>
public sealed class SingleMediaNode(LocalMediaNode node) : IMediaNodes
{
    public string LocalId => node.Id;

    public IMediaNode? Find(string id) => id == node.Id ? node : null;

    public IMediaNode? Place(string room) => node;
}
