using System.Net;
using System.Text;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Errors;

/// <summary>What a problem's <c>type</c> leads to: a page made from the registry, readable without any script.</summary>
internal static class ProblemPages
{
    private const string Path = "/docs/problems";

    public static string AddressOf(HttpRequest request, ErrorEntry entry) => $"{request.Scheme}://{request.Host}{Path}/{entry.Slug}";

    public static void MapProblemPages(this WebApplication app)
    {
        app.MapGet(Path, () => Html("Problems", List())).ExcludeFromDescription();
        app.MapGet($"{Path}/{{slug}}", (HttpContext context, string slug) => ErrorRegistry.BySlug(slug) is { } entry
            ? Html(entry.Title, Describe(entry))
            : Results.Extensions.NotHere()).ExcludeFromDescription();
    }

    private static IResult Html(string title, string body) => Results.Content(
        $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{Text(title)}</title>"
        + $"<main><h1>{Text(title)}</h1>{body}</main></html>",
        "text/html; charset=utf-8");

    private static string List()
    {
        var items = ErrorRegistry.All.OrderBy(entry => entry.Code, StringComparer.Ordinal)
            .Select(entry => $"<li><a href=\"{Path}/{entry.Slug}\"><code>{entry.Code}</code></a> {Text(entry.Title)}</li>");
        return $"<p>Every error of this server has one of these codes, over HTTP, on the hub and towards phones.</p><ul>{string.Concat(items)}</ul>";
    }

    private static string Describe(ErrorEntry entry) =>
        $"<p>{Prose(entry.Cause)}</p><p>{Prose(entry.Next)}</p>"
        + $"<dl><dt>Code</dt><dd><code>{entry.Code}</code></dd><dt>HTTP status</dt><dd>{entry.Http}</dd>"
        + $"<dt>SIP status</dt><dd>{entry.Sip?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "–"}</dd>"
        + $"<dt>Spoken to phones</dt><dd>{Text(entry.Spoken?.Replace('_', ' ') ?? "–")}</dd></dl><p><a href=\"{Path}\">All problems</a></p>";

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Prose(string text)
    {
        var html = new StringBuilder();
        var code = false;
        foreach (var part in text.Split('`'))
        {
            html.Append(code ? $"<code>{Text(part)}</code>" : Text(part));
            code = !code;
        }
        return html.ToString();
    }

    private static IResult NotHere(this IResultExtensions _) => new Missing();

    private sealed class Missing : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Problem.WriteAsync(httpContext, ErrorCodes.RoomNotFound, "There is no such page.");
    }
}
