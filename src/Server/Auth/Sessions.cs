using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Auth;

/// <summary>The cookie of people who signed in. It proves nothing without the header that only our own pages can send (TW-02).</summary>
internal static class Sessions
{
    private const string KeyClaim = "key";

    public static async Task OpenAsync(HttpContext context, string id, string name, IEnumerable<string> scopes, string? keyId = null)
    {
        Claim[] more = keyId is null ? [new(Caller.CsrfClaim, Ids.Secret())] : [new(Caller.CsrfClaim, Ids.Secret()), new(KeyClaim, keyId)];
        var principal = Caller.Of(Caller.SessionScheme, id, name, scopes, more);
        await context.SignInAsync(Caller.SessionScheme, principal);
        context.User = principal;
    }

    /// <summary>The session of a key ends with the key.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal?.FindFirstValue(KeyClaim) is not { } id)
            return;
        var keys = context.HttpContext.RequestServices.GetRequiredService<KeyRing>();
        if (await keys.GoodAsync(id) is null)
            context.RejectPrincipal();
    }

    public static bool HasCsrf(HttpContext context) =>
        context.User.FindFirstValue(Caller.CsrfClaim) is { } expected
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(context.Request.Headers[Caller.CsrfHeader].ToString()));
}
