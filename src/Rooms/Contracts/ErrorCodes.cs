namespace Sylk.Conference.Rooms;

/// <summary>The stable codes of the error registry (product §5) that any layer may answer with.</summary>
public static class ErrorCodes
{
    public const string RoomNotFound = "room_not_found";
    public const string RoomNotOpen = "room_not_open";
    public const string RoomEnded = "room_ended";
    public const string RoomLocked = "room_locked";
    public const string RoomFull = "room_full";
    public const string WaitingDenied = "waiting_denied";
    public const string Banned = "banned";
    public const string PasscodeRequired = "passcode_required";
    public const string PasscodeInvalid = "passcode_invalid";
    public const string TokenRequired = "token_required";
    public const string TokenInvalid = "token_invalid";
    public const string TokenExpired = "token_expired";
    public const string CapabilityMissing = "capability_missing";
    public const string GuestForbidden = "guest_forbidden";
    public const string IdentityInUse = "identity_in_use";
    public const string NicknameInUse = "nickname_in_use";
    public const string MediaIncompatible = "media_incompatible";
    public const string NegotiationStale = "negotiation_stale";
    public const string AddressUnroutable = "address_unroutable";
    public const string CalleeBusy = "callee_busy";
    public const string CalleeDeclined = "callee_declined";
    public const string CalleeTimeout = "callee_timeout";
    public const string CalleeUnavailable = "callee_unavailable";
    public const string TrunkUnavailable = "trunk_unavailable";
    public const string FileTooLarge = "file_too_large";
    public const string FileTypeRefused = "file_type_refused";
    public const string AlreadyRecording = "already_recording";
    public const string NodeDraining = "node_draining";
    public const string Overloaded = "overloaded";
    public const string RateLimited = "rate_limited";
    public const string EtagMismatch = "etag_mismatch";
    public const string IdempotencyMismatch = "idempotency_mismatch";
    public const string IdempotencyInProgress = "idempotency_in_progress";
    public const string UnknownField = "unknown_field";
    public const string ValidationFailed = "validation_failed";
    public const string ProtocolVersion = "protocol_version";
    public const string Internal = "internal";
}
