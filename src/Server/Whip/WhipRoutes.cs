using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Web;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Whip;

/// <summary>Verbs, CORS and 405 of <c>/whip</c> and <c>/whep</c>; plain delegates, because joins must be cheap.</summary>
internal static class WhipRoutes
{
    private const string EndpointVerbs = "POST, OPTIONS";
    private const string SessionVerbs = "PATCH, DELETE, OPTIONS";

    public static void MapWhip(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<WhipDoor>();
        var origins = app.Services.GetRequiredService<Origins>();
        foreach (var (path, kind) in new[] { ("/whip", PeerKind.Whip), ("/whep", PeerKind.Whep) })
        {
            app.Map($"{path}/{{room}}", context => EndpointAsync(context, door, origins, kind));
            app.Map($"{path}/{{room}}/{{id}}", context => SessionAsync(context, door, origins, kind));
        }
    }

    private static Task EndpointAsync(HttpContext context, WhipDoor door, Origins origins, PeerKind kind)
    {
        AllowOrigin(context, origins);
        return context.Request.Method switch
        {
            "POST" => door.OpenAsync(context, kind),
            "OPTIONS" => Preflight(context, EndpointVerbs),
            _ => Refuse(context, EndpointVerbs),
        };
    }

    private static Task SessionAsync(HttpContext context, WhipDoor door, Origins origins, PeerKind kind)
    {
        AllowOrigin(context, origins);
        return context.Request.Method switch
        {
            "PATCH" => door.ChangeAsync(context, kind),
            "DELETE" => door.CloseAsync(context, kind),
            "OPTIONS" => Preflight(context, SessionVerbs),
            _ => Refuse(context, SessionVerbs),
        };
    }

    private static void AllowOrigin(HttpContext context, Origins origins)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || !origins.IsListed(origin))
            return;
        var headers = context.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlExposeHeaders = "Location, ETag, Link, Retry-After";
        headers.Vary = "Origin";
    }

    private static Task Preflight(HttpContext context, string verbs)
    {
        var headers = context.Response.Headers;
        headers.Allow = verbs;
        headers["Accept-Post"] = "application/sdp";
        if (headers.AccessControlAllowOrigin.Count > 0)
        {
            headers.AccessControlAllowMethods = verbs;
            headers.AccessControlAllowHeaders = "Authorization, Content-Type, If-Match";
            headers.AccessControlMaxAge = "86400";
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private static Task Refuse(HttpContext context, string verbs)
    {
        context.Response.Headers.Allow = verbs;
        return Problem.WriteAsync(context, ErrorCodes.ValidationFailed, $"Allowed are {verbs}.", StatusCodes.Status405MethodNotAllowed);
    }
}
