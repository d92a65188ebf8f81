using Scalar.AspNetCore;

namespace Sylk.Conference.Server.Api;

/// <summary><c>/scalar</c>: the document to read and to try out. Script and fonts are our own; nothing is fetched from elsewhere.</summary>
internal static class ReferencePage
{
    private const string Path = "/scalar";
    private const string NonceItem = "sylk.nonce";

    public static void MapReferencePage(this WebApplication app) => app.MapScalarApiReference(Path, (options, context) =>
    {
        options.Title = "Sylk.Conference API";
        options.OpenApiRoutePattern = "/openapi/{documentName}.json";
        (options.DefaultFonts, options.Telemetry) = (false, false);
        options.DisableAgent();
        options.DisableMcp();
        options.WithNonce((string)context.Items[NonceItem]!);
    });

    /// <summary>The page writes styles as it runs and begins with a script of its own: only here, and that script only by its nonce.</summary>
    public static void UseReferencePolicy(this WebApplication app) => app.Use((context, next) =>
    {
        if (!context.Request.Path.StartsWithSegments(Path))
            return next(context);
        var nonce = Rooms.Ids.Secret();
        context.Items[NonceItem] = nonce;
        context.Response.Headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + "font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return next(context);
    });
}
