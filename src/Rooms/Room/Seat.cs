using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>One participant as the room keeps it: the roster line plus what nobody else may see.</summary>
internal sealed record Seat
{
    /// <summary>Begins the identity of somebody who proved none; it holds for this presence only.</summary>
    public const string Anonymous = "anonymous:";

    public required string Id { get; init; }

    /// <summary>Order of arrival within the session; decides who is longest present.</summary>
    public required long Order { get; init; }

    public required string Identity { get; init; }

    /// <summary>True when a token proved <see cref="Identity"/>.</summary>
    public required bool Proved { get; init; }

    public required string DisplayName { get; init; }
    public required ParticipantKind Kind { get; init; }
    public required ParticipantRole Role { get; init; }
    public required bool Hidden { get; init; }
    public required DateTimeOffset JoinedAt { get; init; }
    public required ImmutableSortedDictionary<string, string> Attributes { get; init; }
    public ParticipantState State { get; init; } = ParticipantState.Active;
    public DateTimeOffset? HandRaisedAt { get; init; }
    public bool Away { get; init; }

    /// <summary>The network address they came from; null where nobody knows.</summary>
    public string? Source { get; init; }

    public string? ConnectionId { get; init; }

    /// <summary>The node their connection is on; null where nobody knows.</summary>
    public string? Node { get; init; }
    public string? KeyFingerprint { get; init; }

    /// <summary>The key that was used up last: showing it again is somebody else's attempt, or an echo.</summary>
    public string? SpentKeyFingerprint { get; init; }

    /// <summary>When the seat is given up unless something happens first.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>When the token that opened the door expires, and its holder leaves.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What a token or a moderator granted in place of what the role brings; null for the role's.</summary>
    public Caps? Granted { get; init; }

    /// <summary>A moderator has asked for the microphone: it may be unmuted even where only moderators unmute.</summary>
    public bool AskedToSpeak { get; init; }

    /// <summary>The last line of chat that was said before the connection was lost; null while it is there.</summary>
    public long? HeardUpTo { get; init; }

    public DateTimeOffset? NextDeadline => ExpiresAt is { } expiry && (Deadline is null || expiry < Deadline) ? expiry : Deadline;

    /// <summary>Somebody who can be talked to and may come to moderate; bots and recorders cannot.</summary>
    public bool IsPerson => !Hidden && Kind is not (ParticipantKind.Bot or ParticipantKind.Recorder);

    public Caps Caps => (Granted ?? RoleCaps.Of(Role)) | (Hidden ? Caps.Hidden : Caps.None);

    /// <summary>They are a call that one node answered: without that node there is nothing to come back to.</summary>
    public bool IsCall => Kind is ParticipantKind.Sip or ParticipantKind.Msrp;

    /// <summary>Their wire has no resume and their place was lost: who comes as the same person takes it over, whatever became of what they said there.</summary>
    public bool IsLeftBehind => State == ParticipantState.Reconnecting && Proved && (IsCall || Kind == ParticipantKind.Xmpp);

    public bool Moderates => Caps.HasFlag(Caps.Moderate);

    public ParticipantInfo Describe(MutedState muted) => new(
        Id, Identity, DisplayName, Kind, Role, Caps, State, HandRaisedAt, Away, muted, JoinedAt, Attributes);
}

/// <summary>What a role brings (product §9).</summary>
internal static class RoleCaps
{
    private const Caps Member = Caps.PublishAudio | Caps.PublishVideo | Caps.PublishScreen | Caps.Chat | Caps.Files | Caps.React | Caps.Rename;

    public static Caps Of(ParticipantRole role) => role switch
    {
        ParticipantRole.Moderator => Member | Caps.Dial | Caps.Record | Caps.Moderate,
        ParticipantRole.Member => Member,
        _ => Caps.React | Caps.Chat,
    };
}
