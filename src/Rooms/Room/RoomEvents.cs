using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Something that happened to a room. Applying all of them in order gives the room.</summary>
internal abstract record RoomEvent;

/// <summary>The room has these settings now; null: there is no such room any more.</summary>
internal sealed record ConfigChanged(RoomConfig? Config) : RoomEvent;

internal sealed record SessionOpened(string SessionId, DateTimeOffset At) : RoomEvent;

internal sealed record SessionClosed(string Reason, string? By) : RoomEvent;

internal sealed record Seated(Seat Seat) : RoomEvent;

/// <param name="Visible">True when the roster line others see has changed.</param>
internal sealed record SeatChanged(Seat Seat, bool Visible) : RoomEvent;

/// <param name="Quiet">True when the whole room ends and nobody needs to hear of each departure.</param>
internal sealed record Unseated(string ParticipantId, string Reason, string? By, bool Quiet = false) : RoomEvent;

internal sealed record TracksDeclared(string ParticipantId, ImmutableArray<TrackDeclaration> Tracks) : RoomEvent;

internal sealed record TrackBegan(TrackInfo Track) : RoomEvent;

internal sealed record TrackMuteSet(string TrackId, bool Muted) : RoomEvent;

internal sealed record SpotlightSet(ImmutableArray<string> TrackIds, string By) : RoomEvent;

internal sealed record TrackStopped(string TrackId, bool Quiet = false) : RoomEvent;

/// <param name="Until">Null for as long as the session lasts.</param>
internal sealed record IdentityBanned(string Identity, DateTimeOffset? Until) : RoomEvent;

/// <summary>Tokens of this identity from before that moment are void here.</summary>
internal sealed record TokensVoided(string Identity, DateTimeOffset Before) : RoomEvent;

internal sealed record ChatPosted(ChatMessage Message) : RoomEvent;

/// <summary>The line with its words gone.</summary>
internal sealed record ChatTakenBack(ChatMessage Message) : RoomEvent;

/// <summary>The line with its author's new words.</summary>
internal sealed record ChatEdited(ChatMessage Message) : RoomEvent;

/// <summary>A sender said the same over and over, as programs that answer each other do: nothing more from them until then.</summary>
internal sealed record SenderSilenced(string Identity, DateTimeOffset Until) : RoomEvent;

/// <summary>The secret download addresses of this room are made from.</summary>
internal sealed record FilesKeyed(string Key) : RoomEvent;

/// <summary>A file is on its way: nobody hears of it yet.</summary>
internal sealed record FileAnnounced(RoomFile File) : RoomEvent;

internal sealed record FileListed(RoomFile File) : RoomEvent;

/// <param name="Quiet">True when the whole session ends.</param>
internal sealed record FileDropped(string FileId, string? By, bool Quiet = false) : RoomEvent;

/// <summary>Somebody waits to be let in; said again when something about them has changed.</summary>
internal sealed record Knocked(Waiter Waiter) : RoomEvent;

internal sealed record WaiterGone(string ParticipantId, bool LetIn = false) : RoomEvent;

/// <summary>An invitation, new or used once more.</summary>
internal sealed record InviteSet(Invite Invite) : RoomEvent;

internal sealed record InviteRevoked(string InviteId) : RoomEvent;

/// <summary>Somebody without a name was banned who came from there: the next nameless one from there has to ask.</summary>
internal sealed record SourceSuspected(string Source) : RoomEvent;

/// <summary>Since when nobody moderates; null when somebody does or nobody is there.</summary>
internal sealed record VacancyChanged(DateTimeOffset? Since) : RoomEvent;

/// <summary>Since when nobody is inside; null when somebody is.</summary>
internal sealed record EmptinessChanged(DateTimeOffset? Since) : RoomEvent;

/// <summary>A call began, went on or ended.</summary>
/// <param name="Until">Not counted after that; null: as it was.</param>
internal sealed record CallNoted(CallInfo Call, DateTimeOffset? Until = null) : RoomEvent;

/// <summary>Somebody on the phone pressed keys that mean nothing to the room: changes no state.</summary>
internal sealed record KeysPressed(CallInfo Call, string Digits) : RoomEvent;

/// <summary>The media has another home; which one is no decision of the model's.</summary>
internal sealed record HomeChanged : RoomEvent;

/// <summary>Told to listeners and forgotten: changes no state.</summary>
internal sealed record Told(Func<long, FeedItem> Say) : RoomEvent;
