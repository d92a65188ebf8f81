using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Header values are kept as wire text: one character per byte, so that what is echoed is the same to the byte whatever its
/// encoding. Text for people is UTF-8 inside it and goes through <see cref="Decode"/> and <see cref="Encode"/>.
/// </summary>
public static class SipText
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~");

    private static readonly UTF8Encoding Utf8 = new(false, false);

    /// <summary>Wire text read as UTF-8; what is none becomes U+FFFD.</summary>
    public static string Decode(string wire) =>
        Ascii.IsValid(wire) ? wire : Utf8.GetString(Encoding.Latin1.GetBytes(wire));

    /// <summary>Text as it goes on the wire, without its control characters.</summary>
    public static string Encode(string text)
    {
        var clean = text.Any(char.IsControl) ? new string([.. text.Where(c => !char.IsControl(c))]) : text;
        return Ascii.IsValid(clean) ? clean : Encoding.Latin1.GetString(Utf8.GetBytes(clean));
    }

    /// <summary>A quoted-string of wire text (RFC 3261 section 25.1); control characters become spaces.</summary>
    public static string Quote(string wire) =>
        string.Concat("\"", Harmless(wire).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal), "\"");

    /// <summary>Takes quotes and backslash escapes away; text without quotes stays.</summary>
    public static string Unquote(string wire)
    {
        if (wire.Length < 2 || wire[0] != '"' || wire[^1] != '"')
        {
            return wire;
        }

        var inner = wire[1..^1];
        if (!inner.Contains('\\', StringComparison.Ordinal))
        {
            return inner;
        }

        var text = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            text.Append(inner[i] == '\\' && i + 1 < inner.Length ? inner[++i] : inner[i]);
        }

        return text.ToString();
    }

    /// <summary>%XX decoded; a percent sign that begins no escape stays.</summary>
    public static string Unescape(string wire)
    {
        if (!wire.Contains('%', StringComparison.Ordinal))
        {
            return wire;
        }

        var text = new StringBuilder(wire.Length);
        for (var i = 0; i < wire.Length; i++)
        {
            if (wire[i] == '%' && i + 2 < wire.Length && char.IsAsciiHexDigit(wire[i + 1]) && char.IsAsciiHexDigit(wire[i + 2]))
            {
                text.Append((char)byte.Parse(wire.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                text.Append(wire[i]);
            }
        }

        return text.ToString();
    }

    /// <summary>Escapes what may not stand in the user part of a SIP URI (RFC 3261 section 25.1).</summary>
    public static string EscapeUser(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var b in Utf8.GetBytes(text))
        {
            if (b < 0x80 && (char.IsAsciiLetterOrDigit((char)b) || "-_.!~*'()&=+$,;?/".Contains((char)b, StringComparison.Ordinal)))
            {
                escaped.Append((char)b);
            }
            else
            {
                escaped.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
            }
        }

        return escaped.ToString();
    }

    /// <summary>With spaces instead of control characters, which never go out again.</summary>
    internal static string Harmless(string wire) =>
        wire.AsSpan().ContainsAnyInRange('\0', '\x1f') ? new string([.. wire.Select(c => c < ' ' ? ' ' : c)]) : wire;

    internal static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && text.IndexOfAnyExcept(TokenCharacters) < 0;

    internal static bool IsSpace(char c) => c is ' ' or '\t';

    internal static bool Same(string? a, string? b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    /// <summary>Folding becomes one space (RFC 3261 section 7.3.1).</summary>
    internal static string FromWire(ReadOnlySpan<byte> value)
    {
        if (value.IndexOf("\r\n"u8) < 0)
        {
            return Encoding.Latin1.GetString(value);
        }

        var text = new StringBuilder(value.Length);
        while (value.IndexOf("\r\n"u8) is var end and >= 0)
        {
            text.Append(Encoding.Latin1.GetString(value[..end].TrimEnd(" \t"u8))).Append(' ');
            value = value[(end + 2)..].TrimStart(" \t"u8);
        }

        return text.Append(Encoding.Latin1.GetString(value)).ToString().Trim(' ', '\t');
    }

    /// <summary>Digits only; more than fits saturates, as Expires and Retry-After do.</summary>
    internal static bool TryReadNumber(ReadOnlySpan<char> text, out uint number)
    {
        number = 0;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        var digits = text.TrimStart('0');
        number = digits.Length > 10 || !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? uint.MaxValue : value;
        return true;
    }
}
