using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Coming in, coming back and going.</summary>
internal sealed class JoinCalls(RoomDoor door, EventPump pump, SylkOptions options, JoinTimes times, ServerMeter meter)
{
    private const int ProtocolVersion = 1;
    private const int MaxSlots = 58;

    public async Task<Reply> JoinAsync(ClientConnection connection, JoinBody body)
    {
        if (connection.Member is not null)
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
            meter.Reconnected(outcome.Refusal is not null ? "refused" : resumed ? "resumed" : "rejoined");
        if (outcome.Refusal is { } refused)
        {
            times.Refused(since, ParticipantKind.Web);
            return GiveUp(room, listener, refused);
        }
        if (!resumed)
            times.Joined(outcome.Self!.Id, since, ParticipantKind.Web);
        listener.Bind(outcome.Self!.Id);
        var answer = body.Offer is null ? null : await NegotiateAsync(room, outcome, body.Offer);
        if (answer?.Error is { } error && !resumed)
        {
            await door.Room(room).Do(new Leave(outcome.Self.Id));
            return GiveUp(room, listener, error.ToRefusal());
        }
        return await BecomeAsync(connection, room, outcome, listener)
            ? Reply.With(Result(outcome, key, answer is { Error: null } ? WireAnswer.From(answer) : null))
            : Reply.Refused(ErrorCodes.Overloaded, "The connection was closed meanwhile.");
    }

    public async Task<Reply> LeaveAsync(ClientConnection connection)
    {
        if (End(connection.Resign()) is not { } member)
            return Reply.Done;
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
        if (!string.IsNullOrEmpty(body.Token))
            return new(ErrorCodes.TokenInvalid, "No issuer of tokens is configured here.");
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
        var joined = await grain.Join(new JoinRequest
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
        });
        return (joined, false);
    }

    private async Task<PeerAnswer?> NegotiateAsync(string room, JoinOutcome outcome, NegotiateBody offer) =>
        await door.NegotiateAsync(outcome.Ticket, epoch => new PeerOffer(
            room, epoch, outcome.Self!.Id, PeerKind.Web, offer.Seq, offer.Sdp!, RoomDoor.Requests(outcome.Publish),
            [.. offer.Unpublish ?? []], People.MayPublish(outcome.Self.Caps), People.MaySendData(outcome.Self.Caps)));

    private async Task<bool> BecomeAsync(ClientConnection connection, string room, JoinOutcome outcome, FeedListener listener)
    {
        var member = new Membership(room, outcome.Self!.Id, outcome.SessionId, listener, new CancellationTokenSource());
        if (!connection.TryBecome(member))
        {
            End(member);
            await door.Room(room).Do(new LoseConnection(member.ParticipantId, connection.Id));
            return false;
        }
        _ = pump.RunAsync(connection, member, outcome.Snapshot!.Rev);
        return true;
    }

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

    private JoinResult Result(JoinOutcome outcome, string key, WireAnswer? answer)
    {
        var snapshot = outcome.Snapshot!;
        return new(
            "joined", outcome.SessionId, key, (int)RoomsSettings.ResumeWindow.TotalMilliseconds, outcome.Self!, WireRoom.From(snapshot),
            snapshot.Participants, snapshot.Tracks, WireChat.From(snapshot, outcome.Self!.Id), snapshot.Files, snapshot.Waiting, snapshot.Spotlight,
            options.Media.StunServers.Length == 0 ? [] : [new { Urls = options.Media.StunServers }],
            new { SendBitrateBps = options.Media.MaxBitrateBps, MaxSlots }, answer, door.Clock.Now, ProtocolVersion);
    }
}
