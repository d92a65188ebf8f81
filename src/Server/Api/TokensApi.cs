using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Api;

internal sealed record TokenInput
{
    /// <summary>Who it is, the same at every visit.</summary>
    public string? Identity { get; init; }
    public string? DisplayName { get; init; }
    public ParticipantRole? Role { get; init; }

    /// <summary>In place of what the role brings.</summary>
    public string[]? Caps { get; init; }
    public Dictionary<string, string>? Attributes { get; init; }

    /// <summary>1,000 to 86,400,000; an hour when left out.</summary>
    public long? TtlMs { get; init; }
    public bool? SingleUse { get; init; }
}

/// <param name="JoinUrl">The room's page with the token in the fragment, which browsers send to nobody.</param>
internal sealed record TokenOutput(string Token, DateTimeOffset ExpiresAt, string JoinUrl);

/// <summary><c>/rooms/{room}/tokens</c></summary>
internal sealed class TokensApi(RoomDirectory rooms, KeyRing keys, PublicHost host, RoomClock clock, SylkOptions options) : IApiResource
{
    private const long Hour = 3_600_000;
    private const long Day = 24 * Hour;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Tokens and invites";
        routes.Post("/rooms/{room}/tokens", CreateAsync, "createToken", "Signs a join token for one identity.")
            .Needs(Scopes.RoomsWrite)
            .Takes<TokenInput>("""{ "identity": "alice@example.org", "displayName": "Alice", "role": "moderator", "ttlMs": 3600000 }""")
            .Gives<TokenOutput>(StatusCodes.Status201Created);
    }

    private Task<ApiReply> CreateAsync(HttpContext context) => rooms.WithBodyAsync<TokenInput>(context, Check, async (input, name) =>
    {
        if (await keys.GoodAsync(Caller.IdOf(context)!) is not { } key)
            return ApiReply.No(ErrorCodes.CapabilityMissing, "Tokens are signed with an API key: use one for this.");
        var expiry = clock.Now.AddMilliseconds(input.TtlMs ?? Hour);
        var token = Sign(input, name, key, expiry);
        return ApiReply.Created(
            $"{ApiRoutes.Base}/rooms/{name}", new TokenOutput(token, expiry, Links.Page(context, options, $"/r/{name}#t={token}")));
    });

    private static Flaws Check(TokenInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(PlainText.Fits(input.Identity, 256), "identity", "must have 1 to 256 characters.");
        flaws.Unless(input.DisplayName is null || PlainText.Fits(input.DisplayName, 64), "displayName", "must have 1 to 64 characters.");
        flaws.Unless(input.TtlMs is null or (>= 1000 and <= Day), "ttlMs", $"must be 1000 to {Day}.");
        flaws.Unless(input.Attributes is null || People.AreAttributes(input.Attributes), "attributes", "must be at most 20, keys to 64 and values to 256 characters.");
        foreach (var (cap, index) in (input.Caps ?? []).Select((cap, index) => (cap, index)).Take(32))
            flaws.Unless(People.TryCap(cap, out _), $"caps[{index}]", "must be one of the capabilities of the documentation.");
        return flaws;
    }

    private string Sign(TokenInput input, string room, ApiKey key, DateTimeOffset expiry)
    {
        var claims = new Dictionary<string, object> { ["sub"] = input.Identity!, ["room"] = room };
        Add(claims, "name", input.DisplayName);
        Add(claims, "role", input.Role is { } role ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(role.ToString()) : null);
        Add(claims, "caps", input.Caps);
        Add(claims, "attributes", input.Attributes);
        Add(claims, "jti", input.SingleUse == true ? Ids.Secret() : null);
        var secret = TokenKeys.Symmetric(key.SigningSecret);
        secret.KeyId = key.Id;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = key.Id,
            Audience = host.Name,
            IssuedAt = clock.Now.UtcDateTime,
            Expires = expiry.UtcDateTime,
            Claims = claims,
            SigningCredentials = new(secret, SecurityAlgorithms.HmacSha256),
        });
    }

    private static void Add(Dictionary<string, object> claims, string name, object? value)
    {
        if (value is not null)
            claims[name] = value;
    }
}
