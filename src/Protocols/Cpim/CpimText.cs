using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Cpim;

/// <summary>Characters of CPIM headers (RFC 3862 sections 2.3 and 3.6).</summary>
internal static class CpimText
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    private static readonly SearchValues<char> NeedsCare = SearchValues.Create("\\\"");

    public static bool IsName(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(NameCharacters);

    /// <summary>A backslash before anything the RFC does not name is dropped (section 2.3.1); halves of surrogate pairs become U+FFFD.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            at = text[at] == '\\' && at + 1 < text.Length ? TakeEscape(text, at + 1, plain) : Take(text, at, plain);
        }

        return Whole(plain.ToString());
    }

    /// <summary>As the inside of a header value or of a quoted string: nothing in it ends the line or the string.</summary>
    public static string Escape(string text)
    {
        if (!text.AsSpan().ContainsAny(NeedsCare) && !text.Any(char.IsControl))
        {
            return Whole(text);
        }

        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in Whole(text))
        {
            _ = c switch
            {
                '\\' or '"' => escaped.Append('\\').Append(c),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                '\b' => escaped.Append("\\b"),
                _ when char.IsControl(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Without control characters, which could end a line; a tab may stay.</summary>
    public static string Harmless(string text) => text.Any(IsHarmful) ? string.Concat(text.Where(c => !IsHarmful(c))) : text;

    public static bool IsHarmful(char c) => char.IsControl(c) && c != '\t';

    private static int Take(string text, int at, StringBuilder plain)
    {
        plain.Append(text[at]);
        return at;
    }

    private static int TakeEscape(string text, int at, StringBuilder plain)
    {
        if (text[at] == 'u' && at + 4 < text.Length
            && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            plain.Append((char)code);
            return at + 4;
        }

        plain.Append(text[at] switch { 'b' => '\b', 't' => '\t', 'n' => '\n', 'r' => '\r', var other => other });
        return at;
    }

    private static string Whole(string text)
    {
        if (!text.Any(char.IsSurrogate))
        {
            return text;
        }

        var whole = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            whole.Append(rune.ToString());
        }

        return whole.ToString();
    }
}
