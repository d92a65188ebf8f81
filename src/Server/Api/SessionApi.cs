using System.Collections.Immutable;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Api;

internal sealed record BootstrapInput
{
    public string? Code { get; init; }
}

/// <param name="Csrf">To be sent as <c>X-CSRF-Token</c> with everything the cookie is to prove; null without a cookie.</param>
internal sealed record SessionOutput(bool SignedIn, string? Id, string? Name, ImmutableArray<string> Scopes, string? Csrf)
{
    public static SessionOutput Of(HttpContext context) => context.User.Identity?.IsAuthenticated != true
        ? new(false, null, null, [], null)
        : new(
            true, Caller.IdOf(context), context.User.Identity.Name,
            [.. context.User.FindAll(Caller.ScopeClaim).Select(claim => claim.Value)], context.User.FindFirstValue(Caller.CsrfClaim));
}

/// <summary>The first key, and the cookie of the admin page.</summary>
internal sealed class SessionApi(Bootstrap bootstrap, KeyRing keys) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Session";
        routes.Post("/bootstrap", BootstrapAsync, "bootstrap", "Makes the first key, with the code of the link that the first start prints.")
            .Takes<BootstrapInput>("""{ "code": "0123456789abcdef0123456789abcdef" }""").Gives<ApiKeySecretOutput>(StatusCodes.Status201Created);
        routes.Get("/session", ReadAsync, "getSession", "Says who is signed in by cookie, and the CSRF token for it.").Gives<SessionOutput>();
        routes.Post("/session", OpenAsync, "openSession", "Signs the admin page in: a key with server:write becomes a cookie.")
            .Needs(Scopes.ServerWrite).Gives<SessionOutput>(StatusCodes.Status201Created);
        routes.Delete("/session", CloseAsync, "closeSession", "Signs out.");
    }

    private async Task<ApiReply> BootstrapAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<BootstrapInput>(context);
        if (input is null)
            return refused!;
        return await bootstrap.RedeemAsync(input.Code ?? "") is { } made
            ? ApiReply.Created($"{ApiRoutes.Base}/api-keys/{made.Key.Id}", ApiKeySecretOutput.Of(made))
            : ApiReply.No(ErrorCodes.TokenInvalid, "This code is wrong, used, or older than a day; a start prints a new one as long as there is no key.");
    }

    private static async Task<ApiReply> ReadAsync(HttpContext context)
    {
        await Task.CompletedTask;
        return ApiReply.Ok(SessionOutput.Of(context));
    }

    private async Task<ApiReply> OpenAsync(HttpContext context)
    {
        var id = Caller.IdOf(context)!;
        if (Caller.HasCookieOnly(context) || await keys.GoodAsync(id) is not { } key)
            return ApiReply.Ok(SessionOutput.Of(context));
        await Sessions.OpenAsync(context, id, key.Name, key.Scopes, id);
        return ApiReply.Created($"{ApiRoutes.Base}/session", SessionOutput.Of(context));
    }

    private static async Task<ApiReply> CloseAsync(HttpContext context)
    {
        if (Caller.HasCookieOnly(context) && !Sessions.HasCsrf(context))
            return ApiReply.No(ErrorCodes.CapabilityMissing, $"Send {Caller.CsrfHeader} as GET /api/v1/session gives it.");
        await context.SignOutAsync(Caller.SessionScheme);
        return ApiReply.Done;
    }
}
