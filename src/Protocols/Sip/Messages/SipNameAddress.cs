namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// The value of From, To, Contact, Route, Refer-To and their like: a display name, a URI and header parameters
/// (RFC 3261 section 20.10). Without angle brackets what follows a semicolon belongs to the header, not to the URI.
/// </summary>
public sealed class SipNameAddress
{
    private SipNameAddress(string display, SipUri uri, SipParameters parameters)
    {
        Display = display;
        Uri = uri;
        Parameters = parameters;
    }

    /// <summary>The display name for people, decoded; empty when there is none.</summary>
    public string DisplayName => SipText.Decode(Display);

    public SipUri Uri { get; }

    public SipParameters Parameters { get; }

    public string? Tag => Parameters["tag"] is { Length: > 0 } tag ? tag : null;

    /// <summary>The display name as wire text without quotes.</summary>
    internal string Display { get; }

    public static SipNameAddress Create(SipUri uri, string displayName = "", string? tag = null) =>
        new(SipText.Encode(displayName), uri, SipParameters.None.With("tag", tag));

    public SipNameAddress With(string parameter, string? value) => new(Display, Uri, Parameters.With(parameter, value));

    public SipNameAddress WithTag(string? tag) => With("tag", tag);

    public override string ToString() =>
        Display.Length == 0 ? $"<{Uri}>{Parameters}" : $"{SipText.Quote(Display)} <{Uri}>{Parameters}";

    /// <summary>Reads one value; broken quotes, spaces inside the brackets and separators in an unquoted name are refused.</summary>
    public static bool TryParse(string value, out SipNameAddress address)
    {
        address = null!;
        var text = value.AsSpan().Trim(" \t");
        return TryReadDisplay(text, out var display, out var rest) && (rest.StartsWith("<")
            ? TryReadBracketed(display, rest, out address)
            : display.Length == 0 && TryReadBare(rest, out address));
    }

    private static bool TryReadDisplay(ReadOnlySpan<char> text, out string display, out ReadOnlySpan<char> rest)
    {
        display = "";
        rest = text;
        if (text.StartsWith("\""))
        {
            var end = SipScan.EndOfQuote(text, 0);
            if (end < 0)
            {
                return false;
            }

            display = SipText.Unquote(text[..(end + 1)].ToString());
            rest = text[(end + 1)..].TrimStart(" \t");
            return rest.StartsWith("<");
        }

        var open = text.IndexOf('<');
        if (open <= 0)
        {
            return true;
        }

        var name = text[..open].TrimEnd(" \t");
        display = name.ToString();
        rest = text[open..];
        foreach (var c in name)
        {
            // Bytes beyond ASCII are no tokens but phones send them (SIP-MSG-10).
            if (!SipText.IsSpace(c) && c < 0x80 && !SipText.IsToken([c]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryReadBracketed(string display, ReadOnlySpan<char> text, out SipNameAddress address)
    {
        address = null!;
        var close = text.IndexOf('>');
        if (close < 0 || !SipUri.TryParse(text[1..close].ToString(), out var uri) ||
            !SipParameters.TryParse(text[(close + 1)..], lenient: false, out var parameters))
        {
            return false;
        }

        address = new SipNameAddress(display, uri, parameters);
        return true;
    }

    private static bool TryReadBare(ReadOnlySpan<char> text, out SipNameAddress address)
    {
        address = null!;
        var at = text.IndexOf('@') + 1;
        var semicolon = text[at..].IndexOf(';');
        var uri = semicolon < 0 ? text : text[..(at + semicolon)];
        if (uri.IndexOfAny("?,") >= 0 || !SipUri.TryParse(uri.TrimEnd(" \t").ToString(), out var parsed) ||
            !SipParameters.TryParse(semicolon < 0 ? "" : text[(at + semicolon)..], lenient: false, out var parameters))
        {
            return false;
        }

        address = new SipNameAddress("", parsed, parameters);
        return true;
    }
}
