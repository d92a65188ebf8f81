using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Lets in who waits.</summary>
/// <param name="Target">Null for all, as far as there is place.</param>
[GenerateSerializer, Immutable, Alias("sylk.AdmitWaiting")]
public sealed record AdmitWaiting(string By, [property: Id(0)] string? Target) : Moderation(By)
{
    /// <summary>For a room nobody is inside of; filled in by the room.</summary>
    [Id(1)] public string SessionId { get; init; } = "";
}

/// <param name="Message">Words for the one who is turned away.</param>
[GenerateSerializer, Immutable, Alias("sylk.DenyWaiting")]
public sealed record DenyWaiting(string By, [property: Id(0)] string Target, [property: Id(1)] string? Message) : Moderation(By);

/// <summary>Who waits now; for those who may let them in.</summary>
[GenerateSerializer, Immutable, Alias("sylk.WaitingChanged")]
public sealed record WaitingChanged(
    long Rev, [property: Id(0)] ImmutableArray<string> Moderators, [property: Id(1)] ImmutableArray<WaitingPerson> Waiting) : Word(Rev, null)
{
    public override bool IsForAll => false;

    public override bool IsFor(string participantId) => Moderators.Contains(participantId);
}

/// <summary>The recipient sits inside now and may ask for the room.</summary>
[GenerateSerializer, Immutable, Alias("sylk.LetIn")]
public sealed record LetIn(long Rev, string Recipient) : Word(Rev, Recipient);

[GenerateSerializer, Immutable, Alias("sylk.TurnedAway")]
public sealed record TurnedAway(long Rev, string Recipient, [property: Id(0)] string? Message) : Word(Rev, Recipient);
