namespace Sylk.Conference.Rooms;

/// <summary>An owner's order about a room's settings, by REST; rights were checked at that door.</summary>
[GenerateSerializer, Immutable, Alias("sylk.Configuration")]
public abstract record Configuration : RoomCommand;

/// <summary>Makes the room. When it is there already nothing changes and the answer brings the settings it has.</summary>
/// <param name="Config"><see cref="RoomConfig.Revision"/> is taken as it is.</param>
[GenerateSerializer, Immutable, Alias("sylk.CreateRoom")]
public sealed record CreateRoom([property: Id(0)] RoomConfig Config) : Configuration;

/// <summary>Replaces the settings; id, name, creation time and revision stay the room's own.</summary>
/// <param name="IfRevision">Refused with <c>etag_mismatch</c> when the room has another one; null does not ask.</param>
[GenerateSerializer, Immutable, Alias("sylk.ChangeRoom")]
public sealed record ChangeRoom([property: Id(0)] RoomConfig Config, [property: Id(1)] long? IfRevision) : Configuration;

/// <summary>Ends the session and forgets the room.</summary>
[GenerateSerializer, Immutable, Alias("sylk.DeleteRoom")]
public sealed record DeleteRoom([property: Id(0)] long? IfRevision) : Configuration;

/// <param name="Config">The settings after the order; null after a refusal and after a deletion.</param>
/// <param name="Created">True when this order made the room.</param>
[GenerateSerializer, Immutable, Alias("sylk.ConfigOutcome")]
public sealed record ConfigOutcome([property: Id(0)] Refusal? Refusal, [property: Id(1)] RoomConfig? Config, [property: Id(2)] bool Created);
