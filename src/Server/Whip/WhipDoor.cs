using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Whip;

/// <summary>Joining, changing and leaving over HTTP (product §7.6): one grain call and one engine call per join.</summary>
internal sealed class WhipDoor(RoomDoor door, Entrance entrance, WhipSessions sessions, SylkOptions options, JoinTimes times)
{
    private const int MaxFragment = 64 * 1024;
    private const string SdpType = "application/sdp";
    private const string FragmentType = "application/trickle-ice-sdpfrag";

    private readonly string _links = string.Join(", ", options.Media.StunServers.Select(url => $"<{url}>; rel=\"ice-server\""));

    public async Task OpenAsync(HttpContext context, PeerKind kind)
    {
        if (!RoomName.TryNormalize((string?)context.Request.RouteValues["room"], out var room))
        {
            await Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "No room can have this name.");
            return;
        }
        var (offer, name) = (await ReadAsync(context, SdpType, Offers.MaxSdp), People.CleanName(context.Request.Query["name"]));
        if (offer is null)
            return;
        if (name is null)
        {
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "name: at most 64 characters, no control characters.");
            return;
        }
        using var span = Tracing.Start(Tracing.Rooms, "room.join");
        var since = times.Begin();
        var (request, unproved) = await entrance.ProveAsync(room, RequestFor(context.Request, kind, name), ProofsOf(context));
        var outcome = unproved is null ? await entrance.EnterAsync(room, request) : JoinOutcome.Refused(unproved);
        if (outcome.Refusal is { } refusal)
        {
            times.Refused(since, ParticipantKind.Bot);
            await Problem.WriteAsync(context, refusal);
            return;
        }
        times.Joined(outcome.Self!.Id, since, ParticipantKind.Bot);
        await AnswerAsync(context, sessions.Open(room, outcome.Self!.Id, kind), outcome, offer);
    }

    public async Task ChangeAsync(HttpContext context, WhipSession session)
    {
        var text = await ReadAsync(context, FragmentType, MaxFragment);
        if (text is null)
            return;
        var fragment = SdpFragment.Read(text);
        var match = context.Request.Headers.IfMatch.ToString();
        if (match.Length == 0)
            await Problem.WriteAsync(context, ErrorCodes.EtagMismatch, "If-Match is needed.", StatusCodes.Status428PreconditionRequired);
        else if (match is "*" or "\"*\"" && fragment.IsRestart)
            await RestartAsync(context, session, fragment);
        else if (match != session.ETag)
            await Problem.WriteAsync(context, ErrorCodes.EtagMismatch, "The ICE session has been replaced.");
        else
            await TrickleAsync(context, session, fragment.Candidates);
    }

    public async Task CloseAsync(HttpContext context, WhipSession session)
    {
        sessions.Forget(session.ParticipantId);
        await door.Room(session.Room).Do(new Leave(session.ParticipantId));
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    private JoinRequest RequestFor(HttpRequest request, PeerKind kind, string name) => new()
    {
        ParticipantId = Ids.New(Ids.Participant, door.Clock.Now),
        Kind = ParticipantKind.Bot,
        DisplayName = name.Length > 0 ? name : kind == PeerKind.Whip ? "Stream" : "Player",
        Role = kind == PeerKind.Whip ? ParticipantRole.Member : ParticipantRole.Listener,
        Hidden = kind == PeerKind.Whep && request.Query["visible"] != "1",
    };

    private static Proofs ProofsOf(HttpContext context)
    {
        const string Bearer = "Bearer ";
        var shown = context.Request.Headers.Authorization.ToString();
        var token = shown.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? shown[Bearer.Length..].Trim() : null;
        return new(token, null, null, Entrance.SourceOf(context.Connection.RemoteIpAddress));
    }

    private async Task AnswerAsync(HttpContext context, WhipSession session, JoinOutcome outcome, string offer)
    {
        session.Offer = offer;
        var answer = await NegotiateAsync(session, outcome.Ticket, 1, offer);
        if (answer.Error is { } error)
        {
            sessions.Forget(session.ParticipantId);
            await door.Room(session.Room).Do(new Leave(session.ParticipantId));
            await Problem.WriteAsync(context, error.ToRefusal());
            return;
        }
        if (session.Kind == PeerKind.Whep)
            await PinAsync(context.Request, session, outcome.Ticket!, answer.Slots);
        var headers = context.Response.Headers;
        headers.Location = $"{context.Request.Path}/{session.Id}";
        headers.ETag = session.ETag;
        if (_links.Length > 0)
            headers.Link = _links;
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = SdpType;
        await context.Response.WriteAsync(answer.Sdp);
    }

    private ValueTask<PeerAnswer> NegotiateAsync(WhipSession session, MediaTicket? ticket, int sequence, string offer) =>
        door.NegotiateAsync(session.Room, session.ParticipantId, ticket, epoch => new PeerOffer(
            session.Room, epoch, session.ParticipantId, session.Kind, sequence, offer, [], [], session.Kind == PeerKind.Whip));

    /// <summary><c>?participant=</c> or <c>?track=</c>: every slot shows that one.</summary>
    private async Task PinAsync(HttpRequest request, WhipSession session, MediaTicket ticket, ImmutableArray<SlotSection> slots)
    {
        var (participant, track) = ((string?)request.Query["participant"], (string?)request.Query["track"]);
        if ((participant ?? track) is not { Length: > 0 and <= 64 } target || door.HomeOf(ticket) is not { } home)
            return;
        var kind = participant is null ? WishKind.Track : WishKind.Participant;
        var wishes = slots.Select(slot => new SlotWish(slot.Mid, kind, target, 0, 0, 0, 5)).ToImmutableArray();
        await home.SetViewAsync(session.Room, ticket.Epoch, session.ParticipantId, new PeerView(1, wishes, default, Paused: false));
    }

    private async Task RestartAsync(HttpContext context, WhipSession session, SdpFragment fragment)
    {
        var permit = await door.Room(session.Room).Permit(session.ParticipantId, []);
        if (permit.Refusal is { } refusal)
        {
            await Problem.WriteAsync(context, refusal);
            return;
        }
        var offer = fragment.Renew(session.Offer);
        var answer = await NegotiateAsync(session, permit.Ticket, session.NextSequence(), offer);
        if (answer.Error is { } error)
        {
            await Problem.WriteAsync(context, error.ToRefusal());
            return;
        }
        session.Offer = offer;
        context.Response.Headers.ETag = session.ETag;
        context.Response.ContentType = FragmentType;
        await context.Response.WriteAsync(SdpFragment.FromAnswer(answer.Sdp));
    }

    private async Task TrickleAsync(HttpContext context, WhipSession session, ImmutableArray<string> candidates)
    {
        var permit = await door.Room(session.Room).Permit(session.ParticipantId, []);
        var error = permit.Refusal is null && door.HomeOf(permit.Ticket) is { } home && !candidates.IsEmpty
            ? await home.AddCandidatesAsync(session.Room, permit.Ticket!.Epoch, session.ParticipantId, candidates)
            : null;
        if ((permit.Refusal ?? error?.ToRefusal()) is { } refusal)
            await Problem.WriteAsync(context, refusal);
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <returns>Null after a refusal has been written.</returns>
    private static async ValueTask<string?> ReadAsync(HttpContext context, string type, int most)
    {
        var given = context.Request.ContentType.AsSpan();
        var end = given.IndexOf(';');
        if (!(end < 0 ? given : given[..end]).Trim().Equals(type, StringComparison.OrdinalIgnoreCase))
        {
            context.Response.Headers["Accept-Post"] = type;
            await Problem.WriteAsync(context, ErrorCodes.FileTypeRefused, $"The body must be {type}.");
            return null;
        }
        var (text, tooLong) = await RequestText.ReadAsync(context.Request, most);
        if (tooLong)
            await Problem.WriteAsync(context, ErrorCodes.FileTooLarge, $"At most {most} bytes.");
        else if (string.IsNullOrWhiteSpace(text))
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "The body is empty.");
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
