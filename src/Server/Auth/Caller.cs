using System.Security.Claims;

namespace Sylk.Conference.Server.Auth;

/// <summary>Names of schemes, policies and claims, and who a request comes from.</summary>
internal static class Caller
{
    /// <summary>Chooses by what the request shows: a bearer key, else the session cookie.</summary>
    public const string Scheme = "Sylk";
    public const string KeyScheme = "ApiKey";
    public const string SessionScheme = "Session";

    /// <summary>Policy of the admin page and the dashboard: a key with <c>server:write</c>, or the session of an administrator.</summary>
    public const string AdminPolicy = "admin";
    public const string ScopeClaim = "scope";
    public const string CsrfClaim = "csrf";
    public const string CsrfHeader = "X-CSRF-Token";

    /// <summary>What the ids of people who signed in begin with; those of keys do not.</summary>
    public const string Person = "person:";

    /// <summary>Key id, or the person's subject; null for strangers.</summary>
    public static string? IdOf(HttpContext context) => context.User.FindFirstValue(ClaimTypes.NameIdentifier);

    /// <summary>Who signed in by cookie, to somebody who also knows what only our own pages can read (TW-01); null otherwise.</summary>
    public static string? PersonOf(ClaimsPrincipal? user, string? csrf) =>
        user?.FindFirstValue(ClaimTypes.NameIdentifier) is { } id && id.StartsWith(Person, StringComparison.Ordinal) && Sessions.IsCsrf(user, csrf)
            ? id[Person.Length..]
            : null;

    /// <summary>Who signed in; null for keys and strangers. The header was asked for before (see <see cref="RefusedAccess"/>).</summary>
    public static string? PersonOf(HttpContext context) =>
        IdOf(context) is { } id && id.StartsWith(Person, StringComparison.Ordinal) ? id[Person.Length..] : null;

    public static bool HasCookieOnly(HttpContext context) => context.User.Identity?.AuthenticationType == SessionScheme;

    public static bool MayUse(ClaimsPrincipal user, string scope) => user.HasClaim(ScopeClaim, scope);

    /// <summary>What buckets and stored replies are kept under.</summary>
    public static string BucketOf(HttpContext context) =>
        IdOf(context) ?? $"anonymous:{context.Connection.RemoteIpAddress?.ToString() ?? ""}";

    public static ClaimsPrincipal Of(string scheme, string id, string name, IEnumerable<string> scopes, params Claim[] more) => new(new ClaimsIdentity(
        [new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Name, name), .. scopes.Select(scope => new Claim(ScopeClaim, scope)), .. more],
        scheme));
}
