using System.Buffers.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <content>A picture inside a message becomes a file of the room (section 12.3), under the rules of any other.</content>
internal sealed partial class RoomLeg
{
    private async Task<int> ShowAsync(CpimMessage message, SipContentType type)
    {
        if (Tools.Parts.Files is not { } files)
            return MsrpStatus.TypeRefused;
        if (PictureOf(message) is not { Length: > 0 } picture)
            return MsrpStatus.Unintelligible;
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
        using var content = new MemoryStream(picture);
        var isKept = await files.AppendAsync(file.Id, 0, file.Size, content, Stop).ConfigureAwait(false) == FileWrite.Written
            && await Room.Do(new CompleteFile(file.Id, await files.HashAsync(file.Id, Stop).ConfigureAwait(false))).ConfigureAwait(false) is null;
        if (!isKept)
            await Room.Do(new RemoveFile(Id, file.Id)).ConfigureAwait(false);
        return isKept ? MsrpStatus.Ok : MsrpStatus.StopSending;
    }

    /// <summary>Bytes as they are; some clients write them in base64 nevertheless (RFC 2045 section 6.8).</summary>
    private static byte[]? PictureOf(CpimMessage message)
    {
        if (!string.Equals(message.ContentHeader("Content-Transfer-Encoding")?.Trim(), "base64", StringComparison.OrdinalIgnoreCase))
            return message.Content.ToArray();
        var text = message.Content.Span;
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out _, out var length) == System.Buffers.OperationStatus.Done ? bytes[..length] : null;
    }

    /// <summary>As they called it, where they did.</summary>
    private static string NameOf(CpimMessage message, SipContentType type) =>
        type.Parameters["name"] is { Length: > 0 } name ? name : $"picture.{(type.Subtype == "jpeg" ? "jpg" : type.Subtype)}";
}
