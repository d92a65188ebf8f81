using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>The part of a room's settings that people inside may see; secrets are only said to exist.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomRules")]
public sealed record RoomRules(
    [property: Id(0)] string Title, [property: Id(1)] bool Locked, [property: Id(2)] AccessMode Mode = AccessMode.Open,
    [property: Id(3)] bool PasscodeSet = false, [property: Id(4)] PinMode PinMode = PinMode.None, [property: Id(5)] bool WaitingRoom = false,
    [property: Id(6)] bool Guests = true, [property: Id(7)] RoomFeatures? FeaturesSet = null, [property: Id(8)] RoomMedia? MediaSet = null)
{
    public RoomFeatures Features => FeaturesSet ?? new();

    public RoomMedia Media => MediaSet ?? new();

    public static RoomRules Of(RoomConfig config) => new(
        config.Title, config.Access.Locked, config.Access.Mode, config.Access.PasscodeHash is not null, config.Access.PinMode,
        config.Access.WaitingRoom, config.Access.Guests, config.Features, config.Media);
}

/// <param name="MaxBitrateBps">Bits per second one publisher may send.</param>
[GenerateSerializer, Immutable, Alias("sylk.RoomInfo")]
public sealed record RoomInfo(
    [property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] bool Permanent, [property: Id(3)] string SessionId,
    [property: Id(4)] RoomRules Rules, [property: Id(5)] int MaxParticipants, [property: Id(6)] int MaxBitrateBps,
    [property: Id(7)] ImmutableArray<string> VideoCodecs, [property: Id(8)] int DepartureTimeoutMs, [property: Id(9)] int ParticipantCount);

/// <summary>A shared file as everybody inside may see it.</summary>
[GenerateSerializer, Immutable, Alias("sylk.SharedFile")]
public sealed record SharedFile(
    [property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] long Size, [property: Id(3)] string ContentType,
    [property: Id(4)] ChatSender From, [property: Id(5)] DateTimeOffset Timestamp);

/// <summary>Somebody who asks to be let in, as moderators see them.</summary>
[GenerateSerializer, Immutable, Alias("sylk.WaitingPerson")]
public sealed record WaitingPerson(
    [property: Id(0)] string Id, [property: Id(1)] string DisplayName, [property: Id(2)] ParticipantKind Kind,
    [property: Id(3)] DateTimeOffset Since);

/// <summary>The whole room as of one revision, as one reader may see it.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomSnapshot")]
public sealed record RoomSnapshot(
    [property: Id(0)] long Rev, [property: Id(1)] RoomInfo Room, [property: Id(2)] ImmutableArray<ParticipantInfo> Participants,
    [property: Id(3)] ImmutableArray<TrackInfo> Tracks)
{
    /// <summary>The newest lines, oldest first: at most 20.</summary>
    [Id(4)] public ImmutableArray<ChatMessage> Chat { get; init; } = [];

    /// <summary>Id of the first line that came while the reader was away; null when there is none.</summary>
    [Id(5)] public string? UnreadFrom { get; init; }
    [Id(6)] public ImmutableArray<SharedFile> Files { get; init; } = [];

    /// <summary>For the doors, which make download addresses from it (<see cref="FileKeys"/>); no client sees it.</summary>
    [Id(9)] public string FilesKey { get; init; } = "";

    /// <summary>For moderators; empty for others.</summary>
    [Id(7)] public ImmutableArray<WaitingPerson> Waiting { get; init; } = [];
    [Id(8)] public ImmutableArray<string> Spotlight { get; init; } = [];
}

/// <summary>What anybody may know before joining.</summary>
/// <param name="OpensAt">In the future; null when the room may be entered as far as time is concerned.</param>
[GenerateSerializer, Immutable, Alias("sylk.LobbyFacts")]
public sealed record LobbyFacts(
    [property: Id(0)] bool Exists, [property: Id(1)] string Title, [property: Id(2)] bool Locked, [property: Id(3)] int ParticipantCount,
    [property: Id(4)] bool Full, [property: Id(5)] bool NeedsPasscode = false, [property: Id(6)] bool NeedsToken = false,
    [property: Id(7)] bool WaitingRoom = false, [property: Id(8)] DateTimeOffset? OpensAt = null)
{
    /// <summary>Of what is spoken; null means "as the server's settings say".</summary>
    [Id(9)] public string? Language { get; init; }

    /// <summary>Lines of people who are not inside are taken.</summary>
    [Id(10)] public bool GuestMessages { get; init; }

    /// <summary>The number by which telephones find it; null where there are none.</summary>
    [Id(11)] public string? ConferenceId { get; init; }

    /// <summary>It stays when nobody is inside.</summary>
    [Id(12)] public bool Permanent { get; init; }
}

/// <summary>A room as its owner sees it over REST: the settings and what goes on now.</summary>
/// <param name="Config">Null when there is no such room.</param>
/// <param name="SessionId">Null when nobody is inside.</param>
/// <param name="Snapshot">With everybody who waits; null when nobody is inside.</param>
[GenerateSerializer, Immutable, Alias("sylk.RoomReport")]
public sealed record RoomReport(
    [property: Id(0)] RoomConfig? Config, [property: Id(1)] string? SessionId, [property: Id(2)] DateTimeOffset? StartedAt,
    [property: Id(3)] RoomSnapshot? Snapshot, [property: Id(4)] ImmutableArray<WaitingPerson> Waiting)
{
    [Id(5)] public ImmutableArray<SharedFile> Files { get; init; } = [];

    /// <summary>Telephone calls that have not ended, as far as their doors told.</summary>
    [Id(6)] public ImmutableArray<CallInfo> Calls { get; init; } = [];
}
