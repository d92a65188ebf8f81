using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sylk.Conference.Rooms;

/// <summary>Something of a room that outsiders may hear of (product §6), before it has a number and a time.</summary>
/// <param name="Data">Becomes the event's <c>data</c>.</param>
internal sealed record News(string Type, object Data);

/// <summary>
/// What a room's decisions are called outside. Asked with the state from before the decision, so that what it says can be
/// written together with it.
/// </summary>
internal static class RoomNews
{
    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The events of one decision, numbered on from the last; a new session begins at 1.</summary>
    public static ImmutableArray<OutboundEvent> Of(RoomState state, ImmutableArray<RoomEvent> decision, (long Last, string Node, DateTimeOffset Now) at)
    {
        var told = ImmutableArray.CreateBuilder<OutboundEvent>();
        var (session, last) = (state.SessionId, at.Last);
        foreach (var happened in decision)
        {
            if (happened is SessionOpened opened)
                (session, last) = (opened.SessionId, 0);
            if (NewsOf(state, decision, happened) is not { } news)
                continue;
            told.Add(new(
                Ids.New(Ids.Event, at.Now), news.Type, at.Now, ++last, state.Name, session, at.Node,
                JsonSerializer.Serialize(news.Data, Shape)));
        }
        return told.ToImmutable();
    }

    private static News? NewsOf(RoomState state, ImmutableArray<RoomEvent> decision, RoomEvent happened) => happened switch
    {
        ConfigChanged e => OfConfig(state, e.Config),
        SessionOpened e => new("room.started", new { e.SessionId }),
        SessionClosed e => new("room.ended", new { e.Reason, e.By }),
        Knocked e when !state.Waiting.People.ContainsKey(e.Waiter.Seat.Id) => new("participant.waiting", Person(e.Waiter.Seat)),
        Seated { Seat.Hidden: false } e => new("participant.joined", Person(e.Seat)),
        SeatChanged { Visible: true, Seat.Hidden: false } e => OfSeat(state, e.Seat),
        Unseated e when state.Seats.TryGetValue(e.ParticipantId, out var seat) && !seat.Hidden =>
            new("participant.left", new { seat.Id, seat.Identity, seat.DisplayName, seat.Kind, Reason = ReasonOf(decision, seat, e.Reason), e.By }),
        ChatPosted e => new("message.created", Line(e.Message)),
        ChatEdited e => new("message.updated", Line(e.Message)),
        ChatTakenBack e => new("message.deleted", new { e.Message.Id, e.Message.Sequence }),
        FileListed e => new("file.shared", Shared(e.File)),
        FileDropped { Quiet: false } e when state.Files.Find(e.FileId) is { Listed: true } file => new("file.deleted", new { file.Id, file.Name, e.By }),
        CallNoted e => OfCall(state, e.Call),
        KeysPressed e => new("call.dtmf", new { e.Call.Id, e.Call.ParticipantId, e.Call.DisplayName, e.Digits }),
        _ => OfTrack(state, happened),
    };

    /// <summary>Each state once.</summary>
    private static News? OfCall(RoomState state, CallInfo call) => (state.Calls.Find(call.Id), call.State) switch
    {
        ({ TransferredTo: null }, _) when call.TransferredTo is not null => new("call.transferred", call),
        ({ Held: var before, State: CallState.Answered }, CallState.Answered) when before != call.Held => new("call.held", call),
        ({ State: var before }, var now) when before == now => null,
        (_, CallState.Dialing) => new("call.started", call),
        (_, CallState.Ringing) => new("call.ringing", call),
        (_, CallState.Answered) => new("call.answered", call),
        _ => new("call.ended", call),
    };

    private static object Shared(RoomFile file) => new { file.Id, file.Name, file.Size, file.ContentType, file.Sha256, From = file.From.DisplayName };

    private static News? OfTrack(RoomState state, RoomEvent happened) => happened switch
    {
        TrackBegan e when IsSeen(state, e.Track) => new("track.published", Track(e.Track)),
        TrackStopped e when state.Tracks.TryGetValue(e.TrackId, out var track) && IsSeen(state, track) => new("track.unpublished", Track(track)),
        TrackMuteSet e when state.Tracks.TryGetValue(e.TrackId, out var track) && track.Muted != e.Muted && IsSeen(state, track) =>
            new(e.Muted ? "track.muted" : "track.unmuted", Track(track with { Muted = e.Muted })),
        _ => null,
    };

    private static bool IsSeen(RoomState state, TrackInfo track) => state.Seats.TryGetValue(track.ParticipantId, out var seat) && !seat.Hidden;

    private static News? OfConfig(RoomState state, RoomConfig? config) => (state.Config, config) switch
    {
        (null, { } made) => new("room.created", Settings(made)),
        ({ } old, null) => new("room.deleted", new { old.Id, old.Name }),
        ({ ConferenceId: null } old, { ConferenceId: { } number } same) when old with { ConferenceId = number } == same => null,
        (_, { } changed) => new("room.updated", Settings(changed)),
        _ => null,
    };

    private static News OfSeat(RoomState state, Seat seat) =>
        seat.State == ParticipantState.Reconnecting && state.Seats.GetValueOrDefault(seat.Id)?.State != ParticipantState.Reconnecting
            ? new("participant.reconnecting", Person(seat))
            : new("participant.updated", Person(seat));

    /// <summary>Product §6 knows fewer reasons than the roster does, and one more.</summary>
    private static string ReasonOf(ImmutableArray<RoomEvent> decision, Seat seat, string reason) => reason switch
    {
        "removed" when decision.OfType<IdentityBanned>().Any(ban => ban.Identity == seat.Identity) => "banned",
        "mediaLost" or Presence.NodeLost => "timeout",
        _ => reason,
    };

    private static object Settings(RoomConfig config) => new
    {
        config.Id,
        config.Name,
        config.Title,
        Kind = config.Permanent ? "permanent" : "adhoc",
        Access = new
        {
            config.Access.Mode,
            PasscodeSet = config.Access.PasscodeHash is not null,
            config.Access.WaitingRoom,
            config.Access.Locked,
            config.Access.Guests,
        },
        config.Features,
        config.Metadata,
        Etag = $"\"{config.Revision}\"",
    };

    private static object Person(Seat seat) => new
    {
        seat.Id,
        seat.Identity,
        seat.DisplayName,
        seat.Kind,
        seat.Role,
        seat.State,
        seat.HandRaisedAt,
        seat.JoinedAt,
        seat.Attributes,
    };

    private static object Track(TrackInfo track) => new { track.TrackId, track.ParticipantId, track.Source, track.Kind, track.Muted, track.Codec };

    /// <summary>Private lines say that they are, and nothing of what they say.</summary>
    private static object Line(ChatMessage line) => new
    {
        line.Id,
        line.Sequence,
        From = new { line.From.ParticipantId, line.From.Identity, line.From.DisplayName, line.From.Kind },
        line.To,
        Content = line.To is null ? line.Content : null,
        line.ContentType,
        line.ReplyTo,
        line.Timestamp,
        line.EditedAt,
        line.Via,
        Action = line.Action ? true : (bool?)null,
    };
}
