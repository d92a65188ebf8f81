using System.Buffers;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// A SIP, SIPS or tel URI taken apart; other schemes are kept as they are. The text as read is what is written again, so
/// escapes survive. Equality of two values is that of RFC 3261 section 19.1.4, in <see cref="IsSame"/>.
/// </summary>
public sealed class SipUri
{
    private static readonly SearchValues<char> BeyondTokens = SearchValues.Create("[]:&/$");
    private static readonly SearchValues<char> Dialled = SearchValues.Create("+0123456789abcdefABCDEF-.()*#");
    private readonly string _text;

    private SipUri(string text, string scheme)
    {
        _text = text;
        Scheme = scheme;
    }

    /// <summary>In lower case.</summary>
    public string Scheme { get; }

    public bool IsSip => Scheme is "sip" or "sips";

    public bool IsSecure => Scheme == "sips";

    /// <summary>The user part as written, or the number of a tel URI; null when there is none.</summary>
    public string? User { get; private init; }

    public string? Password { get; private init; }

    /// <summary>Name or address, IPv6 without brackets; empty for tel and schemes we do not know.</summary>
    public string Host { get; private init; } = "";

    /// <summary>1–65,535, or 0 when none is given.</summary>
    public int Port { get; private init; }

    public SipParameters Parameters { get; private init; } = SipParameters.None;

    /// <summary>What stands behind the question mark, as written; null when there is none.</summary>
    public string? Headers { get; private init; }

    /// <summary>The user with its escapes taken away, for looking people up.</summary>
    public string? PlainUser => User is null ? null : SipText.Decode(SipText.Unescape(User));

    public string? Transport => Parameters["transport"];

    /// <summary>The next hop routes loosely (RFC 3261 section 16.12).</summary>
    public bool IsLoose => Parameters.Has("lr");

    public static bool TryParse(string text, out SipUri uri)
    {
        uri = null!;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || text.Length > SipLimits.MaxUri || !IsScheme(text.AsSpan(0, colon)) || HasForbidden(text))
        {
            return false;
        }

        var scheme = text[..colon].ToLowerInvariant();
        var rest = text.AsSpan(colon + 1);
        return scheme switch
        {
            "sip" or "sips" => TryReadSip(text, scheme, rest, out uri),
            "tel" => TryReadTel(text, rest, out uri),
            _ => (uri = new SipUri(text, scheme)) is not null && !rest.IsEmpty,
        };
    }

    /// <summary>Builds a SIP URI; the user is escaped.</summary>
    /// <param name="user">Plain text, or null for a host's own address.</param>
    /// <param name="host">Name or address without brackets.</param>
    /// <param name="port">0 for none.</param>
    /// <param name="parameters">As text, <c>;transport=tcp</c>.</param>
    public static SipUri Create(string? user, string host, int port = 0, string parameters = "")
    {
        var text = $"sip:{(user is null ? "" : SipText.EscapeUser(user) + "@")}{SipHost.Print(host, port)}{parameters}";
        return TryParse(text, out var uri) ? uri : throw new ArgumentException("not a SIP URI", nameof(host));
    }

    /// <summary>The URI without parameters and headers and with a plain user and host: the key of an address of record (section 10.3).</summary>
    public string AddressOfRecord => IsSip
        ? $"{Scheme}:{(User is null ? "" : SipText.EscapeUser(PlainUser!) + "@")}{SipHost.Print(Host.ToLowerInvariant(), Port)}"
        : _text;

    /// <summary>As it may stand in a Request-URI: without headers and the method parameter (section 19.1.5).</summary>
    public string ForRequest()
    {
        var cut = Headers is null ? _text : _text[..(_text.Length - Headers.Length - 1)];
        if (!Parameters.Has("method"))
        {
            return cut;
        }

        var bare = new StringBuilder(cut.Length).Append(Scheme).Append(':').Append(User);
        bare.Append(Password is null ? "" : ":" + Password).Append(User is null ? "" : "@").Append(SipHost.Print(Host, Port));
        return bare.Append(Parameters.With("method", null)).ToString();
    }

    /// <summary>The same address by the rules of RFC 3261 section 19.1.4 and RFC 5954.</summary>
    public bool IsSame(SipUri other) => IsSip && other.IsSip ? SipUriComparison.AreSame(this, other) : string.Equals(_text, other._text, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => _text;

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.'))
            {
                return false;
            }
        }

        return char.IsAsciiLetter(text[0]);
    }

    private static bool HasForbidden(string text)
    {
        foreach (var c in text)
        {
            if (c <= ' ' || c is '<' or '>' or '"' or '\x7f')
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadSip(string text, string scheme, ReadOnlySpan<char> rest, out SipUri uri)
    {
        uri = null!;
        var at = rest.IndexOf('@');
        string? user = null, password = null;
        if (at >= 0)
        {
            var colon = rest[..at].IndexOf(':');
            user = rest[..(colon < 0 ? at : colon)].ToString();
            password = colon < 0 ? null : rest[(colon + 1)..at].ToString();
            rest = rest[(at + 1)..];
            if (user.Length == 0)
            {
                return false;
            }
        }

        var question = rest.IndexOf('?');
        var headers = question < 0 ? null : rest[(question + 1)..].ToString();
        rest = question < 0 ? rest : rest[..question];
        var semicolon = rest.IndexOf(';');
        var place = semicolon < 0 ? rest : rest[..semicolon];
        if (!SipHost.TryParse(place, out var host, out var port) || !TryReadParameters(semicolon < 0 ? "" : rest[semicolon..], out var parameters))
        {
            return false;
        }

        uri = new SipUri(text, scheme) { User = user, Password = password, Host = host, Port = port, Parameters = parameters, Headers = headers };
        return true;
    }

    /// <summary>URI parameters may hold more than tokens, such as %00 and IPv6; empty ones are an error.</summary>
    private static bool TryReadParameters(ReadOnlySpan<char> text, out SipParameters parameters)
    {
        if (!text.ContainsAny(BeyondTokens))
        {
            return SipParameters.TryParse(text, lenient: false, out parameters);
        }

        List<(string, string?)> items = [];
        parameters = SipParameters.None;
        foreach (var range in text[1..].Split(';'))
        {
            var item = text[1..][range];
            var equals = item.IndexOf('=');
            if (item.IsEmpty || equals == 0 || equals == item.Length - 1)
            {
                return false;
            }

            items.Add(((equals < 0 ? item : item[..equals]).ToString(), equals < 0 ? null : item[(equals + 1)..].ToString()));
        }

        parameters = SipParameters.Of(items);
        return true;
    }

    private static bool TryReadTel(string text, ReadOnlySpan<char> rest, out SipUri uri)
    {
        var semicolon = rest.IndexOf(';');
        var number = semicolon < 0 ? rest : rest[..semicolon];
        uri = null!;
        if (number.IsEmpty || number.ContainsAnyExcept(Dialled) ||
            !TryReadParameters(semicolon < 0 ? "" : rest[semicolon..], out var parameters))
        {
            return false;
        }

        uri = new SipUri(text, "tel") { User = number.ToString(), Parameters = parameters };
        return true;
    }
}
