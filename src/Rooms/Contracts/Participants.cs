using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>Through which door somebody came in (product §2).</summary>
public enum ParticipantKind : byte { Web, Sip, Xmpp, Msrp, Sylkrtc, Recorder, Bot }

public enum ParticipantRole : byte { Moderator, Member, Listener }

public enum ParticipantState : byte { Waiting, Joining, Active, Reconnecting, Left }

/// <summary>What a participant may do (product §9).</summary>
[Flags]
public enum Caps : ushort
{
    None = 0,
    PublishAudio = 1,
    PublishVideo = 2,
    PublishScreen = 4,
    Chat = 8,
    Files = 16,
    React = 32,
    Dial = 64,
    Record = 128,
    Moderate = 256,
    Rename = 512,
    Hidden = 1024,
}

[GenerateSerializer, Immutable, Alias("sylk.MutedState")]
public sealed record MutedState([property: Id(0)] bool Audio, [property: Id(1)] bool Video);

/// <summary>One line of the roster, as everybody in the room may see it.</summary>
/// <param name="Identity">Who they proved to be, or a name that holds for this presence only.</param>
/// <param name="HandRaisedAt">Since when the hand is up; null when it is down.</param>
[GenerateSerializer, Immutable, Alias("sylk.ParticipantInfo")]
public sealed record ParticipantInfo(
    [property: Id(0)] string Id, [property: Id(1)] string Identity, [property: Id(2)] string DisplayName,
    [property: Id(3)] ParticipantKind Kind, [property: Id(4)] ParticipantRole Role, [property: Id(5)] Caps Caps,
    [property: Id(6)] ParticipantState State, [property: Id(7)] DateTimeOffset? HandRaisedAt, [property: Id(8)] bool Away,
    [property: Id(9)] MutedState Muted, [property: Id(10)] DateTimeOffset JoinedAt,
    [property: Id(11)] ImmutableSortedDictionary<string, string> Attributes);

/// <summary>A published source that others can see or hear.</summary>
[GenerateSerializer, Immutable, Alias("sylk.TrackInfo")]
public sealed record TrackInfo(
    [property: Id(0)] string TrackId, [property: Id(1)] string ParticipantId, [property: Id(2)] TrackSource Source,
    [property: Id(3)] TrackKind Kind, [property: Id(4)] bool Muted, [property: Id(5)] string Codec, [property: Id(6)] string? Name);
