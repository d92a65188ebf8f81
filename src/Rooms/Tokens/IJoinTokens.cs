using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What a join token proves (product §9).</summary>
/// <param name="Identity">Claim <c>sub</c>: who it is, the same at every visit.</param>
/// <param name="Caps">Claim <c>caps</c>: in place of what the role brings; null when it says nothing.</param>
/// <param name="IssuedAt">A token from before its holder's removal is void.</param>
/// <param name="Expiry">When the holder has to leave; in the future.</param>
/// <param name="RoomConfig">Applied when this join calls the room into being; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("sylk.JoinGrant")]
public sealed record JoinGrant(
    [property: Id(0)] string Identity, [property: Id(1)] string? DisplayName, [property: Id(2)] ParticipantRole? Role,
    [property: Id(3)] Caps? Caps, [property: Id(4)] ImmutableSortedDictionary<string, string> Attributes,
    [property: Id(5)] DateTimeOffset IssuedAt, [property: Id(6)] DateTimeOffset Expiry, [property: Id(7)] RoomConfig? RoomConfig);

/// <param name="Refusal"><c>token_invalid</c> or <c>token_expired</c>; then there is no grant.</param>
public readonly record struct TokenOutcome(JoinGrant? Grant, Refusal? Refusal);

/// <summary>Reads join tokens. A wrong token costs one bounded check (≤ 8 KiB, no address in it is ever fetched) and names no secret.</summary>
public interface IJoinTokens
{
    /// <param name="room">The room it is shown for; a token for another room is invalid here.</param>
    ValueTask<TokenOutcome> VerifyAsync(string token, string room, CancellationToken cancellation = default);
}
