using System.Collections.Immutable;
using System.Security.Cryptography;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Auth;

/// <summary>An API key as it is kept: of its secret only the fingerprint.</summary>
internal sealed record ApiKey
{
    public const string IdPrefix = "key_";
    private const string TextPrefix = "sk_";
    private const int SecretBytes = 32;

    public required string Id { get; init; }
    public required string Name { get; init; }
    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>The secret has 256 random bits, so a plain digest tells nobody anything.</summary>
    public required string SecretFingerprint { get; init; }

    /// <summary>What join tokens of this key are signed with (HS256): base64url of 32 bytes. Kept, because we check signatures with it.</summary>
    public required string SigningSecret { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The secret before the last rotation, good until <see cref="FormerUntil"/>.</summary>
    public string? FormerFingerprint { get; init; }
    public string? FormerSigningSecret { get; init; }
    public DateTimeOffset? FormerUntil { get; init; }

    /// <summary>What lists show: enough to recognize a key by.</summary>
    public string Prefix => TextPrefix + Id[IdPrefix.Length..];

    public bool IsGood(DateTimeOffset now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);

    public bool Matches(string secret, DateTimeOffset now)
    {
        var shown = Ids.Fingerprint(secret);
        var former = FormerUntil is { } until && now < until ? FormerFingerprint ?? "" : "";
        return Same(SecretFingerprint, shown) | Same(former, shown);
    }

    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));

    public static string NewSigningSecret() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));

    public string Text(string secret) => $"{Prefix}_{secret}";

    /// <returns>False for anything that cannot be a key; then nothing is looked up.</returns>
    public static bool TrySplit(string text, out string id, out string secret)
    {
        (id, secret) = ("", "");
        if (text.Length is < 20 or > 200 || !text.StartsWith(TextPrefix, StringComparison.Ordinal))
            return false;
        var cut = text.IndexOf('_', TextPrefix.Length);
        if (cut < 0)
            return false;
        (id, secret) = (IdPrefix + text[TextPrefix.Length..cut], text[(cut + 1)..]);
        return true;
    }

    private static bool Same(string stored, string shown) => CryptographicOperations.FixedTimeEquals(
        System.Text.Encoding.ASCII.GetBytes(stored), System.Text.Encoding.ASCII.GetBytes(shown));
}
