namespace Sylk.Conference.Rooms;

/// <summary>A way into one room for whoever has its id (product §4).</summary>
[GenerateSerializer, Immutable, Alias("sylk.Invite")]
public sealed record Invite
{
    /// <summary><c>inv_…</c> with 130 random bits (<see cref="Ids.NewInvite"/>): knowing it is the right to come in.</summary>
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public ParticipantRole Role { get; init; } = ParticipantRole.Member;

    /// <summary>For whom it is, in the inviter's words; at most 64 characters.</summary>
    [Id(2)] public string? Label { get; init; }

    /// <summary>How often it opens the door; null for as often as one likes.</summary>
    [Id(3)] public int? MaxUses { get; init; }
    [Id(4)] public int Uses { get; init; }
    [Id(5)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Hash of the PIN that names this caller; null when it has none.</summary>
    [Id(6)] public string? PinHash { get; init; }

    /// <summary>The invited address, when it is for one.</summary>
    [Id(7)] public string? Address { get; init; }
    [Id(8)] public required DateTimeOffset CreatedAt { get; init; }
}

[GenerateSerializer, Immutable, Alias("sylk.CreateInvite")]
public sealed record CreateInvite([property: Id(0)] Invite Invite) : Configuration;

/// <summary>It opens the door no more; those it let in stay.</summary>
[GenerateSerializer, Immutable, Alias("sylk.RevokeInvite")]
public sealed record RevokeInvite([property: Id(0)] string InviteId) : Configuration;
