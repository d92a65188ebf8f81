using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What every door needs: rooms to ask and nodes to send SDP to.</summary>
internal sealed class RoomDoor(IGrainFactory grains, IMediaNodes nodes, RoomFeedHub feeds, RoomClock clock)
{
    private const string Moved = "The room's media has moved; try again.";

    /// <summary>A lost home is noticed within a second and replaced at once; this is enough for two in a row.</summary>
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    public RoomFeedHub Feeds => feeds;

    public string NodeId => nodes.LocalId;

    public RoomClock Clock => clock;

    public IRoomGrain Room(string name) => grains.GetGrain<IRoomGrain>(name);

    /// <summary>One call to the room's home node, wherever that is.</summary>
    /// <param name="ticket">As the room gave it.</param>
    /// <param name="offer">Null for a connection with another home: nobody else can go on with that.</param>
    public ValueTask<PeerAnswer> NegotiateAsync(string room, string participantId, MediaTicket? ticket, Func<long, PeerOffer?> offer) => AtHomeAsync(
        (room, participantId), ticket, (home, epoch) => AskAsync(home, epoch, offer(epoch)), answer => answer.Error,
        PeerAnswer.Refused(MediaErrorCode.StaleEpoch, Moved));

    /// <summary>What a participant last offered over HTTP, from the room's home node.</summary>
    public ValueTask<KeptOffer> OfferOfAsync(string room, string participantId, MediaTicket? ticket) => AtHomeAsync(
        (room, participantId), ticket, (home, epoch) => home.OfferOfAsync(room, epoch, participantId), kept => kept.Error,
        KeptOffer.Refused(MediaErrorCode.StaleEpoch, Moved));

    /// <summary>An order of a participant to the room's home node.</summary>
    public ValueTask<MediaError?> OrderAsync(string room, string participantId, MediaTicket? ticket, Func<IMediaNode, long, ValueTask<MediaError?>> order) =>
        AtHomeAsync((room, participantId), ticket, order, error => error, new MediaError(MediaErrorCode.StaleEpoch, Moved));

    public IMediaNode? HomeOf(MediaTicket? ticket) => ticket is null ? null : nodes.Find(ticket.Node);

    private static async ValueTask<PeerAnswer> AskAsync(IMediaNode home, long epoch, PeerOffer? offer) => offer is null
        ? PeerAnswer.Refused(MediaErrorCode.NegotiationStale, "The room's media has moved; offer on a new connection.")
        : await home.NegotiateAsync(offer) with { Epoch = epoch };

    /// <summary>Again for a while when the media moves in between: nobody who gave an order hears of that.</summary>
    private async ValueTask<T> AtHomeAsync<T>(
        (string Room, string Id) who, MediaTicket? ticket, Func<IMediaNode, long, ValueTask<T>> act, Func<T, MediaError?> errorOf, T homeless)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = HomeOf(ticket) is { } home ? await act(home, ticket!.Epoch) : homeless;
            if (attempt == Tries || errorOf(outcome) is not { Code: MediaErrorCode.StaleEpoch or MediaErrorCode.RoomNotOpen })
                return outcome;
            var permit = await Room(who.Room).Permit(who.Id, []);
            if (permit.Refusal is not null)
                return outcome;
            if (permit.Ticket == ticket)
                await Task.Delay(Pause, clock.Time);
            ticket = permit.Ticket;
        }
    }

    public static ImmutableArray<PublishRequest> Requests(ImmutableArray<TrackDeclaration> tracks) =>
        [.. tracks.Select(t => new PublishRequest(t.Mid, t.TrackId, t.Source, t.Muted, t.Simulcast, t.Name, t.ContentHint))];
}
