using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What a newcomer must show (product §4).</summary>
public enum AccessMode : byte { Open, Passcode, Token, Invited }

/// <summary>How phone callers prove themselves (product §13).</summary>
public enum PinMode : byte { None, Room, Personal }

/// <summary>Which of the two address lists has the last word.</summary>
public enum AccessOrder : byte { DenyAllow, AllowDeny }

/// <summary>Who may use something.</summary>
public enum Grantee : byte { Nobody, Moderators, Everyone }

/// <summary>Who gets in. Secrets are kept as salted hashes and never leave the server.</summary>
/// <param name="PasscodeHash">Null when there is no passcode.</param>
/// <param name="Allow">Addresses (<c>user@domain</c>, <c>*@domain</c>) that are let in.</param>
[GenerateSerializer, Immutable, Alias("sylk.RoomAccess")]
public sealed record RoomAccess(
    [property: Id(0)] AccessMode Mode = AccessMode.Open, [property: Id(1)] string? PasscodeHash = null,
    [property: Id(2)] PinMode PinMode = PinMode.None, [property: Id(3)] string? PinHash = null,
    [property: Id(4)] string? ModeratorPinHash = null, [property: Id(5)] bool WaitingRoom = false, [property: Id(6)] bool Locked = false,
    [property: Id(7)] bool Guests = true, [property: Id(8)] ImmutableArray<string> Allow = default,
    [property: Id(9)] ImmutableArray<string> Deny = default, [property: Id(10)] AccessOrder Order = AccessOrder.DenyAllow);

/// <param name="GuestMessages">Lines of people who are not inside are taken (SIP MESSAGE).</param>
[GenerateSerializer, Immutable, Alias("sylk.RoomFeatures")]
public sealed record RoomFeatures(
    [property: Id(0)] bool Chat = true, [property: Id(1)] bool Files = true, [property: Id(2)] bool Screen = true,
    [property: Id(3)] bool Video = true, [property: Id(4)] bool Recording = false, [property: Id(5)] Grantee DialOut = Grantee.Moderators,
    [property: Id(6)] Grantee Unmute = Grantee.Everyone, [property: Id(7)] bool Rename = true,
    [property: Id(8)] bool AllowMultipleShares = false, [property: Id(9)] bool GuestMessages = false);

/// <summary>Null means "as the server's settings say". Durations in milliseconds, 0 for no limit; bit rates in bits per second.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomLimits")]
public sealed record RoomLimits(
    [property: Id(0)] int? MaxParticipants = null, [property: Id(1)] int MaxVideo = 49, [property: Id(2)] int? MaxBitrateBps = null,
    [property: Id(3)] long MaxDurationMs = 0, [property: Id(4)] int? EmptyTimeoutMs = null, [property: Id(5)] int? DepartureTimeoutMs = null);

/// <summary>Null means "as the server's settings say".</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomMedia")]
public sealed record RoomMedia(
    [property: Id(0)] ImmutableArray<string>? VideoCodecs = null, [property: Id(1)] bool AudioRed = true,
    [property: Id(2)] bool MusicOnHold = true, [property: Id(3)] string? Language = null);

[GenerateSerializer, Immutable, Alias("sylk.RoomSchedule")]
public sealed record RoomSchedule([property: Id(0)] DateTimeOffset? OpensAt = null, [property: Id(1)] DateTimeOffset? ClosesAt = null);

/// <summary>A room's settings as its owner wrote them: what REST calls a Room, without the live part (product §4).</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomConfig")]
public sealed record RoomConfig
{
    /// <summary><c>rm_…</c>, given once.</summary>
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Name { get; init; }

    /// <summary>True: kept when nobody is inside. False: made by a join, gone with its session.</summary>
    [Id(2)] public bool Permanent { get; init; }
    [Id(3)] public string Title { get; init; } = "";
    [Id(4)] public RoomAccess Access { get; init; } = new();
    [Id(5)] public RoomFeatures Features { get; init; } = new();
    [Id(6)] public RoomLimits Limits { get; init; } = new();
    [Id(7)] public RoomMedia Media { get; init; } = new();
    [Id(8)] public RoomSchedule Schedule { get; init; } = new();

    /// <summary>The integrator's own words: at most 50 keys of 64 characters with values of 1,024.</summary>
    [Id(9)] public ImmutableSortedDictionary<string, string> Metadata { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    [Id(10)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>+1 for every change: the entity tag.</summary>
    [Id(11)] public long Revision { get; init; } = 1;

    /// <summary>The number by which telephones find it; null until somebody looked where there are such numbers.</summary>
    [Id(12)] public string? ConferenceId { get; init; }
}
