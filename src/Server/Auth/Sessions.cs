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
        var principal = Of(id, name, scopes, keyId is null ? [] : [new Claim(KeyClaim, keyId)]);
        await context.SignInAsync(Caller.SessionScheme, principal);
        context.User = principal;
    }

    public static ClaimsPrincipal Of(string id, string name, IEnumerable<string> scopes, params Claim[] more) =>
        Caller.Of(Caller.SessionScheme, id, name, scopes, [new(Caller.CsrfClaim, Ids.Secret()), .. more]);

    /// <summary>The session of a key ends with the key.</summary>
    public static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        if (context.Principal?.FindFirstValue(KeyClaim) is not { } id)
            return;
        var keys = context.HttpContext.RequestServices.GetRequiredService<KeyRing>();
        if (await keys.GoodAsync(id) is null)
            context.RejectPrincipal();
    }

    public static bool HasCsrf(HttpContext context) => IsCsrf(context.User, context.Request.Headers[Caller.CsrfHeader].ToString());

    public static bool IsCsrf(ClaimsPrincipal user, string? shown) =>
        user.FindFirstValue(Caller.CsrfClaim) is { } expected
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(shown ?? ""));
}
