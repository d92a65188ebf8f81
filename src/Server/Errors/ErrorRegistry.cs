using System.Collections.Frozen;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Errors;

/// <param name="Http">Status of a problem reply.</param>
/// <param name="Sip">Status for phone callers; null where no call can meet it.</param>
internal sealed record ErrorEntry(string Code, int Http, int? Sip, string Title)
{
    /// <summary>The part of the problem's address after the last slash.</summary>
    public string Slug { get; } = Code.Replace('_', '-');
}

/// <summary>The one table of product §5. Nothing else may be answered anywhere.</summary>
internal static class ErrorRegistry
{
    private static readonly FrozenDictionary<string, ErrorEntry> Entries = new ErrorEntry[]
    {
        new(ErrorCodes.RoomNotFound, 404, 404, "No such room"),
        new(ErrorCodes.RoomNotOpen, 403, 480, "The room is not open yet"),
        new(ErrorCodes.RoomEnded, 410, 410, "The meeting has ended"),
        new(ErrorCodes.RoomLocked, 423, 403, "The room is locked"),
        new(ErrorCodes.RoomFull, 409, 486, "The room is full"),
        new(ErrorCodes.WaitingDenied, 403, 603, "You were not let in"),
        new(ErrorCodes.Banned, 403, 403, "You were removed"),
        new(ErrorCodes.PasscodeRequired, 403, 403, "A passcode is needed"),
        new(ErrorCodes.PasscodeInvalid, 403, 403, "The passcode is wrong"),
        new(ErrorCodes.TokenRequired, 401, 403, "Sign in first"),
        new(ErrorCodes.TokenInvalid, 401, 403, "The token is not valid"),
        new(ErrorCodes.TokenExpired, 401, 403, "The token has expired"),
        new(ErrorCodes.CapabilityMissing, 403, 403, "Not allowed"),
        new(ErrorCodes.GuestForbidden, 403, 403, "Guests are not allowed"),
        new(ErrorCodes.IdentityInUse, 409, null, "In use elsewhere"),
        new(ErrorCodes.MediaIncompatible, 422, 488, "No media in common"),
        new(ErrorCodes.NegotiationStale, 409, 491, "An older negotiation"),
        new(ErrorCodes.AddressUnroutable, 404, 404, "The address cannot be reached"),
        new(ErrorCodes.CalleeBusy, 502, 486, "Busy"),
        new(ErrorCodes.CalleeDeclined, 502, 603, "Declined"),
        new(ErrorCodes.CalleeTimeout, 502, 408, "No answer"),
        new(ErrorCodes.CalleeUnavailable, 502, 480, "Not available"),
        new(ErrorCodes.TrunkUnavailable, 503, 503, "No line available"),
        new(ErrorCodes.FileTooLarge, 413, 413, "The file is too large"),
        new(ErrorCodes.FileTypeRefused, 415, 415, "This type is not accepted"),
        new(ErrorCodes.AlreadyRecording, 409, null, "Already recording"),
        new(ErrorCodes.NodeDraining, 503, 503, "The server is about to restart"),
        new(ErrorCodes.Overloaded, 503, 503, "The server is busy"),
        new(ErrorCodes.RateLimited, 429, 503, "Too many requests"),
        new(ErrorCodes.EtagMismatch, 412, null, "Changed in the meantime"),
        new(ErrorCodes.IdempotencyMismatch, 422, null, "The same key with another request"),
        new(ErrorCodes.UnknownField, 400, null, "Unknown field"),
        new(ErrorCodes.ValidationFailed, 400, null, "Not valid"),
        new(ErrorCodes.ProtocolVersion, 426, null, "Another protocol version"),
        new(ErrorCodes.Internal, 500, 500, "An error occurred"),
    }.ToFrozenDictionary(entry => entry.Code, StringComparer.Ordinal);

    public static IEnumerable<ErrorEntry> All => Entries.Values;

    /// <summary>A code that is not in the table is our mistake, and answered as such.</summary>
    public static ErrorEntry Of(string code) => Entries.GetValueOrDefault(code) ?? Entries[ErrorCodes.Internal];
}
