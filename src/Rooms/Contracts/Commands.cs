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
public abstract record Moderation([property: Id(0)] string By) : RoomCommand
{
    /// <summary>In place of a participant: the API, whose rights its own door has checked.</summary>
    public const string Api = "api";
}

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
public sealed record Remove(string By, [property: Id(0)] string Target, [property: Id(1)] BanLength Ban, [property: Id(2)] string? Reason)
    : Moderation(By);

/// <summary>How long the removed stay out; tokens they had are void either way.</summary>
public enum BanLength : byte { None, Session, Day }

[GenerateSerializer, Immutable, Alias("sylk.SetRole")]
public sealed record SetRole(string By, [property: Id(0)] string Target, [property: Id(1)] ParticipantRole Role) : Moderation(By);

/// <param name="Caps">In place of what the role brings.</param>
[GenerateSerializer, Immutable, Alias("sylk.SetCaps")]
public sealed record SetCaps(string By, [property: Id(0)] string Target, [property: Id(1)] Caps Caps) : Moderation(By);

/// <summary>Another's name or attributes; null means "as it was".</summary>
[GenerateSerializer, Immutable, Alias("sylk.Rename")]
public sealed record Rename(
    string By, [property: Id(0)] string Target, [property: Id(1)] string? DisplayName,
    [property: Id(2)] ImmutableSortedDictionary<string, string>? Attributes) : Moderation(By);

/// <summary>What a moderator may change while people are inside. Null means "as it was".</summary>
[GenerateSerializer, Immutable, Alias("sylk.UpdateRoom")]
public sealed record UpdateRoom(string By) : Moderation(By)
{
    /// <summary>At most 200 characters.</summary>
    [Id(0)] public string? Title { get; init; }
    [Id(1)] public bool? Locked { get; init; }
    [Id(2)] public bool? WaitingRoom { get; init; }

    /// <summary>The hash of a new passcode; empty takes it away.</summary>
    [Id(3)] public string? PasscodeHash { get; init; }
    [Id(4)] public FeatureChange Features { get; init; } = new();
}

/// <summary>Null means "as it was".</summary>
[GenerateSerializer, Immutable, Alias("sylk.FeatureChange")]
public sealed record FeatureChange(
    [property: Id(0)] bool? Chat = null, [property: Id(1)] bool? Files = null, [property: Id(2)] bool? Screen = null,
    [property: Id(3)] bool? Video = null, [property: Id(4)] Grantee? Unmute = null, [property: Id(5)] bool? Rename = null,
    [property: Id(6)] bool? AllowMultipleShares = null)
{
    public RoomFeatures ApplyTo(RoomFeatures old) => old with
    {
        Chat = Chat ?? old.Chat,
        Files = Files ?? old.Files,
        Screen = Screen ?? old.Screen,
        Video = Video ?? old.Video,
        Unmute = Unmute ?? old.Unmute,
        Rename = Rename ?? old.Rename,
        AllowMultipleShares = AllowMultipleShares ?? old.AllowMultipleShares,
    };
}

[GenerateSerializer, Immutable, Alias("sylk.EndRoom")]
public sealed record EndRoom(string By, [property: Id(0)] string? Reason) : Moderation(By);
