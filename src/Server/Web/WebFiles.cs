using System.Globalization;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Web;

/// <summary>The built web app on disk, with its compressed twins (<c>.br</c>, <c>.gz</c>) where they exist.</summary>
internal sealed class WebFiles : IDisposable
{
    private const string Immutable = "public, max-age=31536000, immutable";

    private volatile PhysicalFileProvider? _files;
    private readonly FileExtensionContentTypeProvider _types = new();

    public WebFiles(SylkOptions options, LiveOptions live, ILogger<WebFiles> log)
    {
        _types.Mappings[".wasm"] = "application/wasm";
        _types.Mappings[".webmanifest"] = "application/manifest+json";
        Open(options.Web, log);
        live.Changed += () => Open(options.Web, log);
    }

    public void Dispose() => _files?.Dispose();

    public Task<bool> TrySendIndexAsync(HttpContext context) => TrySendAsync(context, "/index.html");

    /// <returns>False when there is no such file; nothing was written then.</returns>
    public async Task<bool> TrySendAsync(HttpContext context, string path)
    {
        if (_files?.GetFileInfo(path) is not { Exists: true, IsDirectory: false } plain || !_types.TryGetContentType(path, out var type))
            return false;
        var (file, encoding) = Choose(context.Request, path, plain);
        var headers = context.Response.Headers;
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{plain.LastModified.UtcTicks:x}-{file.Length:x}\"");
        headers.ETag = tag;
        headers.Vary = "Accept-Encoding";
        headers.CacheControl = path.StartsWith("/assets/", StringComparison.Ordinal) ? Immutable : "no-cache";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return true;
        }
        context.Response.ContentType = type.StartsWith("text/", StringComparison.Ordinal) ? $"{type}; charset=utf-8" : type;
        context.Response.ContentLength = file.Length;
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.SendFileAsync(file);
        return true;
    }

    /// <summary>A folder that is left may still be sent from, so it is not closed; it holds nothing but its name.</summary>
    private void Open(WebOptions web, ILogger log)
    {
        var folder = web.Root.Length > 0 ? Path.GetFullPath(web.Root) : Path.Combine(AppContext.BaseDirectory, "wwwroot");
        if (_files?.Root.TrimEnd('/') == folder.TrimEnd('/'))
            return;
        if (Directory.Exists(folder))
            _files = new PhysicalFileProvider(folder);
        else
            log.NoWebApp(folder);
    }

    private (IFileInfo File, string? Encoding) Choose(HttpRequest request, string path, IFileInfo plain)
    {
        var accepted = request.Headers.AcceptEncoding.ToString();
        foreach (var (token, extension) in new[] { ("br", ".br"), ("gzip", ".gz") })
        {
            if (accepted.Contains(token, StringComparison.OrdinalIgnoreCase) && _files!.GetFileInfo(path + extension) is { Exists: true } twin)
                return (twin, token);
        }
        return (plain, null);
    }
}
