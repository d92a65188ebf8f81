using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sylk.Conference.Rooms;

/// <summary>A key that may have signed a token, with everything that is fixed for it before the token is looked at.</summary>
/// <param name="Keys">One; two while a key is being turned.</param>
/// <param name="Algorithm">The only one believed with this key.</param>
/// <param name="Issuer">What <c>iss</c> must be.</param>
/// <param name="Audience">What <c>aud</c> must contain.</param>
public sealed record TokenKey(ImmutableArray<SecurityKey> Keys, string Algorithm, string Issuer, string Audience);

/// <summary>The keys this server believes. Addresses in a token are never looked at.</summary>
public interface ITokenKeys
{
    /// <returns>Null when no such key is configured.</returns>
    ValueTask<TokenKey?> FindAsync(string issuer, string keyId, CancellationToken cancellation = default);
}

/// <summary>Remembers which single-use tokens were used, for as long as they could be shown again.</summary>
public interface IUsedTokens
{
    /// <returns>False when it was used before, on any node.</returns>
    ValueTask<bool> TryUseAsync(string issuer, string tokenId, DateTimeOffset expiry, CancellationToken cancellation = default);
}

/// <summary>Reads the claim <c>roomConfig</c>: the same shape as creating a room over REST.</summary>
public interface IRoomConfigClaim
{
    /// <returns>Null when it is not such a shape.</returns>
    RoomConfig? Read(JsonElement claim, string room);
}
