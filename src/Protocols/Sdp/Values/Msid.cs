namespace Sylk.Conference.Protocols.Sdp;

/// <summary><c>a=msid:stream track</c> (RFC 8830 §2). The stream <c>-</c> stands for none.</summary>
public sealed record Msid(string Stream, string? Track = null) : ISdpValue<Msid>
{
    public static string AttributeName => "msid";

    public static bool TryParse(ReadOnlySpan<char> text, out Msid value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var stream))
        {
            return false;
        }

        value = new Msid(stream.ToString(), SdpText.TryNextToken(ref text, out var track) ? track.ToString() : null);
        return true;
    }

    public string ToText() => Track is null ? Stream : $"{Stream} {Track}";
}
