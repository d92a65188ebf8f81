using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Join tokens (product §9, TW-03): taken apart strictly, the key found by who claims to have issued it, the algorithm fixed by
/// the key, and only what the signature covers is believed.
/// </summary>
public sealed class JoinTokens(ITokenKeys keys, IUsedTokens used, IRoomConfigClaim configs, RoomClock clock) : IJoinTokens
{
    /// <summary>How far two clocks may be apart.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(24);

    private static readonly JsonWebTokenHandler Handler = new() { MaximumTokenSizeInBytes = TokenText.Longest };

    public async ValueTask<TokenOutcome> VerifyAsync(string token, string room, CancellationToken cancellation = default)
    {
        if (TokenText.Read(token) is not { } text || await keys.FindAsync(text.Issuer, text.KeyId, cancellation).ConfigureAwait(false) is not { } key)
            return Invalid();
        if (text.Algorithm != key.Algorithm || text.Issuer != key.Issuer || !await IsSignedAsync(token, key).ConfigureAwait(false))
            return Invalid();
        if (!IsForUs(text.Claims, key.Audience) || !IsForRoom(text.Claims, room))
            return Invalid();
        if (InTime(text.Claims, clock.Now, out var issuedAt, out var expiry) is { } late)
            return late;
        if (TokenClaims.Read(text.Claims, room, issuedAt, expiry, configs) is not { } grant)
            return Invalid();
        return await IsFreshAsync(text, expiry, cancellation).ConfigureAwait(false) ? new(grant, null) : Invalid();
    }

    private static async Task<bool> IsSignedAsync(string token, TokenKey key)
    {
        foreach (var one in key.Keys)
        {
            var result = await Handler.ValidateTokenAsync(token, new TokenValidationParameters
            {
                RequireSignedTokens = true,
                ValidAlgorithms = [key.Algorithm],
                IssuerSigningKeyResolver = (_, _, _, _) => [one],
                TryAllIssuerSigningKeys = false,
                ValidateIssuer = false,
                ValidateAudience = false,
                ValidateLifetime = false,
            }).ConfigureAwait(false);
            if (result.IsValid)
                return true;
        }
        return false;
    }

    private static bool IsForUs(JsonElement claims, string audience) => claims.TryGetProperty("aud", out var aud) && aud.ValueKind switch
    {
        JsonValueKind.String => Same(aud, audience),
        JsonValueKind.Array => aud.EnumerateArray().Any(one => one.ValueKind == JsonValueKind.String && Same(one, audience)),
        _ => false,
    };

    private static bool Same(JsonElement value, string wanted) => value.ValueEquals(wanted);

    private static bool IsForRoom(JsonElement claims, string room) => TokenText.Text(claims, "room") is { } named
        && (named == "*" || (RoomName.TryNormalize(named, out var normal) && normal == room));

    /// <summary>Null when it is in time. A token without <c>iat</c> is taken to be as old as it can be.</summary>
    private static TokenOutcome? InTime(JsonElement claims, DateTimeOffset now, out DateTimeOffset issuedAt, out DateTimeOffset expiry)
    {
        issuedAt = default;
        expiry = TokenText.Time(claims, "exp") ?? default;
        if (expiry == default || expiry > now + LongestLife + Tolerance || IsMalformed(claims, "nbf") || IsMalformed(claims, "iat"))
            return Invalid();
        if (expiry + Tolerance <= now)
            return new(null, new(ErrorCodes.TokenExpired, "The token has expired."));
        if (TokenText.Time(claims, "nbf") is { } begins && begins > now + Tolerance)
            return Invalid();
        if (TokenText.Time(claims, "iat") is { } made && made > now + Tolerance)
            return Invalid();
        issuedAt = TokenText.Time(claims, "iat") ?? TokenText.Time(claims, "nbf") ?? expiry - LongestLife;
        expiry += expiry <= now ? Tolerance : TimeSpan.Zero;
        return null;
    }

    private static bool IsMalformed(JsonElement claims, string name) => claims.TryGetProperty(name, out _) && TokenText.Time(claims, name) is null;

    private async ValueTask<bool> IsFreshAsync(TokenText text, DateTimeOffset expiry, CancellationToken cancellation)
    {
        if (!text.Claims.TryGetProperty("jti", out _))
            return true;
        return TokenText.Text(text.Claims, "jti") is { Length: > 0 and <= 256 } id
            && await used.TryUseAsync(text.Issuer, id, expiry + Tolerance, cancellation).ConfigureAwait(false);
    }

    /// <summary>One answer for every way to be wrong: it teaches nobody how to be right.</summary>
    private static TokenOutcome Invalid() => new(null, new(ErrorCodes.TokenInvalid, "The token is not valid for this room."));
}
