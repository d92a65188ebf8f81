using System.Globalization;
using System.Net.Mime;
using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>What a file may be called and what it may say it is. The name is shown and offered for saving, never opened.</summary>
internal static class FileName
{
    private const int MostCombining = 4;

    /// <summary>
    /// The last part of a path, without control and direction characters, marks piled up and trailing dots; cut to 255 octets of UTF-8
    /// with its extension kept. Null when nothing is left.
    /// </summary>
    public static string? Clean(string? text)
    {
        if (text is null || text.Length > 4096)
            return null;
        var name = new StringBuilder(text.Length);
        var combining = 0;
        foreach (var rune in text[(text.LastIndexOfAny(['/', '\\']) + 1)..].EnumerateRunes())
        {
            combining = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? combining + 1 : 0;
            if (!IsHidden(rune) && combining <= MostCombining)
                name.Append(rune.ToString());
        }
        var kept = name.ToString().Trim().TrimEnd('.', ' ');
        return kept.Length == 0 ? null : Shorten(kept);
    }

    /// <summary>True for <c>type/subtype</c> with tokens only, at most 127 characters; parameters are not kept.</summary>
    public static string? CleanType(string? text)
    {
        if (text is null or { Length: 0 })
            return MediaTypeNames.Application.Octet;
        if (text.Length > FileSettings.MaxTypeLength)
            return null;
        try
        {
            return new ContentType(text).MediaType.ToLowerInvariant();
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static bool IsHidden(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static string Shorten(string name)
    {
        if (Encoding.UTF8.GetByteCount(name) <= FileSettings.MaxNameBytes)
            return name;
        var dot = name.LastIndexOf('.');
        var extension = dot > 0 && name.Length - dot <= 16 ? name[dot..] : "";
        var room = FileSettings.MaxNameBytes - Encoding.UTF8.GetByteCount(extension);
        var kept = new StringBuilder();
        foreach (var rune in name[..^extension.Length].EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
                break;
            kept.Append(rune.ToString());
        }
        return kept.Append(extension).ToString();
    }
}
