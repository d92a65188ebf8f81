using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>The media engine in this process.</summary>
/// <param name="signals">Hears which node a participant listens on; null where there is only one.</param>
public sealed class LocalMediaNode(string id, IMediaEngine engine, SignalRelay? signals = null) : IMediaNode
{
    private readonly ConcurrentDictionary<string, long> _rooms = new(StringComparer.Ordinal);
    private readonly HttpOffers _offers = new();

    /// <summary>A peer was closed by order of its room; doors forget what they kept about it.</summary>
    public event Action<string>? PeerClosed;

    public string Id { get; } = id;

    public IMediaEngine Engine { get; } = engine;

    /// <summary>Given once, when the node is put together.</summary>
    public ILegEngine? Legs { get; set; }

    /// <summary>Rooms whose media is here, with the epoch they were opened with.</summary>
    public IEnumerable<KeyValuePair<string, long>> Rooms => _rooms;

    public async ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy)
    {
        var error = await Engine.OpenRoomAsync(room, epoch, policy).ConfigureAwait(false);
        if (error is null)
            _rooms[room] = epoch;
        return error;
    }

    public async ValueTask<MediaError?> CloseRoomAsync(string room, long epoch)
    {
        var error = await Engine.CloseRoomAsync(room, epoch).ConfigureAwait(false);
        if (error is not { Code: MediaErrorCode.StaleEpoch })
        {
            _rooms.TryRemove(room, out _);
            _offers.Forget(room);
            signals?.Forget(room);
        }
        return error;
    }

    public ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer) => NegotiateAsync(offer, Id);

    /// <param name="offer">As the participant made it.</param>
    /// <param name="from">The node the participant's signalling is on: the signals that follow at once must find their way already.</param>
    public async ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer, string from)
    {
        signals?.Attend(offer.Room, offer.PeerId, from);
        var answer = await Engine.NegotiateAsync(offer).ConfigureAwait(false);
        if (answer.Error is null)
            _offers.Keep(offer);
        if (!_rooms.TryGetValue(offer.Room, out var epoch) || epoch != offer.Epoch)
            _offers.Forget(offer.Room, offer.PeerId); // it was closed meanwhile
        return answer;
    }

    public ValueTask<KeptOffer> OfferOfAsync(string room, long epoch, string peerId) => ValueTask.FromResult(
        !_rooms.TryGetValue(room, out var current) ? KeptOffer.Refused(MediaErrorCode.RoomNotOpen, "The room's media is not here.")
        : current != epoch ? KeptOffer.Refused(MediaErrorCode.StaleEpoch, "The room's media has moved.")
        : _offers.Find(room, peerId) is { } offer ? new KeptOffer(null, offer)
        : KeptOffer.Refused(MediaErrorCode.PeerUnknown, "Nobody here made an offer over HTTP."));

    public ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates) =>
        Engine.AddCandidatesAsync(room, epoch, peerId, candidates);

    public ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId)
    {
        PeerClosed?.Invoke(peerId);
        _offers.Forget(room, peerId);
        signals?.Forget(room, peerId);
        return Engine.ClosePeerAsync(room, epoch, peerId);
    }

    public ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted) =>
        Engine.SetTrackMutedAsync(room, epoch, trackId, muted);

    public ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view) =>
        Engine.SetViewAsync(room, epoch, peerId, view);

    public ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report) =>
        Engine.ReportAsync(room, epoch, peerId, report);

    public ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId) => Engine.StatisticsAsync(room, peerId);

    public ValueTask<RoomMediaInventory?> InventoryAsync(string room) => Engine.InventoryAsync(room);

    public async ValueTask<bool> AttendAsync(string room, string peerId, string listener)
    {
        if (signals is null)
            return true;
        signals.Attend(room, peerId, listener);
        return await Engine.InventoryAsync(room).ConfigureAwait(false) is { } held && held.Peers.Any(peer => peer.PeerId == peerId);
    }
}

/// <summary>A world of one node. A cluster brings another implementation, not another caller.</summary>
public sealed class SingleMediaNode(LocalMediaNode node) : IMediaNodes
{
    public string LocalId => node.Id;

    public IMediaNode? Find(string id) => id == node.Id ? node : null;

    public IMediaNode? Place(string room, string? except = null) => except == node.Id ? null : node;

    public bool IsLost(string id) => id != node.Id;
}
