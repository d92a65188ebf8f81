using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Web;

/// <summary>Headers of every reply (product §11). Nothing leaves this origin; only listed pages may frame us.</summary>
internal static class SecurityHeaders
{
    private const string Permissions =
        "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), clipboard-write=(self), "
        + "screen-wake-lock=(self), picture-in-picture=(self), speaker-selection=(self), geolocation=(), payment=(), usb=()";

    public static void UseSecurityHeaders(this WebApplication app, WebOptions web)
    {
        var policy = Policy(web.EmbedOrigins);
        app.Services.GetRequiredService<LiveOptions>().Changed += () => policy = Policy(web.EmbedOrigins);
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = policy;
            headers["Permissions-Policy"] = Permissions;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            if (context.Request.IsHttps)
                headers.StrictTransportSecurity = "max-age=31536000";
            return next(context);
        });
    }

    private static string Policy(string[] embedders) =>
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
        + "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + $"frame-ancestors {(embedders.Length == 0 ? "'none'" : string.Join(' ', embedders))}";
}
