namespace Sylk.Conference.Storage;

/// <summary>A key to the REST interface. Of its secret only a hash is kept.</summary>
public sealed class ApiKeyRow
{
    public required string Id { get; set; }
    public required string Name { get; set; }

    /// <summary>The secret's first characters, for people to tell keys apart.</summary>
    public required string Prefix { get; set; }
    public required string SecretHash { get; set; }

    /// <summary>Checks the join tokens signed with this key; null when it signs none.</summary>
    public string? SigningSecret { get; set; }

    /// <summary>Words with a blank between them.</summary>
    public required string Scopes { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ExpiresAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The secret before the last rotation, and what signed tokens then; good until <see cref="FormerUntil"/>.</summary>
    public string? FormerHash { get; set; }
    public string? FormerSigningSecret { get; set; }
    public DateTimeOffset? FormerUntil { get; set; }
}

/// <summary>A one-time link to the first key that a node has printed, or the one row that says that it was used.</summary>
public sealed class FirstKeyCodeRow
{
    /// <summary>The one row that can be added once.</summary>
    public const string Used = "used";

    /// <summary>The code's fingerprint, or <see cref="Used"/>.</summary>
    public required string Id { get; set; }
    public DateTimeOffset Expiry { get; set; }
}

/// <summary>What a POST was answered, for whoever sends it again (product §4: 24 h).</summary>
public sealed class IdempotencyRow
{
    /// <summary>Whose request it was.</summary>
    public required string Owner { get; set; }
    public required string Key { get; set; }
    public required string RequestHash { get; set; }

    /// <summary>Null while it is still being answered.</summary>
    public int? Status { get; set; }
    public string? ContentType { get; set; }

    /// <summary>JSON object of the reply's own headers.</summary>
    public string? Headers { get; set; }
    public byte[]? Body { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>A token that lets in once and has done so.</summary>
public sealed class UsedTokenRow
{
    /// <summary>Issuer and <c>jti</c>.</summary>
    public required string Id { get; set; }
    public DateTimeOffset Expiry { get; set; }
}

/// <summary>Tokens of this identity for this room from before a moment are void.</summary>
public sealed class RevocationRow
{
    public required string Room { get; set; }
    public required string Identity { get; set; }
    public DateTimeOffset Since { get; set; }
}
