using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Files announced and removed over the hub; their octets go by HTTP (product §7.3).</summary>
internal sealed class FileCalls(RoomDoor door)
{
    public async Task<Reply> BeginAsync(Membership member, BeginFileBody body)
    {
        var (order, key) = Uploads.Announce(member.ParticipantId, body.Name, body.Size, body.ContentType, door.Clock.Now);
        var outcome = await door.Room(member.Room).AnnounceFile(order with { Sha256 = body.Sha256 });
        return outcome.File is { } file
            ? Reply.With(new { FileId = file.Id, UploadUrl = Uploads.Address(member.Room, file.Id, key) })
            : Reply.Of(outcome.Refusal);
    }

    public async Task<Reply> RemoveAsync(Membership member, FileBody body) =>
        Reply.Of(await door.Room(member.Room).Do(new RemoveFile(member.ParticipantId, body.FileId ?? "")));
}

/// <summary>Upload addresses: whoever holds one may send that file's octets, and nothing else.</summary>
internal static class Uploads
{
    public static (BeginFile Order, string Key) Announce(string participantId, string? name, long size, string? contentType, DateTimeOffset now)
    {
        var key = Ids.Secret();
        var order = new BeginFile
        {
            ParticipantId = participantId,
            FileId = Ids.New(Ids.File, now),
            Name = name,
            Size = size,
            ContentType = contentType,
            UploadKeyFingerprint = Ids.Fingerprint(key),
            FreshKey = Ids.Secret(),
        };
        return (order, key);
    }

    public static string Address(string room, string fileId, string key) => $"/api/v1/files/{fileId}/content?room={room}&k={key}";
}
