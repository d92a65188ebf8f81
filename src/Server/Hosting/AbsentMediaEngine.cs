using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Stands where no media engine was registered: the server runs, is never ready and refuses every room.</summary>
internal sealed class AbsentMediaEngine : IMediaEngine
{
    private static readonly MediaError Refusal = new(MediaErrorCode.Overloaded, "This server has no media engine.");

    public MediaEngineStatistics Statistics { get; } =
        new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ImmutableSortedDictionary<string, long>.Empty);

    public ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy) => new(Refusal);

    public ValueTask<MediaError?> CloseRoomAsync(string room, long epoch) => new(Refusal);

    public ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer) => new(PeerAnswer.Refused(Refusal.Code, Refusal.Detail));

    public ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates) => new(Refusal);

    public ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId) => new(Refusal);

    public ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted) => new(Refusal);

    public ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view) => new(Refusal);

    public ValueTask<RoomMediaInventory?> InventoryAsync(string room) => default;

    public ValueTask<PeerAnswer> TestNetworkAsync(string sdp) => new(PeerAnswer.Refused(Refusal.Code, Refusal.Detail));
}
