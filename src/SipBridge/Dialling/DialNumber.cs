using System.Globalization;
using System.Text;

namespace Sylk.Conference.SipBridge;

/// <summary>Telephone numbers as people write them, and as they are compared and dialled (RFC 3966 section 5.1.1).</summary>
internal static class DialNumber
{
    private const int Longest = 20;

    /// <summary>Digits and what may stand between them; nothing else makes a number.</summary>
    public static bool LooksLikeOne(string text)
    {
        var digits = 0;
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter))
                digits++;
            else if (letter is not '+' && !IsSeparator(letter))
                return false;
        }
        return digits > 0;
    }

    /// <summary>Without separators; 00 in front is a plus. False for what is no number.</summary>
    public static bool TryNormalize(string text, out string number)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (char.IsAsciiDigit(letter) || (letter == '+' && digits.Length == 0))
                digits.Append(letter);
            else if (!IsSeparator(letter))
                digits.Append('?');
        }
        number = digits.ToString();
        if (number.StartsWith("00", StringComparison.Ordinal))
            number = "+" + number[2..];
        var bare = number.AsSpan(number.StartsWith('+') ? 1 : 0);
        // No country's code begins with 0: after a plus it is somebody's trick.
        return bare.Length is > 0 and <= Longest && !bare.ContainsAnyExceptInRange('0', '9') && !(number[0] == '+' && bare[0] == '0');
    }

    /// <summary>Digits of all scripts become ours, wide letters narrow ones; what is seen by nobody goes.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var written in text.EnumerateRunes())
        {
            var rune = written.Value is >= 0xFF01 and <= 0xFF5E ? new Rune(written.Value - 0xFEE0) : written;
            var kind = Rune.GetUnicodeCategory(rune);
            if (kind == UnicodeCategory.DecimalDigitNumber)
                plain.Append((int)Rune.GetNumericValue(rune));
            else if (kind is not (UnicodeCategory.Format or UnicodeCategory.SpaceSeparator) || rune.Value == ' ')
                plain.Append(rune);
            else if (kind == UnicodeCategory.SpaceSeparator)
                plain.Append(' ');
        }
        return plain.Replace('\u2010', '-').Replace('\u2011', '-').Replace('\u2012', '-').Replace('\u2013', '-').Replace('\u2212', '-').ToString();
    }

    private static bool IsSeparator(char letter) => letter is ' ' or '-' or '.' or '(' or ')' or '/' or '[' or ']';
}
