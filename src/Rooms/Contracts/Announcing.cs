namespace Sylk.Conference.Rooms;

/// <summary>A notice to those inside: everybody, or one.</summary>
/// <param name="Text">At most 500 characters.</param>
/// <param name="Target">Null for everybody.</param>
[GenerateSerializer, Immutable, Alias("sylk.Announce")]
public sealed record Announce(string By, [property: Id(0)] string Text, [property: Id(1)] string? Target) : Moderation(By);

/// <summary>Said once, not part of the room's state.</summary>
[GenerateSerializer, Immutable, Alias("sylk.Announced")]
public sealed record Announced(long Rev, string? Recipient, [property: Id(0)] string Text) : Word(Rev, Recipient);
