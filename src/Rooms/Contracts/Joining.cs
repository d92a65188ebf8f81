using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>A source somebody is about to publish; <see cref="TrackId"/> is filled in by the room.</summary>
[GenerateSerializer, Immutable, Alias("sylk.TrackDeclaration")]
public sealed record TrackDeclaration(
    [property: Id(0)] string Mid, [property: Id(1)] TrackSource Source, [property: Id(2)] bool Muted = false,
    [property: Id(3)] bool Simulcast = false, [property: Id(4)] string? Name = null, [property: Id(5)] string? ContentHint = null,
    [property: Id(6)] string TrackId = "");

/// <summary>Which node's media engine to talk to, and with which decision number.</summary>
[GenerateSerializer, Immutable, Alias("sylk.MediaTicket")]
public sealed record MediaTicket([property: Id(0)] string Node, [property: Id(1)] long Epoch);

/// <summary>Everything a door knows about somebody who wants in.</summary>
[GenerateSerializer, Immutable, Alias("sylk.JoinRequest")]
public sealed record JoinRequest
{
    [Id(0)] public required string ParticipantId { get; init; }
    [Id(1)] public required ParticipantKind Kind { get; init; }
    [Id(2)] public required string DisplayName { get; init; }
    /// <summary>Proved by a token; null for anonymous people.</summary>
    [Id(3)] public string? Identity { get; init; }
    [Id(4)] public ImmutableSortedDictionary<string, string> Attributes { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    [Id(5)] public ParticipantRole? Role { get; init; }
    [Id(6)] public bool Hidden { get; init; }
    [Id(7)] public string? ConnectionId { get; init; }
    /// <summary>A key the door made; the next connection of this participant must show it.</summary>
    [Id(8)] public string? ResumeKey { get; init; }
    [Id(9)] public ImmutableArray<TrackDeclaration> Publish { get; init; } = [];
    [Id(10)] public string? Node { get; init; }

    /// <summary>Where this node listens for the room's facts; null for doors that need none.</summary>
    [Id(11)] public IRoomFeedObserver? Feed { get; init; }
    [Id(12)] public bool WantSnapshot { get; init; }

    /// <summary>What a token proved; then <see cref="Identity"/> is the token's.</summary>
    [Id(13)] public JoinGrant? Grant { get; init; }

    /// <summary>The network address it comes from; null where nobody knows.</summary>
    [Id(14)] public string? Source { get; init; }

    /// <summary>The invitation that was shown.</summary>
    [Id(15)] public string? Invite { get; init; }

    /// <summary>What the door found out about the passcode that was shown.</summary>
    [Id(16)] public PasscodeProof? Passcode { get; init; }

    /// <summary>What the door found out about the PIN a phone caller typed.</summary>
    [Id(17)] public PinProof? Pin { get; init; }

    /// <summary>The call of this room they have answered; whoever was called needs no other leave.</summary>
    [Id(31)] public string? Call { get; init; }

    /// <summary>True: refused with <c>nickname_in_use</c> while somebody else here is called the same (RFC 7700). False: they may share a name.</summary>
    [Id(32)] public bool UniqueName { get; init; }

    /// <summary>The seat of the call that this one replaces or joins (RFC 3891, RFC 3911); the door has proved that it may.</summary>
    [Id(40)] public string? Beside { get; init; }

    /// <summary>True: that call ends, and its role is theirs.</summary>
    [Id(41)] public bool TakesPlace { get; init; }

    /// <summary>True: they have opened as many rooms as one may (limit L20).</summary>
    [Id(30)] public bool MayOpenNoRoom { get; init; }
}

/// <summary>The same participant on a new connection.</summary>
[GenerateSerializer, Immutable, Alias("sylk.ResumeRequest")]
public sealed record ResumeRequest(
    [property: Id(0)] string SessionId, [property: Id(1)] string ResumeKey, [property: Id(2)] string NextResumeKey,
    [property: Id(3)] string ConnectionId, [property: Id(4)] string Node, [property: Id(5)] IRoomFeedObserver Feed,
    [property: Id(6)] ImmutableArray<TrackDeclaration> Publish);

/// <param name="Refusal">When set, nothing else is and nothing changed.</param>
[GenerateSerializer, Immutable, Alias("sylk.JoinOutcome")]
public sealed record JoinOutcome(
    [property: Id(0)] Refusal? Refusal, [property: Id(1)] string SessionId, [property: Id(2)] MediaTicket? Ticket,
    [property: Id(3)] ParticipantInfo? Self, [property: Id(4)] ImmutableArray<TrackDeclaration> Publish, [property: Id(5)] RoomSnapshot? Snapshot)
{
    /// <summary>True: they are not inside, and will hear whether they are let in.</summary>
    [Id(6)] public bool Waiting { get; init; }

    /// <summary>True: there was no such room before.</summary>
    [Id(30)] public bool Opened { get; init; }

    public static JoinOutcome Refused(Refusal refusal) => new(refusal, "", null, null, [], null);
}

/// <summary>Leave to send an offer to the home node: which sections may publish, under which track ids.</summary>
[GenerateSerializer, Immutable, Alias("sylk.PublishPermit")]
public sealed record PublishPermit(
    [property: Id(0)] Refusal? Refusal, [property: Id(1)] MediaTicket? Ticket, [property: Id(2)] ImmutableArray<TrackDeclaration> Publish,
    [property: Id(3)] bool AllowPublish, [property: Id(4)] bool AllowData = false);
