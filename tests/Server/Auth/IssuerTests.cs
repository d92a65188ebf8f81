using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.Tokens;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

/// <summary>Join tokens of configured issuers, whose keys are fetched over HTTP (product §9, TW-03).</summary>
public sealed class IssuerTests : IAsyncLifetime
{
    private KeySetServer _issuer = null!;
    private RunningServer _server = null!;
    private int _rooms;

    private DateTimeOffset Now => _server.Time.GetUtcNow();

    public async ValueTask InitializeAsync() => _issuer = await KeySetServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact(DisplayName = "TW-03 RS256 and ES256 tokens of an issuer let in as who they say")]
    public async Task Both_algorithms_let_in()
    {
        var (rsa, ec) = (KeySetServer.Rsa("r"), KeySetServer.Ec("e"));
        await StartAsync(KeySetServer.Public(rsa), KeySetServer.Public(ec, """, "alg": "ES256", "use": "sig" """));
        foreach (var token in new[] { _issuer.Token(rsa, "RS256", Now), _issuer.Token(ec, "ES256", Now) })
            Assert.Equal("alice@example.org", (await JoinAsync(token)).Identity);
    }

    [Fact(DisplayName = "TW-03 Expired, for another audience, unsigned, signed by another key, of another issuer: refused")]
    public async Task Wrong_tokens_are_refused()
    {
        var (key, stranger) = (KeySetServer.Rsa("r"), KeySetServer.Rsa("r"));
        await StartAsync(KeySetServer.Public(key));
        Assert.Equal(ErrorCodes.TokenExpired, (await JoinAsync(_issuer.Token(key, "RS256", Now, minutes: -5))).Code);
        foreach (var token in new[]
        {
            _issuer.Token(key, "RS256", Now, audience: "elsewhere.example.org"), _issuer.Unsigned("r", Now), _issuer.Token(stranger, "RS256", Now),
            _issuer.Token(key, "RS256", Now, issuer: "https://nobody.example.org"), _issuer.Token(key, "RS512", Now), _issuer.Token(key, "PS256", Now),
            _issuer.Token(key, "RS256", Now, minutes: 25 * 60), Damaged(_issuer.Token(key, "RS256", Now)),
        })
            Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(token)).Code);
        Assert.Null((await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
    }

    [Fact(DisplayName = "TW-03 The public key is no HMAC secret")]
    public async Task The_public_key_is_no_secret()
    {
        var key = KeySetServer.Rsa("r");
        await StartAsync(KeySetServer.Public(key));
        foreach (var bytes in new[] { Encoding.ASCII.GetBytes(key.Rsa.ExportSubjectPublicKeyInfoPem()), key.Rsa.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes(KeySetServer.Public(key)) })
            Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(new SymmetricSecurityKey(bytes) { KeyId = "r" }, "HS256", Now))).Code);
    }

    [Fact(DisplayName = "Bad keys of a set are passed over: short RSA, for encryption, of another algorithm, symmetric, without an id; the good one beside them counts")]
    public async Task Bad_keys_are_passed_over()
    {
        var (weak, encrypting, other, nameless, good) = (KeySetServer.Rsa("weak", 1024), KeySetServer.Rsa("enc"), KeySetServer.Rsa("ps"), KeySetServer.Rsa(""), KeySetServer.Rsa("good"));
        var secret = new SymmetricSecurityKey(new byte[32]) { KeyId = "oct" };
        await StartAsync(
            KeySetServer.Public(weak), KeySetServer.Public(encrypting, """, "use": "enc" """), KeySetServer.Public(other, """, "alg": "PS256" """), KeySetServer.Public(nameless),
            $$"""{ "kty": "oct", "kid": "oct", "k": "{{Base64UrlEncoder.Encode(secret.Key)}}" }""", """{ "kty": "EC", "crv": "P-521", "kid": "p521" }""", """{ "kid": "empty" }""", KeySetServer.Public(good));
        foreach (var key in new[] { encrypting, other, nameless })
            Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
        Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(secret, "HS256", Now))).Code);
        Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(Weak(weak))).Code);
        Assert.Null((await JoinAsync(_issuer.Token(good, "RS256", Now))).Code);
    }

    [Fact(DisplayName = "Rotation: a new key is found by its id, at most once a minute; one that was taken back is refused within the hour")]
    public async Task Keys_rotate()
    {
        var (first, second) = (KeySetServer.Rsa("first"), KeySetServer.Ec("second"));
        await StartAsync(KeySetServer.Public(first));
        Assert.Null((await JoinAsync(_issuer.Token(first, "RS256", Now))).Code);
        (_issuer.Keys[0], var asked) = (KeySetServer.Public(second), _issuer.Asked);
        for (var i = 0; i < 20; i++)
            Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(second, "ES256", Now))).Code);
        Assert.Equal(asked, _issuer.Asked);
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await JoinAsync(_issuer.Token(second, "ES256", Now))).Code);
        Assert.Equal(asked + 1, _issuer.Asked);
        Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(first, "RS256", Now))).Code);
    }

    [Fact(DisplayName = "An issuer that is away is believed by the keys it had, for a day; then nobody new gets in, until it is back")]
    public async Task A_lost_issuer_is_believed_for_a_day()
    {
        var key = KeySetServer.Rsa("r");
        await StartAsync(KeySetServer.Public(key));
        Assert.Null((await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
        _issuer.Instead = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        _server.Time.Advance(TimeSpan.FromHours(23));
        Assert.Null((await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
        _server.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
        _issuer.Instead = null;
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
    }

    [Theory(DisplayName = "What is no key set, is too large, or is somewhere else, brings no key and harms nothing")]
    [InlineData("garbage")]
    [InlineData("large")]
    [InlineData("moved")]
    [InlineData("failing")]
    public async Task What_is_no_key_set_brings_no_key(string kind)
    {
        var key = KeySetServer.Rsa("r");
        _issuer.Instead = context => kind switch
        {
            "garbage" => context.Response.WriteAsync("{ \"keys\": [ { \"kty\": "),
            "large" => context.Response.WriteAsync($$"""{ "keys": [ {{KeySetServer.Public(key)}} ], "more": "{{new string('x', 300_000)}}" }"""),
            "moved" => Moved(context),
            _ => Failing(context),
        };
        await StartAsync();
        Assert.Equal(ErrorCodes.TokenInvalid, (await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
        _issuer.Instead = null;
        _issuer.Keys.Add(KeySetServer.Public(key));
        _server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null((await JoinAsync(_issuer.Token(key, "RS256", Now))).Code);
    }

    private static Task Moved(HttpContext context)
    {
        context.Response.Redirect("/elsewhere");
        return Task.CompletedTask;
    }

    private static Task Failing(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        return Task.CompletedTask;
    }

    /// <summary>The library signs with no key this short; the token is put together by hand.</summary>
    private string Weak(RsaSecurityKey key)
    {
        var parts = _issuer.Token(KeySetServer.Rsa(key.KeyId), "RS256", Now).Split('.');
        var signed = key.Rsa.SignData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        return $"{parts[0]}.{parts[1]}.{Base64UrlEncoder.Encode(signed)}";
    }

    private static string Damaged(string token) => token[..^3] + (token[^3] == 'A' ? 'B' : 'A') + token[^2..];

    private async Task StartAsync(params string[] keys)
    {
        _issuer.Keys.AddRange(keys);
        _server = await RunningServer.StartAsync($"--Auth:Issuers:0:Issuer={_issuer.Issuer}", "--Server:PublicHost=meet.example.org");
        for (var i = 0; _issuer.Asked == 0 && i < 1000; i++)
            await Task.Yield();
    }

    private async Task<(string? Code, string? Identity)> JoinAsync(string token)
    {
        await using var client = await HubClient.ConnectAsync(_server);
        var reply = await client.CallAsync("Join", new { room = $"room-{_rooms++}", displayName = "", token });
        return reply.GetProperty("ok").GetBoolean()
            ? (null, reply.GetProperty("value").GetProperty("self").GetProperty("identity").GetString())
            : (HubClient.Code(reply), null);
    }
}
