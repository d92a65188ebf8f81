using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>Ten characters that may not be in a local part, written so that they may (XEP-0106).</summary>
public static class JidEscape
{
    private const string Escaped = " \"&'/:<>@\\";

    public static string Escape(string local)
    {
        var text = new StringBuilder(local.Length);
        for (var i = 0; i < local.Length; i++)
        {
            var one = local[i];
            if (one == '\\' ? IsSequence(local, i) : Escaped.Contains(one, StringComparison.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"\\{(int)one:x2}");
            }
            else
            {
                text.Append(one);
            }
        }

        return text.ToString();
    }

    public static string Unescape(string local)
    {
        var text = new StringBuilder(local.Length);
        for (var i = 0; i < local.Length; i++)
        {
            if (local[i] != '\\' || !IsSequence(local, i))
            {
                text.Append(local[i]);
                continue;
            }

            text.Append((char)Convert.ToByte(local.Substring(i + 1, 2), 16));
            i += 2;
        }

        return text.ToString();
    }

    /// <summary>A backslash that reads as one of the ten: such a backslash is itself escaped.</summary>
    private static bool IsSequence(string text, int at) =>
        at + 2 < text.Length && byte.TryParse(text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
        && Escaped.Contains((char)value, StringComparison.Ordinal);
}
