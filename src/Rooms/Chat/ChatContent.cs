using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Rooms;

/// <summary>What becomes of text on its way in, the same at every door: the truth of a line is plain text, or Markdown as it was typed.</summary>
public static class ChatContent
{
    /// <summary>Beyond this nothing is even looked at; marked-up text may shrink to a line (L17).</summary>
    private const int MostRead = 256 * 1024;

    private const char LineSeparator = '\u2028', ParagraphSeparator = '\u2029', FirstMark = '\u0300', Delete = '\u007F', LastControl = '\u009F';

    /// <param name="contentType">With or without parameters; null for plain text.</param>
    public static ChatWords Read(string? content, string? contentType)
    {
        var type = BareType(contentType);
        if (content is { Length: > MostRead })
            return Refused(ErrorCodes.ValidationFailed, "A line has at most 64 KiB.");
        if (type is not ("text/plain" or "text/markdown" or "text/html"))
            return Refused(ErrorCodes.FileTypeRefused, "A line is text/plain, text/markdown or text/html.");
        var text = Clean(type == "text/html" ? HtmlText.ToPlain(content ?? "") : content ?? "");
        if (IsSealed(text))
            return Refused(ErrorCodes.FileTypeRefused, "A room cannot read encrypted messages.");
        if (Encoding.UTF8.GetByteCount(text) > ChatRules.MaxBytes)
            return Refused(ErrorCodes.ValidationFailed, "A line has at most 64 KiB.");
        return new(null, text, type == "text/markdown" ? type : "text/plain");
    }

    /// <summary>The same as it stands in a message, where its type says which characters its bytes are.</summary>
    public static ChatWords Read(ReadOnlySpan<byte> content, SipContentType type) => type.Parameters["charset"]?.ToUpperInvariant() switch
    {
        null or "UTF-8" or "US-ASCII" => Read(Encoding.UTF8.GetString(content), type.Name),
        "ISO-8859-1" => Read(Encoding.Latin1.GetString(content), type.Name),
        _ => Refused(ErrorCodes.FileTypeRefused, "Text is in UTF-8 or ISO-8859-1."),
    };

    /// <summary>One kind of line end, no control characters but tabs, composed (NFC).</summary>
    internal static string Clean(string text)
    {
        if (!NeedsCleaning(text))
            return Normalization.Compose(text);
        var clean = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is LineSeparator or ParagraphSeparator || (c == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                clean.Append('\n');
            else if (!IsControl(c))
                clean.Append(c);
        }
        return Normalization.Compose(clean.ToString());
    }

    /// <summary>OTR as every client sends it, and OpenPGP's armour; what is only signed can be read.</summary>
    private static bool IsSealed(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (start.StartsWith("-----BEGIN PGP MESSAGE", StringComparison.Ordinal))
            return true;
        return start.StartsWith("?OTR", StringComparison.Ordinal) && start.Length > 4 && (start[4] is ':' or '?' or 'v' or ',' or '|' || start[4..].StartsWith(" Error:", StringComparison.Ordinal));
    }

    private static bool NeedsCleaning(string text)
    {
        foreach (var c in text)
        {
            if (IsControl(c) || c is LineSeparator or ParagraphSeparator)
                return true;
        }
        return false;
    }

    /// <summary>A carriage return is one: what is left of it is its line feed.</summary>
    private static bool IsControl(char c) => c is (< ' ' and not ('\n' or '\t')) or (>= Delete and <= LastControl);

    private static string BareType(string? contentType)
    {
        if (string.IsNullOrWhiteSpace(contentType))
            return "text/plain";
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }

    private static ChatWords Refused(string code, string detail) => new(new(code, detail), "", "");
}

/// <param name="Refusal">When set, the sender is told so and nothing is said.</param>
public readonly record struct ChatWords(Refusal? Refusal, string Content, string ContentType)
{
    /// <summary>Nothing is left: taken with thanks, and not said.</summary>
    public bool IsEmpty => Refusal is null && string.IsNullOrWhiteSpace(Content);
}
