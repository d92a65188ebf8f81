using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What every door needs: rooms to ask and nodes to send SDP to.</summary>
internal sealed class RoomDoor(IGrainFactory grains, IMediaNodes nodes, RoomFeedHub feeds, RoomClock clock)
{
    public RoomFeedHub Feeds => feeds;

    public string NodeId => nodes.LocalId;

    public RoomClock Clock => clock;

    public IRoomGrain Room(string name) => grains.GetGrain<IRoomGrain>(name);

    /// <summary>One call to the room's home node, wherever that is.</summary>
    public ValueTask<PeerAnswer> NegotiateAsync(MediaTicket? ticket, Func<long, PeerOffer> offer) =>
        ticket is not null && nodes.Find(ticket.Node) is { } home
            ? home.NegotiateAsync(offer(ticket.Epoch))
            : new(PeerAnswer.Refused(MediaErrorCode.StaleEpoch, "The room's media has moved; try again."));

    public IMediaNode? HomeOf(MediaTicket? ticket) => ticket is null ? null : nodes.Find(ticket.Node);

    public static ImmutableArray<PublishRequest> Requests(ImmutableArray<TrackDeclaration> tracks) =>
        [.. tracks.Select(t => new PublishRequest(t.Mid, t.TrackId, t.Source, t.Muted, t.Simulcast, t.Name, t.ContentHint))];
}
