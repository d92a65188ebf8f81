using System.Collections.Frozen;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Errors;

/// <param name="Http">Status of a problem reply.</param>
/// <param name="Sip">Status for phone callers; null where no call can meet it.</param>
/// <param name="Spoken">Name of the clip phone callers hear; null where nothing is said.</param>
/// <param name="OnPage">True: pages have words of their own for it (<c>error.CODE</c> in every catalogue).</param>
/// <param name="Cause">For the documentation page: how it comes about.</param>
/// <param name="Next">And what to do then. Words between back quotes are code.</param>
internal sealed record ErrorEntry(string Code, int Http, int? Sip, string Title, string? Spoken, bool OnPage, string Cause, string Next)
{
    /// <summary>The part of the problem's address after the last slash.</summary>
    public string Slug { get; } = Code.Replace('_', '-');
}

/// <summary>The one table of product §5. Nothing else may be answered anywhere.</summary>
internal static class ErrorRegistry
{
    private static readonly FrozenDictionary<string, ErrorEntry> Entries = new ErrorEntry[]
    {
        new(ErrorCodes.RoomNotFound, 404, 404, "No such room", "no_such_conference", true,
            "Nobody has opened a room of this name, and it is not one of the rooms kept here.",
            "Check the name. `POST /api/v1/rooms` creates a room; `Rooms:AutoCreate` says whether joining does."),
        new(ErrorCodes.RoomNotOpen, 403, 480, "The room is not open yet", "not_started", true,
            "The room has opening times (`schedule`) and this is not one of them.",
            "Wait until `schedule.opensAt`, or change it."),
        new(ErrorCodes.RoomEnded, 410, 410, "The meeting has ended", "has_ended", true,
            "Somebody ended the session while this request was under way.",
            "Join again to begin a new session."),
        new(ErrorCodes.RoomLocked, 423, 403, "The room is locked", "is_locked", true,
            "A moderator has locked the door.",
            "Ask a moderator, or set `access.locked` to false."),
        new(ErrorCodes.RoomFull, 409, 486, "The room is full", "is_full", true,
            "As many people are inside as `limits.maxParticipants` allows.",
            "Try again after `retryAfterMs`, or raise the limit."),
        new(ErrorCodes.WaitingDenied, 403, 603, "You were not let in", "was_declined", true,
            "A moderator declined somebody in the waiting room.",
            "Ask the moderator."),
        new(ErrorCodes.Banned, 403, 403, "You were removed", "you_were_removed", true,
            "This identity was removed from the room and may not come back yet.",
            "Ask a moderator."),
        new(ErrorCodes.PasscodeRequired, 403, 403, "A passcode is needed", "enter_pin", true,
            "The room's `access.mode` is `passcode` and none was given.",
            "Send `passcode` with the join."),
        new(ErrorCodes.PasscodeInvalid, 403, 403, "The passcode is wrong", "wrong_pin", true,
            "The passcode or PIN is another one. After five wrong ones there is a pause.",
            "Ask whoever sent the invitation."),
        new(ErrorCodes.TokenRequired, 401, 403, "Sign in first", null, true,
            "The request shows no key, join token or invitation where one is needed.",
            "Send `Authorization: Bearer sk_…`, or join with a token from `POST /api/v1/rooms/{room}/tokens`."),
        new(ErrorCodes.TokenInvalid, 401, 403, "The token is not valid", null, true,
            "The key or token is unknown, revoked, damaged, already used, or made for another room or host.",
            "Get a new one."),
        new(ErrorCodes.TokenExpired, 401, 403, "The token has expired", null, true,
            "The token's time is over. The server allows 60 s of difference between clocks.",
            "Get a new one."),
        new(ErrorCodes.CapabilityMissing, 403, 403, "Not allowed", "not_allowed", true,
            "The key lacks a scope, or the participant a capability.",
            "`detail` names what is missing."),
        new(ErrorCodes.GuestForbidden, 403, 403, "Guests are not allowed", "callers_must_be_known", true,
            "The room lets in only people who proved who they are.",
            "Sign in, or use a join token."),
        new(ErrorCodes.IdentityInUse, 409, null, "In use elsewhere", null, true,
            "The identity is in the room already.",
            "Leave there first."),
        new(ErrorCodes.NicknameInUse, 409, null, "This name is taken", null, false,
            "Somebody in the room is called the same, or so alike that people would take one for the other.",
            "Choose another name."),
        new(ErrorCodes.MediaIncompatible, 422, 488, "No media in common", null, true,
            "The offer has no codec or transport the room accepts.",
            "`detail` says what was offered and what is accepted."),
        new(ErrorCodes.NegotiationStale, 409, 491, "An older negotiation", null, false,
            "Another offer was made meanwhile, or the room's media has moved.",
            "The client library offers again by itself."),
        new(ErrorCodes.AddressUnroutable, 404, 404, "The address cannot be reached", "cannot_be_reached", true,
            "No route leads to this address.",
            "Check the address."),
        new(ErrorCodes.CalleeBusy, 502, 486, "Busy", null, true,
            "The called party is busy.",
            "Try again later."),
        new(ErrorCodes.CalleeDeclined, 502, 603, "Declined", null, true,
            "The called party declined.",
            "Ask them."),
        new(ErrorCodes.CalleeTimeout, 502, 408, "No answer", null, true,
            "The called party did not answer in time.",
            "Try again later."),
        new(ErrorCodes.CalleeUnavailable, 502, 480, "Not available", null, true,
            "The called party is not reachable now.",
            "Try again later."),
        new(ErrorCodes.TrunkUnavailable, 503, 503, "No line available", "try_later", true,
            "No trunk for this address answers.",
            "Try again later."),
        new(ErrorCodes.FileTooLarge, 413, 413, "The file is too large", null, true,
            "The file is larger than `Files:MaxBytes`.",
            "Send a smaller one."),
        new(ErrorCodes.FileTypeRefused, 415, 415, "This type is not accepted", null, true,
            "This content type is not taken here.",
            "`detail` names the accepted ones."),
        new(ErrorCodes.AlreadyRecording, 409, null, "Already recording", null, false,
            "The room is being recorded already.",
            "Stop that recording first."),
        new(ErrorCodes.NodeDraining, 503, 503, "The server is about to restart", "try_again_shortly", true,
            "This node gives its rooms to others and takes no new ones.",
            "Try again after `retryAfterMs`; another node answers."),
        new(ErrorCodes.Overloaded, 503, 503, "The server is busy", "try_again_shortly", true,
            "The node has as much to do as it can.",
            "Try again after `retryAfterMs`."),
        new(ErrorCodes.RateLimited, 429, 503, "Too many requests", null, true,
            "More requests came than the bucket holds (`Limits:*`).",
            "Wait as long as `Retry-After` says; `RateLimit` shows what is left."),
        new(ErrorCodes.EtagMismatch, 412, null, "Changed in the meantime", null, false,
            "`If-Match` names another version than the current one, or `If-None-Match: *` met something that exists.",
            "Read it again and decide anew."),
        new(ErrorCodes.IdempotencyMismatch, 422, null, "The same key with another request", null, false,
            "An `Idempotency-Key` came back with another body or path.",
            "Use a new key for a new request."),
        new(ErrorCodes.IdempotencyInProgress, 409, null, "The first request is still running", null, false,
            "A request with this `Idempotency-Key` has not finished.",
            "Ask again with the same key after a moment."),
        new(ErrorCodes.UnknownField, 400, null, "Unknown field", null, false,
            "The body has a member this operation does not know.",
            "`errors` names it. Fields that only the server sets cannot be sent."),
        new(ErrorCodes.ValidationFailed, 400, null, "Not valid", null, true,
            "The request cannot be read, or a value is out of its range.",
            "`errors` names the fields and their ranges."),
        new(ErrorCodes.ProtocolVersion, 426, null, "Another protocol version", null, true,
            "The page speaks another version of the hub's protocol.",
            "Reload the page."),
        new(ErrorCodes.Internal, 500, 500, "An error occurred", "an_error_occurred", true,
            "Something broke on the server. It is logged under the trace id.",
            "Try again; give the operator the trace id if it stays."),
    }.ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    public static IEnumerable<ErrorEntry> All => Entries.Values;

    /// <summary>A code that is not in the table is our mistake, and answered as such.</summary>
    public static ErrorEntry Of(string code) => Entries.GetValueOrDefault(code) ?? Entries[ErrorCodes.Internal];

    /// <returns>Null when there is no page of this name.</returns>
    public static ErrorEntry? BySlug(string slug) => Entries.Values.FirstOrDefault(entry => entry.Slug == slug);
}
