using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary><c>Authorization: Bearer sk_…</c></summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyRing keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    private const string Bearer = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        if (await keys.CheckAsync(header[Bearer.Length..].Trim()) is not { } key)
            return AuthenticateResult.Fail("This key is not known.");
        return AuthenticateResult.Success(new(Caller.Of(Caller.KeyScheme, key.Id, key.Name, key.Scopes), Caller.KeyScheme));
    }
}
