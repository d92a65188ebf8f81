namespace Sylk.Conference.Protocols.Sip;

/// <summary>Finding separators outside quotes and angle brackets.</summary>
internal static class SipScan
{
    /// <summary>The first <paramref name="wanted"/> outside quotes and &lt;&gt;; the length when there is none; -1 when a quote never closes.</summary>
    public static int Find(ReadOnlySpan<char> text, char wanted, char other = '\0')
    {
        var angles = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && !angles)
            {
                i = EndOfQuote(text, i);
                if (i < 0)
                {
                    return -1;
                }
            }
            else if ((c == wanted || (c == other && other != '\0')) && !angles)
            {
                return i;
            }
            else if (c == '<')
            {
                angles = true;
            }
            else if (c == '>')
            {
                angles = false;
            }
        }

        return text.Length;
    }

    /// <summary>Where the quote that opens at <paramref name="start"/> closes, or -1.</summary>
    public static int EndOfQuote(ReadOnlySpan<char> text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Adds the trimmed values of a comma list; false when a quote never closes or there are too many values.</summary>
    public static bool Split(string text, List<string> values, int most)
    {
        var rest = text.AsSpan();
        while (true)
        {
            var end = Find(rest, ',');
            if (end < 0 || values.Count >= most)
            {
                return false;
            }

            var value = rest[..end].Trim(" \t");
            values.Add(value.Length == text.Length ? text : value.ToString());
            if (end == rest.Length)
            {
                return true;
            }

            rest = rest[(end + 1)..];
        }
    }
}
