using System.Globalization;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Small readers over text; none allocates and none throws.</summary>
internal static class SdpText
{
    /// <summary>Cuts the next run of characters other than the separator off the front of <paramref name="rest"/>.</summary>
    public static bool TryNextToken(ref ReadOnlySpan<char> rest, out ReadOnlySpan<char> token, char separator = ' ')
    {
        rest = rest.TrimStart(separator);
        var end = rest.IndexOf(separator);
        token = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[(end + 1)..];
        return token.Length > 0;
    }

    /// <summary>Cuts at the first separator; without one, everything is before it and nothing after.</summary>
    public static ReadOnlySpan<char> Before(ReadOnlySpan<char> text, char separator, out ReadOnlySpan<char> after)
    {
        var end = text.IndexOf(separator);
        after = end < 0 ? default : text[(end + 1)..];
        return end < 0 ? text : text[..end];
    }

    public static bool TryNumber(ReadOnlySpan<char> text, int maximum, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= maximum;

    public static bool TryNumber(ReadOnlySpan<char> text, out uint number) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    public static bool TryNumber(ReadOnlySpan<char> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    public static string Format(int number) => number.ToString(CultureInfo.InvariantCulture);
}
