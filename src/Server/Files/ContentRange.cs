using System.Globalization;

namespace Sylk.Conference.Server.Files;

/// <summary><c>Content-Range</c> of an upload (RFC 9110 §14.4): which octets are sent, or, with <c>*</c>, the question how many are here.</summary>
/// <param name="First">0 when the header is absent.</param>
/// <param name="Length">Octets that are sent; null when the header does not say.</param>
internal readonly record struct ContentRange(long First, long? Length, bool IsQuestion)
{
    /// <returns>False when the header is not one of ours, or is about a file of another size.</returns>
    public static bool TryParse(string header, long size, out ContentRange range)
    {
        range = new(0, null, false);
        if (header.Length == 0)
            return true;
        if (header.Length > 100 || !header.StartsWith("bytes ", StringComparison.Ordinal) || header[6..].Split('/') is not [var span, var total])
            return false;
        if (!TryNumber(total, out var whole) || whole != size)
            return false;
        if (span == "*")
        {
            range = new(0, 0, true);
            return true;
        }
        if (span.Split('-') is not [var from, var to] || !TryNumber(from, out var first) || !TryNumber(to, out var last) || last < first || last >= size)
            return false;
        range = new(first, last - first + 1, false);
        return true;
    }

    private static bool TryNumber(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
