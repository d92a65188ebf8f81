using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Files;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record FileInput
{
    public string? Name { get; init; }

    /// <summary>Octets.</summary>
    public long? Size { get; init; }
    public string? ContentType { get; init; }
    public string? Sha256 { get; init; }
}

/// <param name="UploadUrl">For <c>PUT</c>, whole or in pieces with <c>Content-Range</c>; needs no key.</param>
internal sealed record NewFileOutput(string Id, string UploadUrl);

internal sealed record FileOutput(string Id, string Name, long Size, string ContentType, string SenderName, DateTimeOffset Timestamp, string Url)
{
    public static FileOutput Of(SharedFile file, string room) => new(
        file.Id, file.Name, file.Size, file.ContentType, file.From.DisplayName, file.Timestamp, $"{ApiRoutes.Base}/rooms/{room}/files/{file.Id}/content");
}

/// <summary><c>/rooms/{room}/files</c></summary>
internal sealed class FilesApi(RoomDirectory rooms, RoomDoor door, FileDoor files) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Files";
        routes.Get("/rooms/{room}/files", ListAsync, "listFiles", "Lists the files of a room, oldest first.")
            .Needs(Scopes.RoomsRead).Paged().Gives<Page<FileOutput>>();
        routes.Post("/rooms/{room}/files", BeginAsync, "shareFile", "Announces a file; everybody sees it when its octets have arrived.")
            .Needs(Scopes.MessagesWrite).Takes<FileInput>("""{ "name": "agenda.pdf", "size": 12345, "contentType": "application/pdf" }""")
            .Gives<NewFileOutput>(StatusCodes.Status201Created);
        routes.Get("/rooms/{room}/files/{file}/content", ReadAsync, "getFileContent", "The octets of a file, as something to save; ranges are served.")
            .Needs(Scopes.RoomsRead).GivesText("application/octet-stream");
        routes.Delete("/rooms/{room}/files/{file}", RemoveAsync, "deleteFile", "Removes a file for everybody.").Needs(Scopes.MessagesWrite);
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        if (await rooms.FindAsync(context) is not var (name, report))
            return RoomDirectory.NoSuchRoom();
        return PageRequest.Reply(context, page.Cut(report.Files, file => file.Id), file => FileOutput.Of(file, name));
    }

    private async Task<ApiReply> BeginAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<FileInput>(context);
        if (input is null)
            return refused!;
        if (input.Size is not { } size)
            return ApiReply.Invalid("size", "must be the number of octets.");
        if (await rooms.FindAsync(context) is not var (name, _))
            return RoomDirectory.NoSuchRoom();
        var (order, key) = Uploads.Announce(PostChat.Api, input.Name, size, input.ContentType, door.Clock.Now);
        var outcome = await door.Room(name).AnnounceFile(order with { Sha256 = input.Sha256 });
        return outcome.File is { } file
            ? ApiReply.Created($"{ApiRoutes.Base}/rooms/{name}/files/{file.Id}/content", new NewFileOutput(file.Id, Uploads.Address(name, file.Id, key)))
            : ApiReply.No(outcome.Refusal!);
    }

    private async Task<ApiReply> ReadAsync(HttpContext context)
    {
        if (await rooms.FindAsync(context) is not var (name, _))
            return RoomDirectory.NoSuchRoom();
        var outcome = await door.Room(name).FindFile(new(Links.RouteValue(context, "file"), PostChat.Api, ""));
        return outcome.File is { } file ? ApiReply.Written(() => files.ServeAsync(context, file)) : NoSuchFile();
    }

    private async Task<ApiReply> RemoveAsync(HttpContext context)
    {
        if (await rooms.FindAsync(context) is not var (name, _))
            return RoomDirectory.NoSuchRoom();
        var refusal = await door.Room(name).Do(new RemoveFile(PostChat.Api, Links.RouteValue(context, "file")));
        return refusal is null ? ApiReply.Done : NoSuchFile();
    }

    private static ApiReply NoSuchFile() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such file in this room.");
}
