using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Sylk.Conference.Rooms.Tests;

/// <summary>What the wire can carry, signed by hand: no library stands between the test and the bytes.</summary>
public sealed class JoinTokensTests
{
    private const string Host = "meet.example.org";
    private const string Room = "standup";
    private const string Issuer = "https://login.example.org";

    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDsa Ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly byte[] Secret = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] Former = RandomNumberGenerator.GetBytes(32);

    private readonly ManualTime _time = new();
    private readonly Dictionary<string, DateTimeOffset> _used = [];
    private readonly JoinTokens _tokens;

    public JoinTokensTests() => _tokens = new(new Keys(), new Used(_used), new Configs(), new RoomClock(_time));

    private long Now => _time.GetUtcNow().ToUnixTimeSeconds();

    [Theory]
    [InlineData("HS256", "key_1")]
    [InlineData("RS256", "rsa")]
    [InlineData("ES256", "ec")]
    public async Task A_good_token_grants_what_it_says(string algorithm, string key)
    {
        var claims = Claims(key);
        claims["name"] = "Alice";
        claims["role"] = "moderator";
        claims["caps"] = new JsonArray("chat", "publishAudio");
        claims["attributes"] = new JsonObject { ["desk"] = "7" };
        claims["iat"] = Now - 5;
        claims["roomConfig"] = new JsonObject { ["title"] = "T" };
        var grant = await Granted(Sign(algorithm, key, claims));
        Assert.Equal(("alice@example.org", "Alice", ParticipantRole.Moderator), (grant.Identity, grant.DisplayName, grant.Role));
        Assert.Equal(Caps.Chat | Caps.PublishAudio, grant.Caps);
        Assert.Equal("7", grant.Attributes["desk"]);
        Assert.Equal((Now - 5, Now + 3600), (grant.IssuedAt.ToUnixTimeSeconds(), grant.Expiry.ToUnixTimeSeconds()));
        Assert.Equal(Room, grant.RoomConfig!.Name);
    }

    [Fact]
    public async Task A_bare_token_grants_little()
    {
        var grant = await Granted(Sign("HS256", "key_1", Claims("key_1")));
        Assert.Equal((null, null, null), (grant.DisplayName, grant.Role, grant.Caps));
        Assert.Equal(Now + 3600 - 86_400, grant.IssuedAt.ToUnixTimeSeconds());
    }

    public static TheoryData<string> Attacks =>
    [
        "no algorithm", "algorithm none", "HMAC with the public key", "another HMAC", "RSA key id with EC signature", "embedded jwk", "jku", "x5u", "x5c", "crit", "kid is a path",
        "kid is SQL", "no kid", "unknown kid", "API key with another issuer", "issuer with another's key id", "no issuer", "wrong audience", "no audience", "audience as a number",
        "audience prefix", "no expiry", "expiry as a text", "expires in two days", "far nbf", "far iat", "nbf as a text", "wrong room", "no room", "room of another spelling",
        "duplicate claim", "duplicate header", "claims changed", "signature cut", "signature missing", "signature of nobody", "four parts", "not base64", "not JSON",
        "claims are a list", "deep claims", "a megabyte", "empty", "identity missing", "identity too long", "role of a god", "caps of a god", "attributes nested", "jti as a number",
        "half a surrogate", "number 1e999", "roomConfig is nonsense", "padding in base64", "revoked key",
    ];

    [Theory(DisplayName = "TW-03 V-24 Attacks on tokens")]
    [MemberData(nameof(Attacks))]
    public async Task Attacks_are_refused(string attack)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = await _tokens.VerifyAsync(Attack(attack), Room);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 * 1024 * 1024);
        Assert.Null(outcome.Grant);
        Assert.Equal(ErrorCodes.TokenInvalid, outcome.Refusal!.Code);
        Assert.Empty(_used);
    }

    [Fact(DisplayName = "TW-03 Sixty seconds of tolerance on both sides")]
    public async Task Clocks_may_differ_by_a_minute()
    {
        await Granted(Sign("HS256", "key_1", Claims("key_1", exp: Now - 59)));
        Assert.Equal(ErrorCodes.TokenExpired, (await _tokens.VerifyAsync(Sign("HS256", "key_1", Claims("key_1", exp: Now - 60)), Room)).Refusal!.Code);
        var early = Claims("key_1");
        early["nbf"] = Now + 60;
        await Granted(Sign("HS256", "key_1", early));
        await Granted(Sign("HS256", "key_1", Claims("key_1", exp: Now + 86_400 + 60)));
    }

    [Fact]
    public async Task A_token_with_an_id_is_good_once()
    {
        var claims = Claims("key_1");
        claims["jti"] = "once";
        var token = Sign("HS256", "key_1", claims);
        Assert.Equal(ErrorCodes.TokenInvalid, (await _tokens.VerifyAsync(token, "elsewhere")).Refusal!.Code);
        await Granted(token);
        Assert.Equal(ErrorCodes.TokenInvalid, (await _tokens.VerifyAsync(token, Room)).Refusal!.Code);
        Assert.Equal(Now + 3600 + 60, _used.Single().Value.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_star_opens_every_room_and_names_are_folded()
    {
        foreach (var room in new[] { "*", "StandUp" })
        {
            var claims = Claims("key_1");
            claims["room"] = room;
            await Granted(Sign("HS256", "key_1", claims));
        }
    }

    [Fact]
    public async Task A_key_that_was_turned_is_good_for_a_while() =>
        await Granted(Sign("HS256", "key_1", Claims("key_1"), Former));

    [Fact]
    public async Task One_of_several_audiences_is_enough()
    {
        var claims = Claims("key_1");
        claims["aud"] = new JsonArray("other", Host);
        await Granted(Sign("HS256", "key_1", claims));
    }

    private async Task<JoinGrant> Granted(string token)
    {
        var outcome = await _tokens.VerifyAsync(token, Room);
        Assert.Null(outcome.Refusal);
        return outcome.Grant!;
    }

    private JsonObject Claims(string key, long? exp = null) => new()
    {
        ["iss"] = key.StartsWith("key_", StringComparison.Ordinal) ? key : Issuer,
        ["aud"] = Host,
        ["sub"] = "alice@example.org",
        ["room"] = Room,
        ["exp"] = exp ?? Now + 3600,
    };

    private string Attack(string name)
    {
        var claims = Claims("key_1");
        return name switch
        {
            "no algorithm" => Raw("""{"kid":"key_1"}""", claims.ToJsonString(), Secret),
            "algorithm none" => $"{Part("""{"alg":"none","kid":"key_1"}""")}.{Part(claims.ToJsonString())}.",
            "HMAC with the public key" => Raw("""{"alg":"HS256","kid":"rsa"}""", Claims("rsa").ToJsonString(), Encoding.ASCII.GetBytes(Rsa.ExportSubjectPublicKeyInfoPem())),
            "another HMAC" => Raw("""{"alg":"HS512","kid":"key_1"}""", claims.ToJsonString(), Secret),
            "RSA key id with EC signature" => Sign("ES256", "rsa", Claims("rsa")),
            "embedded jwk" => WithHeader("jwk", $$"""{"kty":"oct","k":"{{Base64Url.EncodeToString(Secret)}}"}"""),
            "jku" => WithHeader("jku", "\"https://evil.example/keys\""),
            "x5u" => WithHeader("x5u", "\"https://evil.example/cert\""),
            "x5c" => WithHeader("x5c", "[\"MIIB\"]"),
            "crit" => WithHeader("crit", "[\"exp\"]"),
            "kid is a path" => Sign("HS256", "../../etc/passwd", claims),
            "kid is SQL" => Sign("HS256", "key_1' OR '1'='1", claims),
            "no kid" => Raw("""{"alg":"HS256"}""", claims.ToJsonString(), Secret),
            "unknown kid" => Sign("HS256", "key_2", Claims("key_2")),
            "API key with another issuer" => Sign("HS256", "key_1", With("iss", Issuer)),
            "issuer with another's key id" => Sign("RS256", "rsa", With("iss", "https://other.example.org")),
            "no issuer" => Sign("HS256", "key_1", With("iss", null)),
            "wrong audience" => Sign("HS256", "key_1", With("aud", "other.example.org")),
            "no audience" => Sign("HS256", "key_1", With("aud", null)),
            "audience as a number" => Sign("HS256", "key_1", With("aud", 7)),
            "audience prefix" => Sign("HS256", "key_1", With("aud", Host + ".evil.example")),
            "no expiry" => Sign("HS256", "key_1", With("exp", null)),
            "expiry as a text" => Sign("HS256", "key_1", With("exp", "tomorrow")),
            "expires in two days" => Sign("HS256", "key_1", With("exp", Now + (2 * 86_400))),
            "far nbf" => Sign("HS256", "key_1", With("nbf", Now + 61)),
            "far iat" => Sign("HS256", "key_1", With("iat", Now + 61)),
            "nbf as a text" => Sign("HS256", "key_1", With("nbf", "0")),
            "wrong room" => Sign("HS256", "key_1", With("room", "other")),
            "no room" => Sign("HS256", "key_1", With("room", null)),
            "room of another spelling" => Sign("HS256", "key_1", With("room", "standup/")),
            "duplicate claim" => Raw(Header("HS256", "key_1"), claims.ToJsonString().Replace("\"aud\"", "\"room\":\"other\",\"aud\"", StringComparison.Ordinal), Secret),
            "duplicate header" => Raw("""{"alg":"none","alg":"HS256","kid":"key_1"}""", claims.ToJsonString(), Secret),
            "claims changed" => Changed(Sign("HS256", "key_1", claims), With("sub", "mallory").ToJsonString()),
            "signature cut" => Sign("HS256", "key_1", claims)[..^4],
            "signature missing" => Sign("HS256", "key_1", claims)[..(Sign("HS256", "key_1", claims).LastIndexOf('.') + 1)],
            "signature of nobody" => Sign("HS256", "key_1", claims, RandomNumberGenerator.GetBytes(32)),
            "four parts" => Sign("HS256", "key_1", claims) + ".x",
            "not base64" => "!!!.???.***",
            "not JSON" => Raw(Header("HS256", "key_1"), "claims", Secret),
            "claims are a list" => Raw(Header("HS256", "key_1"), "[1]", Secret),
            "deep claims" => Raw(Header("HS256", "key_1"), $$"""{"a":{{new string('[', 2000)}}{{new string(']', 2000)}}}""", Secret),
            "a megabyte" => Sign("HS256", "key_1", With("name", new string('a', 1024 * 1024))),
            "empty" => "",
            "identity missing" => Sign("HS256", "key_1", With("sub", null)),
            "identity too long" => Sign("HS256", "key_1", With("sub", new string('a', 257))),
            "role of a god" => Sign("HS256", "key_1", With("role", "admin")),
            "caps of a god" => Sign("HS256", "key_1", With("caps", new JsonArray("65535"))),
            "attributes nested" => Sign("HS256", "key_1", With("attributes", new JsonObject { ["a"] = new JsonObject() })),
            "jti as a number" => Sign("HS256", "key_1", With("jti", 7)),
            "half a surrogate" => Raw(Header("HS256", "key_1"), claims.ToJsonString().Replace("alice", "\\ud800", StringComparison.Ordinal), Secret),
            "number 1e999" => Raw(Header("HS256", "key_1"), claims.ToJsonString().Replace((Now + 3600).ToString(System.Globalization.CultureInfo.InvariantCulture), "1e999", StringComparison.Ordinal), Secret),
            "roomConfig is nonsense" => Sign("HS256", "key_1", With("roomConfig", "open")),
            "padding in base64" => Sign("HS256", "key_1", claims).Replace(".", "=.", StringComparison.Ordinal),
            "revoked key" => Sign("HS256", "key_revoked", Claims("key_revoked")),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
        };
    }

    private JsonObject With(string claim, JsonNode? value)
    {
        var claims = Claims("key_1");
        if (value is null)
            claims.Remove(claim);
        else
            claims[claim] = value;
        return claims;
    }

    private string WithHeader(string name, string value) =>
        Raw($$"""{"alg":"HS256","kid":"key_1","{{name}}":{{value}}}""", Claims("key_1").ToJsonString(), Secret);

    private static string Changed(string token, string claims) => string.Join('.', token.Split('.')[0], Part(claims), token.Split('.')[2]);

    private static string Header(string algorithm, string key) => new JsonObject { ["alg"] = algorithm, ["kid"] = key }.ToJsonString();

    private static string Sign(string algorithm, string key, JsonObject claims, byte[]? secret = null)
    {
        var text = $"{Part(Header(algorithm, key))}.{Part(claims.ToJsonString())}";
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = algorithm switch
        {
            "RS256" => Rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "ES256" => Ec.SignData(bytes, HashAlgorithmName.SHA256),
            _ => HMACSHA256.HashData(secret ?? Secret, bytes),
        };
        return $"{text}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Raw(string header, string claims, byte[] secret)
    {
        var text = $"{Part(header)}.{Part(claims)}";
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(text)))}";
    }

    private static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    private sealed class Keys : ITokenKeys
    {
        public ValueTask<TokenKey?> FindAsync(string issuer, string keyId, CancellationToken cancellation = default) => new((issuer, keyId) switch
        {
            ("key_1", "key_1") => new TokenKey([new SymmetricSecurityKey(Secret), new SymmetricSecurityKey(Former)], "HS256", "key_1", Host),
            (Issuer, "rsa") => new TokenKey([new RsaSecurityKey(Rsa)], "RS256", Issuer, Host),
            (Issuer, "ec") => new TokenKey([new ECDsaSecurityKey(Ec)], "ES256", Issuer, Host),
            _ => null,
        });
    }

    private sealed class Used(Dictionary<string, DateTimeOffset> used) : IUsedTokens
    {
        public ValueTask<bool> TryUseAsync(string issuer, string tokenId, DateTimeOffset expiry, CancellationToken cancellation = default) =>
            new(used.TryAdd($"{issuer} {tokenId}", expiry));
    }

    private sealed class Configs : IRoomConfigClaim
    {
        public RoomConfig? Read(JsonElement claim, string room) => claim.ValueKind != JsonValueKind.Object
            ? null
            : new() { Id = "rm_1", Name = room, CreatedAt = DateTimeOffset.UnixEpoch, Title = claim.GetProperty("title").GetString()! };
    }
}
