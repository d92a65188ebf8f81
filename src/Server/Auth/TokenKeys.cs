using System.Buffers.Text;
using System.Collections.Immutable;
using Microsoft.IdentityModel.Tokens;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Auth;

/// <summary>Keys of join tokens: our API keys (<c>kid</c> = key id, HS256), else the keys of a configured issuer.</summary>
internal sealed class TokenKeys(KeyRing keys, Issuers issuers, PublicHost host, RoomClock clock) : ITokenKeys
{
    public async ValueTask<TokenKey?> FindAsync(string issuer, string keyId, CancellationToken cancellation = default) =>
        keyId.StartsWith(ApiKey.IdPrefix, StringComparison.Ordinal) && issuer == keyId
            ? await OfApiKeyAsync(keyId)
            : await issuers.FindAsync(issuer, keyId, cancellation);

    /// <summary>Tokens let people in as anything; only a key that may write rooms can sign them.</summary>
    private async ValueTask<TokenKey?> OfApiKeyAsync(string id)
    {
        if (await keys.GoodAsync(id) is not { } key || !key.Scopes.Contains(Scopes.RoomsWrite))
            return null;
        var secrets = ImmutableArray.Create(Symmetric(key.SigningSecret));
        if (key is { FormerSigningSecret: { } former, FormerUntil: { } until } && clock.Now < until)
            secrets = secrets.Add(Symmetric(former));
        return new(secrets, SecurityAlgorithms.HmacSha256, id, host.Name);
    }

    public static SecurityKey Symmetric(string secret) => new SymmetricSecurityKey(Base64Url.DecodeFromChars(secret));
}
