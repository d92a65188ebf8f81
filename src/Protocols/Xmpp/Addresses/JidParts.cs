using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>
/// Prepares the parts of an address (RFC 7622 section 3) with what the framework knows of Unicode. Left out of the profiles: the rule on
/// direction (RFC 5893) and the joiners, which are refused wherever they stand.
/// </summary>
internal static class JidParts
{
    /// <summary>Bytes of each part.</summary>
    public const int MaxBytes = 1023;

    private static readonly SearchValues<char> NotInLocal = SearchValues.Create("\"&'/:<>@");
    private static readonly SearchValues<char> NotInDomain = SearchValues.Create("\"&'/:<>@\\^`{|}%!#$()*+,;=?[]~");

    private static readonly IdnMapping Idn = new();

    /// <summary>UsernameCaseMapped of RFC 8265, without the characters RFC 7622 forbids. Null when it is none; empty stays empty.</summary>
    public static string? Local(string text)
    {
        if (text.Length == 0)
        {
            return "";
        }

        if (text.Length > MaxBytes)
        {
            return null;
        }

        var folded = Narrow(text).ToLowerInvariant();
        var prepared = Normalization.Compose(folded);
        return !prepared.AsSpan().ContainsAny(NotInLocal) && AllOf(prepared, IsIdentifier) && Fits(prepared) ? prepared : null;
    }

    /// <summary>OpaqueString of RFC 8265. Null when it is none; empty stays empty.</summary>
    public static string? Resource(string text)
    {
        if (text.Length == 0)
        {
            return "";
        }

        if (text.Length > MaxBytes || !AllOf(text, IsFree))
        {
            return null;
        }

        var spaced = string.Concat(text.EnumerateRunes().Select(rune => Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator ? " " : rune.ToString()));
        var prepared = Normalization.Compose(spaced);
        return Fits(prepared) ? prepared : null;
    }

    public static string? Domain(string text)
    {
        var name = text.EndsWith('.') ? text[..^1] : text;
        if (name.Length is 0 or > MaxBytes)
        {
            return null;
        }

        if (name[0] == '[')
        {
            return name[^1] == ']' && IPAddress.TryParse(name[1..^1], out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
                ? $"[{address}]"
                : null;
        }

        try
        {
            var unicode = Idn.GetUnicode(Idn.GetAscii(Normalization.Compose(name.ToLowerInvariant())));
            return AllOf(unicode, IsIdentifier) && !unicode.AsSpan().ContainsAny(NotInDomain) ? unicode : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool Fits(string text) => text.Length > 0 && Encoding.UTF8.GetByteCount(text) <= MaxBytes;

    /// <summary>Full-width forms become what they are a form of.</summary>
    private static string Narrow(string text) =>
        string.Concat(text.Select(one => one is >= '\uFF01' and <= '\uFF5E' ? (char)(one - 0xFEE0) : one));

    private static bool AllOf(string text, Func<Rune, bool> isAllowed)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || !isAllowed(rune))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>About IdentifierClass of RFC 8264: letters, digits, marks, and visible ASCII.</summary>
    private static bool IsIdentifier(Rune rune) => rune.Value < 0x7F
        ? rune.Value > ' '
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.UppercaseLetter or UnicodeCategory.OtherLetter
            or UnicodeCategory.ModifierLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>About FreeformClass of RFC 8264: no controls, nothing unassigned, private or invisible.</summary>
    private static bool IsFree(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.Surrogate);
}
