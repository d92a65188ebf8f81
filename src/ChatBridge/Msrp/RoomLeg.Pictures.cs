using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <content>A picture inside a message becomes a file of the room (section 12.3), under the rules of any other.</content>
internal sealed partial class RoomLeg
{
    /// <summary>Pictures that came, so that one whose answer was lost is not shown twice.</summary>
    private const int MostShown = 64;

    private readonly RecentMap<string, bool> _shown = new(MostShown);

    /// <param name="key">By which the sender knows it.</param>
    private async Task<int> ShowAsync(CpimMessage message, SipContentType type, string key)
    {
        if (Tools.Parts.Files is not { } files)
            return MsrpStatus.TypeRefused;
        if (ContentOf(message) is not { Length: > 0 } picture)
            return MsrpStatus.Unintelligible;
        if (_shown.TryGet(key, out _))
            return MsrpStatus.Ok;
        var outcome = await Room.AnnounceFile(new BeginFile
        {
            ParticipantId = Id,
            FileId = Ids.New(Ids.File, Now),
            Name = NameOf(message, type),
            Size = picture.Length,
            ContentType = type.Name,
            UploadKeyFingerprint = Ids.Fingerprint(Ids.Secret()),
            FreshKey = Ids.Secret(),
        }).ConfigureAwait(false);
        if (outcome.Refusal is { } refusal)
            return refusal.Code is ErrorCodes.RateLimited or ErrorCodes.FileTooLarge ? MsrpStatus.StopSending : MsrpStatus.NotAllowed;
        var file = outcome.File!;
        using var content = new MemoryStream(picture.ToArray());
        var isKept = await files.AppendAsync(file.Id, 0, file.Size, content, Stop).ConfigureAwait(false) == FileWrite.Written
            && await Room.Do(new CompleteFile(file.Id, await files.HashAsync(file.Id, Stop).ConfigureAwait(false))).ConfigureAwait(false) is null;
        if (isKept)
            _shown.Put(key, true);
        else
            await Room.Do(new RemoveFile(Id, file.Id)).ConfigureAwait(false);
        return isKept ? MsrpStatus.Ok : MsrpStatus.StopSending;
    }

    /// <summary>As they called it, where they did.</summary>
    private static string NameOf(CpimMessage message, SipContentType type) =>
        type.Parameters["name"] is { Length: > 0 } name ? name : $"picture.{(type.Subtype == "jpeg" ? "jpg" : type.Subtype)}";
}
