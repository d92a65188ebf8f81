using System.Collections.Frozen;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Web;

/// <summary>Which pages may speak to our doors: our own, and those of <c>Web:EmbedOrigins</c> (reliability TW-01).</summary>
internal sealed class Origins
{
    private readonly SylkOptions _options;
    private volatile FrozenSet<string> _listed;

    public Origins(SylkOptions options, LiveOptions live)
    {
        _options = options;
        _listed = Listed(options);
        live.Changed += () => _listed = Listed(options);
    }

    public bool AllowsAll => _listed.Contains("*");

    /// <summary>Programs send no origin and are judged by what they present instead.</summary>
    public bool Allows(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || IsOwn(request, origin) || IsListed(origin);
    }

    public bool IsListed(string origin) => AllowsAll || _listed.Contains(origin);

    private bool IsOwn(HttpRequest request, string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && uri.AbsolutePath == "/"
        && (Same(uri, request.Host) || (_options.Server.PublicHost.Length > 0 && Same(uri, new HostString(_options.Server.PublicHost))));

    private static FrozenSet<string> Listed(SylkOptions options) => options.Web.EmbedOrigins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static bool Same(Uri origin, HostString host) =>
        host.HasValue && string.Equals(origin.Host, host.Host, StringComparison.OrdinalIgnoreCase)
        && origin.Port == (host.Port ?? (origin.Scheme == "https" ? 443 : 80));
}

internal static class OriginCheck
{
    public static void UseOriginCheck(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<Origins>();
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OriginCheck).FullName!);
        if (origins.AllowsAll)
            log.AnyOrigin();
        app.Use((context, next) =>
        {
            var isDoor = context.Request.Path.StartsWithSegments("/hubs") || context.Request.Path.StartsWithSegments("/sip");
            if (!isDoor || origins.Allows(context.Request))
                return next(context);
            log.OriginRefused(context.Connection.RemoteIpAddress?.ToString() ?? "", context.Request.Headers.Origin.ToString());
            return Problem.WriteAsync(context, ErrorCodes.CapabilityMissing, "This page's origin may not connect.");
        });
    }
}
