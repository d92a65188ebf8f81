using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>An order to a room. Who gives it is filled in by the door from its own connection, never from the request.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RoomCommand")]
public abstract record RoomCommand;

[GenerateSerializer, Immutable, Alias("sylk.Leave")]
public sealed record Leave([property: Id(0)] string ParticipantId) : RoomCommand;

/// <summary>The named connection is gone; ignored when a newer one has taken its place.</summary>
[GenerateSerializer, Immutable, Alias("sylk.LoseConnection")]
public sealed record LoseConnection([property: Id(0)] string ParticipantId, [property: Id(1)] string ConnectionId) : RoomCommand;

/// <summary>Null means "as it was".</summary>
[GenerateSerializer, Immutable, Alias("sylk.UpdateSelf")]
public sealed record UpdateSelf(
    [property: Id(0)] string ParticipantId, [property: Id(1)] string? DisplayName, [property: Id(2)] bool? HandRaised,
    [property: Id(3)] ImmutableSortedDictionary<string, string>? Attributes, [property: Id(4)] bool? Away) : RoomCommand;

[GenerateSerializer, Immutable, Alias("sylk.SetTrackMuted")]
public sealed record SetTrackMuted([property: Id(0)] string ParticipantId, [property: Id(1)] string TrackId, [property: Id(2)] bool Muted)
    : RoomCommand;

[GenerateSerializer, Immutable, Alias("sylk.React")]
public sealed record React([property: Id(0)] string ParticipantId, [property: Id(1)] string Emoji) : RoomCommand;

/// <param name="To">Whom it is for; empty for everybody else.</param>
/// <param name="Payload">Base64.</param>
/// <param name="Reliable">False: may be lost where a reader is slow.</param>
[GenerateSerializer, Immutable, Alias("sylk.SendData")]
public sealed record SendData(
    [property: Id(0)] string ParticipantId, [property: Id(1)] string Topic, [property: Id(2)] string Payload,
    [property: Id(3)] ImmutableArray<string> To, [property: Id(4)] bool Reliable) : RoomCommand;

/// <summary>An order only somebody with the cap <c>moderate</c> may give.</summary>
[GenerateSerializer, Immutable, Alias("sylk.Moderation")]
public abstract record Moderation([property: Id(0)] string By) : RoomCommand;

/// <param name="Source">Null for all sources.</param>
[GenerateSerializer, Immutable, Alias("sylk.Mute")]
public sealed record Mute(string By, [property: Id(0)] string Target, [property: Id(1)] TrackSource? Source) : Moderation(By);

[GenerateSerializer, Immutable, Alias("sylk.MuteAll")]
public sealed record MuteAll(
    string By, [property: Id(0)] TrackSource? Source, [property: Id(1)] ImmutableArray<string> Except, [property: Id(2)] bool LockUnmute)
    : Moderation(By);

[GenerateSerializer, Immutable, Alias("sylk.AskToUnmute")]
public sealed record AskToUnmute(string By, [property: Id(0)] string Target, [property: Id(1)] TrackSource Source) : Moderation(By);

/// <param name="Targets">Whose hands; empty for all.</param>
[GenerateSerializer, Immutable, Alias("sylk.LowerHands")]
public sealed record LowerHands(string By, [property: Id(0)] ImmutableArray<string> Targets) : Moderation(By);

[GenerateSerializer, Immutable, Alias("sylk.Remove")]
public sealed record Remove(string By, [property: Id(0)] string Target, [property: Id(1)] bool Ban, [property: Id(2)] string? Reason)
    : Moderation(By);

[GenerateSerializer, Immutable, Alias("sylk.SetRole")]
public sealed record SetRole(string By, [property: Id(0)] string Target, [property: Id(1)] ParticipantRole Role) : Moderation(By);

/// <summary>Null means "as it was".</summary>
[GenerateSerializer, Immutable, Alias("sylk.UpdateRoom")]
public sealed record UpdateRoom(
    string By, [property: Id(0)] string? Title, [property: Id(1)] bool? Locked, [property: Id(2)] bool? MembersMayUnmute,
    [property: Id(3)] bool? MembersMayRename) : Moderation(By);

[GenerateSerializer, Immutable, Alias("sylk.EndRoom")]
public sealed record EndRoom(string By, [property: Id(0)] string? Reason) : Moderation(By);
