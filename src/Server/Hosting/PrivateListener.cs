using Microsoft.AspNetCore.Connections;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>With <c>Http:AdminUrls</c>, what only operators need is answered on those listeners and nowhere else.</summary>
internal sealed class PrivateListener
{
    private static readonly PrivateListener Mark = new();
    private static readonly PathString[] Paths = ["/admin", "/metrics", "/health"];

    private PrivateListener()
    {
    }

    /// <summary>Every connection that comes in here carries the mark.</summary>
    public static ConnectionDelegate Marked(ConnectionDelegate next) => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    };

    public static void Use(WebApplication app, HttpOptions http)
    {
        if (http.AdminUrls.Length == 0)
            return;
        app.Use((context, next) =>
            context.Features.Get<PrivateListener>() is not null || !Paths.Any(path => context.Request.Path.StartsWithSegments(path))
                ? next(context)
                : Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "There is nothing at this address."));
    }
}
