using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>A file as one client sees it.</summary>
/// <param name="Url">Good for this participant, as long as they are inside.</param>
internal sealed record WireFile(string Id, string Name, long Size, string ContentType, WireSender From, DateTimeOffset Timestamp, string Url)
{
    public static WireFile Of(SharedFile file, string roomKey, string room, string reader) => new(
        file.Id, file.Name, file.Size, file.ContentType, new(file.From.ParticipantId, file.From.DisplayName, file.From.Kind), file.Timestamp,
        $"/api/v1/files/{file.Id}/content?room={room}&p={reader}&k={FileKeys.For(roomKey, file.Id, reader)}");

    public static IEnumerable<WireFile> Of(RoomSnapshot snapshot, string reader) =>
        [.. snapshot.Files.Select(file => Of(file, snapshot.FilesKey, snapshot.Room.Name, reader))];
}
