using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Web;

/// <summary>Pages and their addresses (product §2): everything no door has claimed.</summary>
internal static class WebApp
{
    private static readonly string[] Doors = ["/api", "/hubs", "/health", "/metrics", "/whip", "/whep", "/webrtcgateway", "/openapi", "/scalar"];

    public static void MapWebApp(this WebApplication app)
    {
        var files = app.Services.GetRequiredService<WebFiles>();
        app.MapFallback("{**path}", context => ServeAsync(context, files));
    }

    private static async Task ServeAsync(HttpContext context, WebFiles files)
    {
        var path = context.Request.Path.Value ?? "/";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "Pages can only be read.", StatusCodes.Status405MethodNotAllowed);
            return;
        }
        if (TryRedirect(context, path))
            return;
        if (path.Length > 1 && await files.TrySendAsync(context, path))
            return;
        if (IsPage(context.Request.Path, path) && await files.TrySendIndexAsync(context))
            return;
        await Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "There is nothing at this address.");
    }

    private static bool TryRedirect(HttpContext context, string path)
    {
        if (path.StartsWith("/conference/", StringComparison.OrdinalIgnoreCase))
        {
            var name = path["/conference/".Length..].Split('@')[0];
            if (!RoomName.TryNormalize(name, out var room))
                return false;
            context.Response.Redirect($"/r/{room}", permanent: true, preserveMethod: true);
            return true;
        }
        if (path.LastIndexOf('/') != 0 || LooksLikeFile(path) || !RoomName.TryNormalize(path[1..], out var target))
            return false;
        context.Response.Redirect($"/r/{target}");
        return true;
    }

    private static bool IsPage(PathString path, string text) =>
        !LooksLikeFile(text) && !text.Contains("..", StringComparison.Ordinal) && !Doors.Any(door => path.StartsWithSegments(door));

    /// <summary>A name ending in a short extension is a file; addresses with @ in them are people and rooms.</summary>
    private static bool LooksLikeFile(string path)
    {
        if (path.Contains('@', StringComparison.Ordinal) || path.StartsWith("/r/", StringComparison.Ordinal)
            || path.StartsWith("/embed/", StringComparison.Ordinal) || path.StartsWith("/admin/", StringComparison.Ordinal))
            return false;
        var extension = Path.GetExtension(path);
        return extension.Length is > 1 and <= 12 && !extension.AsSpan(1).ContainsAnyExceptInRange('a', 'z');
    }
}
