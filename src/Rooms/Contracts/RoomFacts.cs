using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What a moderator may change while people are inside.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomRules")]
public sealed record RoomRules(
    [property: Id(0)] string Title, [property: Id(1)] bool Locked, [property: Id(2)] bool MembersMayUnmute = true,
    [property: Id(3)] bool MembersMayRename = true);

/// <param name="MaxBitrateBps">Bits per second one publisher may send.</param>
[GenerateSerializer, Immutable, Alias("sylk.RoomInfo")]
public sealed record RoomInfo(
    [property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] bool Permanent, [property: Id(3)] string SessionId,
    [property: Id(4)] RoomRules Rules, [property: Id(5)] int MaxParticipants, [property: Id(6)] int MaxBitrateBps,
    [property: Id(7)] ImmutableArray<string> VideoCodecs, [property: Id(8)] int DepartureTimeoutMs, [property: Id(9)] int ParticipantCount);

/// <summary>The whole room as of one revision.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomSnapshot")]
public sealed record RoomSnapshot(
    [property: Id(0)] long Rev, [property: Id(1)] RoomInfo Room, [property: Id(2)] ImmutableArray<ParticipantInfo> Participants,
    [property: Id(3)] ImmutableArray<TrackInfo> Tracks);

/// <summary>What anybody may know before joining.</summary>
[GenerateSerializer, Immutable, Alias("sylk.LobbyFacts")]
public sealed record LobbyFacts(
    [property: Id(0)] bool Exists, [property: Id(1)] string Title, [property: Id(2)] bool Locked, [property: Id(3)] int ParticipantCount,
    [property: Id(4)] bool Full);
