using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Rooms;

/// <summary>What people may be called. What cannot be seen or turns the direction of the text around it is in no name.</summary>
internal static class PersonName
{
    private const int MaxRunes = 64;
    private const int MostCombining = 4;

    // They join emoji and letters of some scripts.
    private const int NonJoiner = 0x200C, Joiner = 0x200D;

    /// <summary>For people who type it: trims; null when it is too long or has control characters or broken surrogates. May be empty.</summary>
    public static string? Clean(string? text)
    {
        var name = (text ?? "").Trim();
        var count = 0;
        foreach (var rune in name.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || ++count > MaxRunes)
                return null;
        }
        return Shown(name);
    }

    /// <summary>For names other systems bring, which nobody can be asked about: made fit to be shown, and cut. Null when nothing is left.</summary>
    public static string? Foreign(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var name = Shown(text.Length > MaxRunes * 16 ? text[..(MaxRunes * 16)] : text);
        var cut = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Take(MaxRunes))
            cut.Append(rune);
        var kept = cut.ToString().Trim();
        return kept.Length == 0 ? null : kept;
    }

    private static string Shown(string name)
    {
        var shown = new StringBuilder(name.Length);
        var combining = 0;
        foreach (var rune in Normalization.Compose(name).EnumerateRunes())
        {
            var kind = Rune.GetUnicodeCategory(rune);
            combining = kind is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? combining + 1 : 0;
            if (IsLineEnd(kind, rune))
                shown.Append(' ');
            else if (combining <= MostCombining && !IsHidden(kind, rune))
                shown.Append(rune);
        }
        return shown.ToString().Trim();
    }

    private static bool IsLineEnd(UnicodeCategory kind, Rune rune) =>
        kind is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || rune.Value is '\n' or '\r' or '\t';

    private static bool IsHidden(UnicodeCategory kind, Rune rune) => rune == Rune.ReplacementChar
        || kind is UnicodeCategory.Control || (kind is UnicodeCategory.Format && rune.Value is not (NonJoiner or Joiner));
}
