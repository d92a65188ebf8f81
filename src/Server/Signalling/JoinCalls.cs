using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Coming in, coming back and going.</summary>
internal sealed class JoinCalls(RoomDoor door, Entrance entrance, EventPump pump, JoinReplies replies, JoinTimes times)
{
    private const int ProtocolVersion = JoinReplies.Protocol;

    public async Task<Reply> JoinAsync(ClientConnection connection, JoinBody body)
    {
        if (connection.Member is not null || connection.Place is not null)
            return Reply.Refused(ErrorCodes.IdentityInUse, "This connection has joined already.");
        var since = times.Begin();
        if (Check(body) is { } refusal)
            return Reply.Refused(refusal);
        RoomName.TryNormalize(body.Room, out var room);
        var listener = new FeedListener(connection.Id);
        door.Feeds.Listen(room, listener);
        var key = Ids.Secret();
        var (outcome, resumed) = await EnterAsync(connection, body, room, key);
        if (body.Resume is not null)
            replies.Meter.Reconnected(outcome.Refusal is not null ? "refused" : resumed ? "resumed" : "rejoined");
        if (outcome.Refusal is { } refused)
        {
            times.Refused(since, ParticipantKind.Web);
            return GiveUp(room, listener, refused);
        }
        if (outcome.Waiting)
            return await WaitAsync(connection, room, outcome, listener, new(body.Offer, key));
        if (!resumed)
            times.Joined(outcome.Self!.Id, since, ParticipantKind.Web);
        else if (door.HomeOf(outcome.Ticket) is { } home)
            await home.AttendAsync(room, outcome.Self!.Id, door.NodeId); // signals follow them here
        listener.Bind(outcome.Self!.Id);
        var answer = body.Offer is null ? null : await NegotiateAsync(room, outcome, body.Offer);
        if (answer?.Error is { } error && !resumed)
        {
            await door.Room(room).Do(new Leave(outcome.Self.Id));
            return GiveUp(room, listener, error.ToRefusal());
        }
        return await BecomeAsync(connection, room, outcome, listener)
            ? Reply.With(replies.Joined(outcome, key, answer is { Error: null } ? WireAnswer.From(answer) : null))
            : Gone();
    }

    public async Task<Reply> LeaveAsync(ClientConnection connection)
    {
        if (End(connection.Resign()) is not { } member)
            return Reply.Refused(ErrorCodes.CapabilityMissing, "Join a room first.");
        return Reply.Of(await door.Room(member.Room).Do(new Leave(member.ParticipantId)));
    }

    public async Task DisconnectedAsync(ClientConnection connection)
    {
        if (End(connection.Resign(closing: true)) is { } member)
            await door.Room(member.Room).Do(new LoseConnection(member.ParticipantId, connection.Id));
    }

    private static Refusal? Check(JoinBody body)
    {
        if (body.Protocol != ProtocolVersion)
            return new(ErrorCodes.ProtocolVersion, $"This server speaks protocol {ProtocolVersion}; reload the page.");
        if (!RoomName.TryNormalize(body.Room, out _))
            return new(ErrorCodes.RoomNotFound, "No room can have this name.");
        if (People.CleanName(body.DisplayName) is null)
            return new(ErrorCodes.ValidationFailed, "displayName: at most 64 characters, no control characters.");
        if (body.Attributes is { } attributes && !People.AreAttributes(attributes))
            return new(ErrorCodes.ValidationFailed, "attributes: at most 20, keys to 64 and values to 256 characters.");
        return body.Offer is null ? null : Offers.Check(body.Offer);
    }

    private async Task<(JoinOutcome Outcome, bool Resumed)> EnterAsync(ClientConnection connection, JoinBody body, string room, string key)
    {
        var grain = door.Room(room);
        var publish = Offers.Declarations(body.Offer);
        if (body.Resume is { SessionId: { } session, ResumeKey: { } shown })
        {
            var resumed = await grain.Resume(new(session, shown, key, connection.Id, door.NodeId, door.Feeds.Reference, publish));
            if (resumed is not null)
                return (resumed, true);
        }
        var name = People.CleanName(body.DisplayName)!;
        var (request, refusal) = await entrance.ProveAsync(
            room,
            new JoinRequest
            {
                ParticipantId = Ids.New(Ids.Participant, door.Clock.Now),
                Kind = ParticipantKind.Web,
                DisplayName = name.Length == 0 ? "Guest" : name,
                Attributes = body.Attributes?.ToImmutableSortedDictionary() ?? ImmutableSortedDictionary<string, string>.Empty,
                ConnectionId = connection.Id,
                ResumeKey = key,
                Publish = publish,
                Node = door.NodeId,
                Feed = door.Feeds.Reference,
                WantSnapshot = true,
            },
            new Proofs(body.Token, body.Invite, body.Passcode, connection.Source, Caller.PersonOf(connection.User, body.Session)));
        return (refusal is null ? await entrance.EnterAsync(room, request) : JoinOutcome.Refused(refusal), false);
    }

    private async Task<PeerAnswer> NegotiateAsync(string room, JoinOutcome outcome, NegotiateBody offer) =>
        await door.NegotiateAsync(room, outcome.Self!.Id, outcome.Ticket, epoch => new PeerOffer(
            room, epoch, outcome.Self.Id, PeerKind.Web, offer.Seq, offer.Sdp!, RoomDoor.Requests(outcome.Publish),
            [.. offer.Unpublish ?? []], People.MayPublish(outcome.Self.Caps), People.MaySendData(outcome.Self.Caps)));

    private async Task<bool> BecomeAsync(ClientConnection connection, string room, JoinOutcome outcome, FeedListener listener)
    {
        var member = MemberOf(room, outcome, listener);
        if (!connection.TryBecome(member))
        {
            await LoseAsync(connection, member);
            return false;
        }
        _ = pump.RunAsync(connection, member, outcome.Snapshot!.Rev);
        return true;
    }

    /// <summary>Signalling stays open; all that was shown is kept until a moderator decides.</summary>
    private async Task<Reply> WaitAsync(ClientConnection connection, string room, JoinOutcome outcome, FeedListener listener, Kept kept)
    {
        listener.StandOutside(outcome.Self!.Id);
        var member = MemberOf(room, outcome, listener);
        if (!connection.TryWait(new WaitingPlace(member, kept.Offer, kept.ResumeKey)))
        {
            await LoseAsync(connection, member);
            return Gone();
        }
        _ = pump.RunAsync(connection, member, known: 0, new(() => ComeInAsync(connection), () => End(connection.Resign())));
        // Let in between the room's answer and this line: then the word was said before anybody listened.
        if (await door.Room(room).Enter(member.ParticipantId) is not null)
            listener.Offer(new FeedEnvelope(new LetIn(0, member.ParticipantId), 0));
        return Reply.With(replies.Waiting(outcome, room, kept.ResumeKey));
    }

    private async Task<(object Event, long Rev)?> ComeInAsync(ClientConnection connection)
    {
        if (connection.Place is not { } place)
            return null;
        place.Member.Listener.ComeInside();
        if (await door.Room(place.Member.Room).Enter(place.Member.ParticipantId) is not { } outcome || connection.TakePlace() is null)
            return null;
        var member = place.Member with { SessionId = outcome.SessionId };
        if (!connection.TryBecome(member))
        {
            await LoseAsync(connection, member);
            return null;
        }
        var answer = place.Offer is null ? null : await NegotiateAsync(member.Room, outcome, place.Offer);
        var result = replies.Joined(outcome, place.ResumeKey, answer is { Error: null } ? WireAnswer.From(answer) : null);
        return (new RawJson(Wire.WithRev(outcome.Snapshot!.Rev, result)), outcome.Snapshot.Rev);
    }

    private static Membership MemberOf(string room, JoinOutcome outcome, FeedListener listener) =>
        new(room, outcome.Self!.Id, outcome.SessionId, listener, new CancellationTokenSource());

    private async Task LoseAsync(ClientConnection connection, Membership member)
    {
        End(member);
        await door.Room(member.Room).Do(new LoseConnection(member.ParticipantId, connection.Id));
    }

    private static Reply Gone() => Reply.Refused(ErrorCodes.Overloaded, "The connection was closed meanwhile.");

    private Reply GiveUp(string room, FeedListener listener, Refusal refusal)
    {
        door.Feeds.StopListening(room, listener);
        return Reply.Refused(refusal);
    }

    private Membership? End(Membership? member)
    {
        if (member is null)
            return null;
        door.Feeds.StopListening(member.Room, member.Listener);
        member.Stop.Cancel();
        member.Stop.Dispose();
        return member;
    }

    private readonly record struct Kept(NegotiateBody? Offer, string ResumeKey);
}
