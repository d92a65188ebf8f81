using System.Buffers.Text;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.ChatBridge;

/// <content>
/// A message of several parts (RFC 2046, section 12.3): of its texts the plainest are said, as one line, and its pictures become files. A part
/// nobody here can show is a reason to refuse the whole, before anything is said, unless it is optional (RFC 5621 section 8) or one of
/// several alternatives.
/// </content>
internal sealed partial class RoomLeg
{
    private static readonly string[] Texts = ["text/plain", "text/markdown", "text/html"];

    private async Task<int> TakePartsAsync(CpimMessage message, SipContentType type, string messageId, string? to)
    {
        if (!SipMultipart.TryRead(type, message.Content, out var parts))
            return MsrpStatus.Unintelligible;
        var isChoice = type.Subtype == "alternative";
        var texts = Texts.Select(name => parts.Where(part => part.Type.Name == name).Take(isChoice ? 1 : parts.Count).ToList()).FirstOrDefault(found => found.Count > 0);
        var pictures = isChoice && texts is not null ? [] : parts.Where(part => IsPicture(part.Type)).Take(isChoice ? 1 : parts.Count).ToList();
        if ((texts is null && pictures.Count == 0) || (!isChoice && parts.Any(part => part.IsRequired && !Texts.Contains(part.Type.Name) && !IsPicture(part.Type))))
            return MsrpStatus.TypeRefused;
        if (pictures.Count > 0 && (to is not null || Tools.Parts.Files is null))
            return MsrpStatus.TypeRefused;
        var text = texts is null ? null : OneOf(message, texts);
        if (texts is not null && text is null)
            return MsrpStatus.TypeRefused;
        var status = text is null ? MsrpStatus.Ok : await PostAsync(Of(message, text), text.Type, messageId, to).ConfigureAwait(false);
        for (var i = 0; i < pictures.Count && status == MsrpStatus.Ok; i++)
            status = await ShowAsync(Of(message, pictures[i]), pictures[i].Type, $"{messageId}/{i}").ConfigureAwait(false);
        return status;
    }

    /// <returns>The texts one below the other; null when one of them does not read, or they are written in different character sets.</returns>
    private static SipBodyPart? OneOf(CpimMessage message, List<SipBodyPart> texts)
    {
        if (texts.Count == 1)
            return texts[0];
        List<byte> whole = [];
        foreach (var text in texts)
        {
            if (CharsetOf(text) != CharsetOf(texts[0]) || ContentOf(Of(message, text)) is not { } content)
                return null;
            if (whole.Count > 0)
                whole.Add((byte)'\n');
            whole.AddRange(content.Span);
        }
        return texts[0] with { Content = whole.ToArray(), TransferEncoding = "" };
    }

    private static string CharsetOf(SipBodyPart part) => part.Type.Parameters["charset"]?.ToUpperInvariant() is { } said and not "US-ASCII" ? said : "UTF-8";

    private static bool IsPicture(SipContentType type) => type.Name is "image/jpeg" or "image/png" or "image/gif";

    /// <summary>The same message with that part alone.</summary>
    private static CpimMessage Of(CpimMessage message, SipBodyPart part) => message with
    {
        Content = part.Content,
        ContentHeaders = [new("Content-Transfer-Encoding", part.TransferEncoding)],
    };

    /// <summary>Bytes as they are; some clients write them in base64 nevertheless (RFC 2045 section 6.8). Null when they do not read.</summary>
    private static ReadOnlyMemory<byte>? ContentOf(CpimMessage message)
    {
        switch (message.ContentHeader("Content-Transfer-Encoding")?.Trim().ToUpperInvariant())
        {
            case null or "" or "7BIT" or "8BIT" or "BINARY":
                return message.Content;
            case "BASE64":
                var text = message.Content.Span;
                var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
                return Base64.DecodeFromUtf8(text, bytes, out _, out var length) == System.Buffers.OperationStatus.Done ? bytes[..length] : null;
            default:
                return null;
        }
    }
}
