using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Whip;

/// <summary>Joining, changing and leaving over HTTP (product §7.6): one grain call and one engine call per join.</summary>
internal sealed class WhipDoor(RoomDoor door, Entrance entrance, SylkOptions options, JoinTimes times, Api.RateLimits limits)
{
    private const int MaxFragment = 64 * 1024;
    private const int FirstOffer = 1;
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
        var secret = Ids.Secret();
        using var span = Tracing.Start(Tracing.Rooms, "room.join");
        var since = times.Begin();
        var (request, unproved) = await entrance.ProveAsync(room, RequestFor(context.Request, kind, name) with { ResumeKey = WhipSession.KeyOf(kind, secret) }, ProofsOf(context));
        var outcome = unproved is null ? await entrance.EnterAsync(room, request) : JoinOutcome.Refused(unproved);
        if (outcome.Refusal is { } refusal)
        {
            times.Refused(since, ParticipantKind.Bot);
            await Problem.WriteAsync(context, refusal);
            return;
        }
        times.Joined(outcome.Self!.Id, since, ParticipantKind.Bot);
        await AnswerAsync(context, new WhipSession(secret, room, outcome.Self!.Id, kind), outcome, offer);
    }

    public async Task ChangeAsync(HttpContext context, PeerKind kind)
    {
        if (await FindAsync(context, kind) is not { } session || await ReadAsync(context, FragmentType, MaxFragment) is not { } text)
            return;
        var fragment = SdpFragment.Read(text);
        var match = context.Request.Headers.IfMatch.ToString();
        if (match.Length == 0)
            await Problem.WriteAsync(context, ErrorCodes.EtagMismatch, "If-Match is needed.", StatusCodes.Status428PreconditionRequired);
        else if (await StandingAsync(context, session) is not { } standing)
            return;
        else if (match is "*" or "\"*\"" && fragment.IsRestart)
            await RestartAsync(context, session, standing, fragment);
        else if (match != session.ETagOf(standing.Offer.Sequence))
            await Problem.WriteAsync(context, ErrorCodes.EtagMismatch, "The ICE session has been replaced.");
        else
            await TrickleAsync(context, session, standing.Ticket, fragment.Candidates);
    }

    public async Task CloseAsync(HttpContext context, PeerKind kind)
    {
        if (await FindAsync(context, kind) is not { } session)
            return;
        if (await door.Room(session.Room).Do(new Leave(session.ParticipantId)) is { } refusal)
            await Problem.WriteAsync(context, refusal);
        else
            context.Response.StatusCode = StatusCodes.Status200OK;
    }

    /// <returns>Null after a refusal has been written.</returns>
    private async ValueTask<WhipSession?> FindAsync(HttpContext context, PeerKind kind)
    {
        if (limits.IsSpent(context))
        {
            await Problem.WriteAsync(context, new Refusal(ErrorCodes.RateLimited, "More slowly, please.", 1_000));
            return null;
        }
        var session = RoomName.TryNormalize((string?)context.Request.RouteValues["room"], out var room)
            ? await WhipSession.FindAsync(door.Room(room), kind, (string?)context.Request.RouteValues["id"])
            : null;
        if (session is null)
        {
            // Each wakes a room to be asked: who guesses does so as often as strangers may ask the API.
            limits.Charge(context);
            await Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "There is no such session.");
        }
        return session;
    }

    /// <summary>How far the session's negotiation is, as its media home knows.</summary>
    /// <returns>Null after a refusal has been written.</returns>
    private async ValueTask<Standing?> StandingAsync(HttpContext context, WhipSession session)
    {
        var permit = await door.Room(session.Room).Permit(session.ParticipantId, []);
        var kept = permit.Refusal is null ? await door.OfferOfAsync(session.Room, session.ParticipantId, permit.Ticket) : null;
        if (kept is { Offer: { } offer })
            return new(permit.Ticket!, offer);
        // Another home has none of the connection's keys: nothing but a new session helps.
        await Problem.WriteAsync(context, permit.Refusal ?? (kept!.Error is { Code: MediaErrorCode.PeerUnknown }
            ? new Refusal(ErrorCodes.NegotiationStale, "The room's media has moved; end this session and make another one.")
            : kept.Error!.ToRefusal()));
        return null;
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
        var answer = await door.NegotiateAsync(session.Room, session.ParticipantId, outcome.Ticket, epoch => new PeerOffer(
            session.Room, epoch, session.ParticipantId, session.Kind, FirstOffer, offer, [], [], session.Kind == PeerKind.Whip));
        if (answer.Error is { } error)
        {
            await door.Room(session.Room).Do(new Leave(session.ParticipantId));
            await Problem.WriteAsync(context, error.ToRefusal());
            return;
        }
        if (session.Kind == PeerKind.Whep)
            await PinAsync(context.Request, session, outcome.Ticket!, answer.Slots);
        var headers = context.Response.Headers;
        headers.Location = $"{context.Request.Path}/{session.Id}";
        headers.ETag = session.ETagOf(FirstOffer);
        if (_links.Length > 0)
            headers.Link = _links;
        context.Response.StatusCode = StatusCodes.Status201Created;
        context.Response.ContentType = SdpType;
        await context.Response.WriteAsync(answer.Sdp);
    }

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

    private async Task RestartAsync(HttpContext context, WhipSession session, Standing standing, SdpFragment fragment)
    {
        var offer = standing.Offer with { Sequence = standing.Offer.Sequence + 1, Sdp = fragment.Renew(standing.Offer.Sdp) };
        var answer = await door.NegotiateAsync(
            session.Room, session.ParticipantId, standing.Ticket, epoch => epoch == offer.Epoch ? offer : null);
        if (answer.Error is { } error)
        {
            await Problem.WriteAsync(context, error.ToRefusal());
            return;
        }
        context.Response.Headers.ETag = session.ETagOf(offer.Sequence);
        context.Response.ContentType = FragmentType;
        await context.Response.WriteAsync(SdpFragment.FromAnswer(answer.Sdp));
    }

    private async Task TrickleAsync(HttpContext context, WhipSession session, MediaTicket ticket, ImmutableArray<string> candidates)
    {
        var error = candidates.IsEmpty ? null : await door.OrderAsync(
            session.Room, session.ParticipantId, ticket, (home, epoch) => home.AddCandidatesAsync(session.Room, epoch, session.ParticipantId, candidates));
        if (error is not null)
            await Problem.WriteAsync(context, error.ToRefusal());
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

    /// <param name="Ticket">To the home that knows the connection.</param>
    /// <param name="Offer">The last one it answered.</param>
    private sealed record Standing(MediaTicket Ticket, PeerOffer Offer);
}
