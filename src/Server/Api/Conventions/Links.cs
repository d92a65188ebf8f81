using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Api;

/// <summary>Addresses of pages in replies.</summary>
internal static class Links
{
    /// <summary>The public host, or the one the request was sent to.</summary>
    public static string HostOf(HttpContext context, SylkOptions options) =>
        options.Server.PublicHost.Length > 0 ? options.Server.PublicHost : context.Request.Host.Value ?? "localhost";

    public static string Page(HttpContext context, SylkOptions options, string path) => $"{context.Request.Scheme}://{HostOf(context, options)}{path}";

    public static string RouteValue(HttpContext context, string name) => (string?)context.Request.RouteValues[name] ?? "";
}
