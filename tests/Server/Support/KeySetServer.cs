using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sylk.Conference.Server.Tests;

/// <summary>An issuer of join tokens: a key set over real HTTP, and tokens signed with what is in it, or is not.</summary>
internal sealed class KeySetServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private KeySetServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        _app = builder.Build();
        _app.MapGet("/.well-known/jwks.json", AnswerAsync);
    }

    public string Issuer => _app.Urls.First();

    /// <summary>What is answered: keys as JSON text.</summary>
    public List<string> Keys { get; } = [];

    /// <summary>In place of the keys.</summary>
    public RequestDelegate? Instead { get; set; }

    public int Asked { get; private set; }

    public static async Task<KeySetServer> StartAsync()
    {
        var server = new KeySetServer();
        await server._app.StartAsync();
        return server;
    }

    public static RsaSecurityKey Rsa(string id, int bits = 2048) => new(RSA.Create(bits)) { KeyId = id };

    public static ECDsaSecurityKey Ec(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };

    /// <summary>The public half, as key sets hold it.</summary>
    /// <param name="more">Further members, such as <c>"use": "enc"</c>.</param>
    public static string Public(SecurityKey key, string more = "") => key switch
    {
        RsaSecurityKey rsa when rsa.Rsa.ExportParameters(false) is var p =>
            $$"""{ "kty": "RSA", "kid": "{{key.KeyId}}", "n": "{{Base64UrlEncoder.Encode(p.Modulus)}}", "e": "{{Base64UrlEncoder.Encode(p.Exponent)}}"{{more}} }""",
        ECDsaSecurityKey ec when ec.ECDsa.ExportParameters(false) is var p =>
            $$"""{ "kty": "EC", "crv": "P-256", "kid": "{{key.KeyId}}", "x": "{{Base64UrlEncoder.Encode(p.Q.X)}}", "y": "{{Base64UrlEncoder.Encode(p.Q.Y)}}"{{more}} }""",
        _ => throw new ArgumentException("Only RSA and EC.", nameof(key)),
    };

    public string Token(SecurityKey key, string algorithm, DateTimeOffset now, string audience = "meet.example.org", int minutes = 10, string? issuer = null) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Issuer,
            Audience = audience,
            IssuedAt = now.UtcDateTime.AddMinutes(Math.Min(0, minutes) - 1),
            Expires = now.UtcDateTime.AddMinutes(minutes),
            Claims = new Dictionary<string, object> { ["sub"] = "alice@example.org", ["room"] = "*", ["name"] = "Alice" },
            SigningCredentials = new(key, algorithm),
        });

    /// <summary>A token nobody signed.</summary>
    public string Unsigned(string keyId, DateTimeOffset now)
    {
        var (from, until) = (now.ToUnixTimeSeconds(), now.AddMinutes(10).ToUnixTimeSeconds());
        var claims = string.Create(CultureInfo.InvariantCulture, $$"""{ "iss": "{{Issuer}}", "aud": "meet.example.org", "sub": "a", "room": "*", "iat": {{from}}, "exp": {{until}} }""");
        return $"{Base64UrlEncoder.Encode($$"""{ "alg": "none", "kid": "{{keyId}}" }""")}.{Base64UrlEncoder.Encode(claims)}.x";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Asked++;
        return Instead is not null
            ? Instead(context)
            : context.Response.WriteAsync($$"""{ "keys": [ {{string.Join(", ", Keys)}} ] }""");
    }
}
