namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// <c>a=rid:id send|recv [restrictions]</c> (RFC 8851 §4), with the restrictions as fmtp-like pairs
/// (<c>pt=96,97;max-width=1280</c>).
/// </summary>
public sealed record Rid(string Id, bool IsSend, FormatParameters Restrictions) : ISdpValue<Rid>
{
    public static string AttributeName => "rid";

    /// <summary>Letters, digits, <c>-</c> and <c>_</c>: what RFC 8851 §10 allows an identifier to be made of.</summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_'))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Rid value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var id) || !IsIdentifier(id)
            || !SdpText.TryNextToken(ref text, out var direction) || direction is not ("send" or "recv"))
        {
            return false;
        }

        value = new Rid(id.ToString(), direction is "send", new FormatParameters(text.Trim().ToString()));
        return true;
    }

    public string ToText() => $"{Id} {(IsSend ? "send" : "recv")}{(Restrictions.IsEmpty ? "" : " " + Restrictions.Raw)}";
}
