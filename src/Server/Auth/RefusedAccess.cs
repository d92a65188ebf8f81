using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Auth;

/// <summary>Says no in the words of the registry, and holds cookies to their header.</summary>
internal sealed class RefusedAccess : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (!authorizeResult.Succeeded)
            return RefuseAsync(context);
        var foreign = Caller.HasCookieOnly(context) && !IsPage(context.Request) && !Sessions.HasCsrf(context);
        return foreign
            ? Problem.WriteAsync(context, ErrorCodes.CapabilityMissing, $"With a session cookie, send {Caller.CsrfHeader} as GET /api/v1/session gives it.")
            : next(context);
    }

    /// <summary>Pages are read by following a link, which can carry no header; the API is not.</summary>
    private static bool IsPage(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && !request.Path.StartsWithSegments("/api");

    private static Task RefuseAsync(HttpContext context)
    {
        if (context.User.Identity?.IsAuthenticated == true)
            return Problem.WriteAsync(context, ErrorCodes.CapabilityMissing, $"This needs the scope {ScopeOf(context)}.");
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return context.Request.Headers.Authorization.Count > 0
            ? Problem.WriteAsync(context, ErrorCodes.TokenInvalid, "This key is not known here.")
            : Problem.WriteAsync(context, ErrorCodes.TokenRequired, "Show an API key: Authorization: Bearer sk_…");
    }

    private static string ScopeOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy).FirstOrDefault(name => name is not null) is { } name
            ? name == Caller.AdminPolicy ? Scopes.ServerWrite : name
            : Scopes.ServerWrite;
}
