using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>A request line (with a method) or a status line (RFC 3261 sections 7.1 and 7.2).</summary>
internal readonly record struct SipStartLine(string? Method, string Uri, int Status, string Reason, SipFault? Fault)
{
    /// <summary>False when this is no SIP, or a response nobody could use.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out SipStartLine start)
    {
        var text = Encoding.Latin1.GetString(line);
        start = default;
        return text.StartsWith("SIP/", StringComparison.OrdinalIgnoreCase) ? TryReadStatus(text, out start) : TryReadRequest(text, out start);
    }

    private static bool TryReadStatus(string text, out SipStartLine start)
    {
        start = default;
        if (text.Length < 11 || !text.StartsWith("SIP/2.0 ", StringComparison.OrdinalIgnoreCase) ||
            !SipText.TryReadNumber(text.AsSpan(8, 3), out var status) || status is < 100 or > 699 || (text.Length > 11 && text[11] != ' '))
        {
            return false;
        }

        start = new SipStartLine(null, "", (int)status, text.Length > 12 ? text[12..] : "", null);
        return true;
    }

    private static bool TryReadRequest(string text, out SipStartLine start)
    {
        start = default;
        var method = text.AsSpan(0, Math.Max(0, text.IndexOf(' ', StringComparison.Ordinal)));
        var end = text.TrimEnd(' ', '\t').LastIndexOf(' ');
        if (!SipText.IsToken(method) || end <= method.Length)
        {
            return false;
        }

        var version = text.AsSpan(end + 1);
        if (!version.StartsWith("SIP/", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var uri = text[(method.Length + 1)..end];
        start = new SipStartLine(method.ToString(), uri, 0, "", Check(uri, version));
        return true;
    }

    private static SipFault? Check(string uri, ReadOnlySpan<char> version)
    {
        if (!version.TrimEnd(" \t").Equals("SIP/2.0", StringComparison.OrdinalIgnoreCase))
        {
            return new SipFault(505, "Version Not Supported");
        }

        if (version.Length != 7)
        {
            return SipFault.Bad("Spaces After The Version");
        }

        if (uri.Length > SipLimits.MaxUri)
        {
            return new SipFault(414, "Request-URI Too Long");
        }

        // Headers inside a Request-URI would let a stranger add a Route or worse to what we do (RFC 4475 section 3.1.2.11).
        return !SipUri.TryParse(uri, out var parsed) || parsed.Headers is not null ? SipFault.Bad("Bad Request-URI") : null;
    }
}
