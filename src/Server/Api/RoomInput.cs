using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Api;

internal enum RoomKind { Permanent, Adhoc }

/// <summary>What its owner may say about a room; null and left out mean the default.</summary>
internal sealed record RoomInput
{
    /// <summary>1 to 64 of a-z 0-9 . _ -; left out: three random words.</summary>
    public string? Name { get; init; }

    /// <summary>At most 200 characters.</summary>
    public string? Title { get; init; }
    public RoomKind? Kind { get; init; }
    public AccessInput? Access { get; init; }
    public FeaturesInput? Features { get; init; }
    public LimitsInput? Limits { get; init; }
    public MediaInput? Media { get; init; }
    public ScheduleInput? Schedule { get; init; }

    /// <summary>At most 50 keys of 64 characters with values of 1,024.</summary>
    public Dictionary<string, string>? Metadata { get; init; }
}

internal sealed record AccessInput
{
    public AccessMode? Mode { get; init; }

    /// <summary>At most 64 characters; never shown again.</summary>
    public string? Passcode { get; init; }
    public PinMode? PinMode { get; init; }

    /// <summary>4 to 12 digits; never shown again.</summary>
    public string? Pin { get; init; }
    public string? ModeratorPin { get; init; }
    public bool? WaitingRoom { get; init; }
    public bool? Locked { get; init; }
    public bool? Guests { get; init; }

    /// <summary>user@domain or *@domain, at most 500.</summary>
    public string[]? Allow { get; init; }
    public string[]? Deny { get; init; }
    public AccessOrder? Order { get; init; }
}

internal sealed record FeaturesInput
{
    public bool? Chat { get; init; }
    public bool? Files { get; init; }
    public bool? Screen { get; init; }
    public bool? Video { get; init; }
    public bool? Recording { get; init; }
    public Grantee? DialOut { get; init; }
    public Grantee? Unmute { get; init; }
    public bool? Rename { get; init; }
    public bool? AllowMultipleShares { get; init; }

    /// <summary>Lines of people who are not inside are taken (SIP MESSAGE).</summary>
    public bool? GuestMessages { get; init; }
}

internal sealed record LimitsInput
{
    public int? MaxParticipants { get; init; }
    public int? MaxVideo { get; init; }
    public int? MaxBitrateBps { get; init; }
    public long? MaxDurationMs { get; init; }
    public int? EmptyTimeoutMs { get; init; }
    public int? DepartureTimeoutMs { get; init; }
}

internal sealed record MediaInput
{
    public string[]? VideoCodecs { get; init; }
    public bool? AudioRed { get; init; }
    public bool? MusicOnHold { get; init; }
    public string? Language { get; init; }
}

internal sealed record ScheduleInput
{
    public DateTimeOffset? OpensAt { get; init; }
    public DateTimeOffset? ClosesAt { get; init; }
}
