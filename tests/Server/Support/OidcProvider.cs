using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sylk.Conference.Server.Tests;

/// <summary>
/// An OpenID provider after the public specifications (OpenID Connect Core 1.0 §3.1, Discovery 1.0, RFC 7636), with one person who
/// always says yes, and ways to go wrong.
/// </summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string ClientId = "sylk";
    public const string Secret = "a secret of 26 characters.";

    private readonly WebApplication _app;
    private readonly RsaSecurityKey _key = KeySetServer.Rsa("one");
    private readonly Dictionary<string, (string Nonce, string Challenge, string Redirect)> _codes = new(StringComparer.Ordinal);

    private OidcProvider()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Configuration["Logging:LogLevel:Default"] = "None";
        _app = builder.Build();
        _app.MapGet("/.well-known/openid-configuration", context => context.Response.WriteAsJsonAsync(new
        {
            issuer = Authority,
            authorization_endpoint = $"{Authority}/authorize",
            token_endpoint = $"{Authority}/token",
            userinfo_endpoint = $"{Authority}/userinfo",
            jwks_uri = $"{Authority}/keys",
        }));
        _app.MapGet("/keys", context => context.Response.WriteAsync($$"""{ "keys": [ {{KeySetServer.Public(_key)}} ] }"""));
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", TokenAsync);
        _app.MapGet("/userinfo", context => context.Response.WriteAsJsonAsync(Claims));
    }

    public string Authority => _app.Urls.First();

    /// <summary>Who signs in.</summary>
    public Dictionary<string, object> Claims { get; } = new(StringComparer.Ordinal)
    {
        ["sub"] = "248289761001",
        ["name"] = "Jane Doe",
        ["email"] = "jane@example.org",
        ["email_verified"] = true,
        ["groups"] = new[] { "staff", "operators" },
    };

    /// <summary>What is wrong with the next id token: <c>nonce</c>, <c>audience</c>, <c>issuer</c>, <c>expired</c>, <c>key</c>, <c>none</c>.</summary>
    public string Flaw { get; set; } = "";

    public static async Task<OidcProvider> StartAsync()
    {
        var provider = new OidcProvider();
        await provider._app.StartAsync();
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        Assert.Equal((ClientId, "code", "S256"), (query["client_id"].ToString(), query["response_type"].ToString(), query["code_challenge_method"].ToString()));
        Assert.Contains("openid", query["scope"].ToString().Split(' '));
        var (code, back) = (Guid.NewGuid().ToString("N"), query["redirect_uri"].ToString());
        _codes[code] = (query["nonce"].ToString(), query["code_challenge"].ToString(), back);
        context.Response.Redirect($"{back}?code={code}&state={Uri.EscapeDataString(query["state"].ToString())}");
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var known = _codes.Remove(form["code"].ToString(), out var asked);
        var proved = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        if (!known || proved != asked.Challenge || form["redirect_uri"] != asked.Redirect || form["client_secret"] != Secret)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsJsonAsync(new { error = "invalid_grant" });
            return;
        }
        await context.Response.WriteAsJsonAsync(new { access_token = "at", token_type = "Bearer", expires_in = 60, id_token = IdToken(asked.Nonce) });
    }

    private string IdToken(string nonce)
    {
        var now = DateTime.UtcNow;
        var token = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Flaw == "issuer" ? "https://elsewhere.example.org" : Authority,
            Audience = Flaw == "audience" ? "somebody else" : ClientId,
            IssuedAt = now.AddHours(-2),
            Expires = Flaw == "expired" ? now.AddHours(-1) : now.AddMinutes(5),
            Claims = new Dictionary<string, object> { ["sub"] = Claims["sub"], ["nonce"] = Flaw == "nonce" ? "another" : nonce },
            SigningCredentials = new(Flaw == "key" ? KeySetServer.Rsa("one") : _key, SecurityAlgorithms.RsaSha256),
        });
        return Flaw == "none" ? $"{Base64UrlEncoder.Encode("""{ "alg": "none" }""")}.{token.Split('.')[1]}." : token;
    }
}
