namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// <c>a=extmap</c> (RFC 8285 §5). Ids above 14 need the two-byte form; 4096 and above are an offerer's place holders.
/// <see cref="Direction"/> is null when not written, <see cref="Parameters"/> is what follows the URI.
/// </summary>
public sealed record HeaderExtension(int Id, string Uri, MediaDirection? Direction = null, string? Parameters = null)
    : ISdpValue<HeaderExtension>
{
    private const int HighestId = 4351;

    public static string AttributeName => "extmap";

    public static bool TryParse(ReadOnlySpan<char> text, out HeaderExtension value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var entry) || !SdpText.TryNextToken(ref text, out var uri))
        {
            return false;
        }

        MediaDirection? direction = null;
        if (!SdpText.TryNumber(SdpText.Before(entry, '/', out var word), HighestId, out var id) || id == 0)
        {
            return false;
        }

        if (word.Length > 0)
        {
            if (!SdpWords.TryReadDirection(word, out var written))
            {
                return false;
            }

            direction = written;
        }

        var parameters = text.Trim();
        value = new HeaderExtension(id, uri.ToString(), direction, parameters.IsEmpty ? null : parameters.ToString());
        return true;
    }

    public string ToText() =>
        $"{Id}{(Direction is { } word ? "/" + SdpWords.Text(word) : "")} {Uri}{(Parameters is null ? "" : " " + Parameters)}";
}
