namespace Sylk.Conference.Rooms;

/// <summary>A tag, as far as text needs it.</summary>
/// <param name="End">Behind its greater-than sign; the end of the text where it has none.</param>
/// <param name="Address">Of <c>href</c>, as it is spelled.</param>
/// <param name="Alternative">Of <c>alt</c>.</param>
internal readonly record struct HtmlTag(string Name, int End, string Address, string Alternative)
{
    private const int LongestName = 16;

    /// <param name="at">The first letter of the name.</param>
    public static HtmlTag Read(string html, int at)
    {
        var from = at;
        while (at < html.Length && (char.IsAsciiLetterOrDigit(html[at]) || html[at] is '-' or ':'))
            at++;
        var name = at - from <= LongestName ? html[from..at].ToLowerInvariant() : "";
        var (address, alternative) = ("", "");
        while (at < html.Length && html[at] != '>')
        {
            if (IsBetween(html[at]))
            {
                at++;
                continue;
            }
            var key = Token(html, ref at);
            var value = Value(html, ref at);
            if (key.Equals("href", StringComparison.OrdinalIgnoreCase) && address.Length == 0)
                address = value.ToString();
            else if (key.Equals("alt", StringComparison.OrdinalIgnoreCase) && alternative.Length == 0)
                alternative = value.ToString();
        }
        return new(name, Math.Min(at + 1, html.Length), address, alternative);
    }

    private static ReadOnlySpan<char> Token(string html, ref int at)
    {
        var from = at++;
        while (at < html.Length && html[at] is not ('>' or '=') && !IsBetween(html[at]))
            at++;
        return html.AsSpan(from, at - from);
    }

    private static ReadOnlySpan<char> Value(string html, ref int at)
    {
        while (at < html.Length && char.IsWhiteSpace(html[at]))
            at++;
        if (at >= html.Length || html[at] != '=')
            return [];
        at++;
        while (at < html.Length && char.IsWhiteSpace(html[at]))
            at++;
        if (at >= html.Length || html[at] is not ('"' or '\''))
            return at < html.Length && html[at] != '>' ? Unquoted(html, ref at) : [];
        var from = at + 1;
        var end = html.IndexOf(html[at], from);
        at = end < 0 ? html.Length : end + 1;
        return html.AsSpan(from, (end < 0 ? html.Length : end) - from);
    }

    private static ReadOnlySpan<char> Unquoted(string html, ref int at)
    {
        var from = at;
        while (at < html.Length && html[at] != '>' && !char.IsWhiteSpace(html[at]))
            at++;
        return html.AsSpan(from, at - from);
    }

    private static bool IsBetween(char c) => char.IsWhiteSpace(c) || c == '/';
}
