using System.Collections.Immutable;

namespace Sylk.Conference.Server.Api;

/// <summary>A reply as it went out the first time.</summary>
internal sealed record StoredReply(int Status, string? ContentType, string? Location, string? Tag, ImmutableArray<byte> Body);

internal enum ClaimStatus
{
    /// <summary>Nobody has used the key: go on, then complete or release it.</summary>
    Claimed,
    InProgress,
    Mismatch,
    Replay,
}

internal readonly record struct IdempotencyClaim(ClaimStatus Status, StoredReply? Reply = null);

/// <summary>Who asked under which key.</summary>
internal readonly record struct IdempotencyKey(string Caller, string Key);

/// <summary>Keeps replies for 24 h by caller and key, so that a repeated request is answered, not done again.</summary>
internal interface IIdempotencyStore
{
    /// <param name="fingerprint">Of method, path and body.</param>
    ValueTask<IdempotencyClaim> ClaimAsync(IdempotencyKey key, string fingerprint, DateTimeOffset now, CancellationToken cancellation = default);

    ValueTask CompleteAsync(IdempotencyKey key, string fingerprint, StoredReply reply, DateTimeOffset now);

    /// <summary>Nothing came of it: the key may be used again.</summary>
    ValueTask ReleaseAsync(IdempotencyKey key);
}

internal static class IdempotencyTimes
{
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    /// <summary>A claim whose process died is free again after this; no request takes as long.</summary>
    public static readonly TimeSpan Abandoned = TimeSpan.FromSeconds(30);
}
