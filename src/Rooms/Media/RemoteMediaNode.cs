using System.Collections.Immutable;
using System.Text.Json;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The media engine of another process: each call is one message there and one back. A node that does not answer in time costs the
/// caller <see cref="Patience"/> and no more.
/// </summary>
internal sealed class RemoteMediaNode(string id, SiloAddress silo, NodeLinks links) : IMediaNode
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1500);
    private static readonly MediaError Silent = new(MediaErrorCode.StaleEpoch, "The room's media is moving; try again.");

    private volatile bool _lost;

    public string Id => id;

    public ILegEngine Legs => new RemoteLegs(this, links.LocalId);

    public SiloAddress Silo => silo;

    /// <summary>When true, nothing is sent there any more.</summary>
    public bool IsLost
    {
        get => _lost;
        set => _lost = value;
    }

    public ValueTask<MediaError?> OpenRoomAsync(string room, long epoch, RoomMediaPolicy policy) => OrderAsync(new OpenMedia(room, epoch, policy));

    public ValueTask<MediaError?> CloseRoomAsync(string room, long epoch) => OrderAsync(new CloseMedia(room, epoch));

    public async ValueTask<PeerAnswer> NegotiateAsync(PeerOffer offer) =>
        (await AskAsync<PeerAnswer>(new Negotiation(offer, links.LocalId)).ConfigureAwait(false)).Answer
        ?? PeerAnswer.Refused(Silent.Code, Silent.Detail);

    public async ValueTask<KeptOffer> OfferOfAsync(string room, long epoch, string peerId) =>
        (await AskAsync<KeptOffer>(new OfferOf(room, epoch, peerId)).ConfigureAwait(false)).Answer ?? KeptOffer.Refused(Silent.Code, Silent.Detail);

    public ValueTask<MediaError?> AddCandidatesAsync(string room, long epoch, string peerId, ImmutableArray<string> candidates) =>
        OrderAsync(new CandidatesFor(room, epoch, peerId, candidates));

    public ValueTask<MediaError?> ClosePeerAsync(string room, long epoch, string peerId) => OrderAsync(new ClosePeer(room, epoch, peerId));

    public ValueTask<MediaError?> SetTrackMutedAsync(string room, long epoch, string trackId, bool muted) =>
        OrderAsync(new MuteTrack(room, epoch, trackId, muted));

    public ValueTask<MediaError?> SetViewAsync(string room, long epoch, string peerId, PeerView view) =>
        OrderAsync(new ViewFor(room, epoch, peerId, view));

    public ValueTask<MediaError?> ReportAsync(string room, long epoch, string peerId, ClientReport report) =>
        OrderAsync(new ReportOf(room, epoch, peerId, report));

    public async ValueTask<PeerStatistics?> StatisticsAsync(string room, string peerId) =>
        (await AskAsync<PeerStatistics>(new StatisticsOf(room, peerId)).ConfigureAwait(false)).Answer;

    public async ValueTask<RoomMediaInventory?> InventoryAsync(string room) =>
        (await AskAsync<RoomMediaInventory>(new InventoryOf(room)).ConfigureAwait(false)).Answer;

    /// <summary>True also when the node does not answer: nobody is sent away for that.</summary>
    public async ValueTask<bool> AttendAsync(string room, string peerId, string listener) =>
        await AskAsync<bool?>(new Attendance(room, peerId, listener)).ConfigureAwait(false) is not { Answered: true, Answer: false };

    public async Task<bool> GiveAsync(NodeOrder order) => (await AskAsync<bool>(new OrderToNode(order)).ConfigureAwait(false)).Answer;

    internal async ValueTask<MediaError?> OrderAsync(NodeRequest request)
    {
        var (answered, error) = await AskAsync<MediaError>(request).ConfigureAwait(false);
        return answered ? error : Silent;
    }

    internal async ValueTask<(bool Answered, T? Answer)> AskAsync<T>(NodeRequest request)
    {
        if (_lost)
            return default;
        try
        {
            var reply = await links.To(silo).Ask(NodeWire.Write(request)).WaitAsync(Patience).ConfigureAwait(false);
            return (true, NodeWire.Read<T>(reply));
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException or JsonException)
        {
            return default;
        }
    }
}
