using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Files;

/// <summary>Octets of files in and out: addresses with a key of their own, no cookies, no API key.</summary>
internal sealed class FileDoor(RoomDoor door, IFileContent content)
{
    private const int ResumeIncomplete = StatusCodes.Status308PermanentRedirect;

    public async Task PutAsync(HttpContext context)
    {
        if (await FindAsync(context, (room, request) => room.FindUpload(request)) is not (var room, { } file))
            return;
        if (!ContentRange.TryParse(context.Request.Headers.ContentRange.ToString(), file.Size, out var range))
        {
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, $"Content-Range: bytes first-last/{file.Size}.");
            return;
        }
        if (file.Listed)
            context.Response.StatusCode = StatusCodes.Status200OK;
        else if (range.IsQuestion)
            await FinishAsync(context, room, file);
        else
            await TakeAsync(context, room, file, range);
    }

    public async Task GetAsync(HttpContext context)
    {
        if (await FindAsync(context, (room, request) => room.FindFile(request)) is (_, { } file))
            await ServeAsync(context, file);
    }

    /// <summary>Always as something to save, never as something to show (reliability TF-02).</summary>
    public async Task ServeAsync(HttpContext context, RoomFile file)
    {
        var octets = file.Size == 0 ? Stream.Null : await content.OpenAsync(file.Id, context.RequestAborted);
        if (octets is null)
        {
            await Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "There is no such file.");
            return;
        }
        context.Response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'; frame-ancestors 'none'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "private, no-store";
        await Results.Stream(octets, Harmless(file.ContentType), file.Name, enableRangeProcessing: file.Size > 0).ExecuteAsync(context);
    }

    private async Task TakeAsync(HttpContext context, IRoomGrain room, RoomFile file, ContentRange range)
    {
        var announced = range.Length ?? file.Size - range.First;
        if (context.Request.ContentLength is { } length && length != announced)
        {
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, $"The body has {length} octets where {announced} were announced.");
            return;
        }
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = file.Size + 1;
        var written = await content.AppendAsync(file.Id, range.First, file.Size, context.Request.Body, context.RequestAborted);
        if (written == FileWrite.NoSpace)
            await Problem.WriteAsync(context, new Refusal(ErrorCodes.Overloaded, "The server has no room for files now.", 60_000));
        else if (written == FileWrite.TooLong)
            await Problem.WriteAsync(context, ErrorCodes.FileTooLarge, $"The file was announced with {file.Size} octets.");
        else
            await FinishAsync(context, room, file);
    }

    /// <summary>Lists the file when all of it is here; otherwise says how much is (308 with <c>Range</c>).</summary>
    private async Task FinishAsync(HttpContext context, IRoomGrain room, RoomFile file)
    {
        var here = await content.LengthAsync(file.Id, CancellationToken.None);
        if (here < file.Size)
        {
            context.Response.StatusCode = ResumeIncomplete;
            if (here > 0)
                context.Response.Headers.Range = string.Create(CultureInfo.InvariantCulture, $"bytes=0-{here - 1}");
            return;
        }
        var hash = file.Size == 0 ? Ids.Fingerprint("") : await content.HashAsync(file.Id, CancellationToken.None);
        if (await room.Do(new CompleteFile(file.Id, hash)) is { } refusal)
            await Problem.WriteAsync(context, refusal);
        else if (file.Sha256 is { } promised && promised != hash)
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "What arrived has another SHA-256 than was promised; the file is gone.");
        else
            await Results.Json(new { file.Id, Sha256 = hash }, Wire.Json, statusCode: StatusCodes.Status201Created).ExecuteAsync(context);
    }

    /// <summary>A wrong address is answered as one that never was.</summary>
    private async Task<(IRoomGrain, RoomFile)?> FindAsync(HttpContext context, Func<IRoomGrain, FileRequest, Task<FileOutcome>> ask)
    {
        var query = context.Request.Query;
        var (participant, key) = (query["p"].ToString(), query["k"].ToString());
        var id = (string?)context.Request.RouteValues["file"] ?? "";
        if (key.Length is > 0 and <= 64 && id.Length <= 64 && RoomName.TryNormalize(query["room"], out var name))
        {
            var room = door.Room(name);
            // Without a participant this would be the API's question, and the API does not come this way.
            var outcome = await ask(room, new FileRequest(id, participant.Length is > 0 and <= 64 ? participant : "-", key));
            if (outcome.File is { } file)
                return (room, file);
        }
        await Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "There is no such file, or it is not for you.");
        return null;
    }

    /// <summary>Types that a browser runs are served as plain octets.</summary>
    private static string Harmless(string type) =>
        type.Contains("html", StringComparison.Ordinal) || type.Contains("xml", StringComparison.Ordinal) || type.Contains("script", StringComparison.Ordinal)
            ? "application/octet-stream" : type;
}

internal static class FileRoutes
{
    public static void MapFiles(this WebApplication app)
    {
        var files = app.Services.GetRequiredService<FileDoor>();
        app.MapPut("/api/v1/files/{file}/content", files.PutAsync).ExcludeFromDescription();
        app.MapMethods("/api/v1/files/{file}/content", [HttpMethods.Get, HttpMethods.Head], files.GetAsync).ExcludeFromDescription();
    }
}
