using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>
/// One address of a path: <c>msrp://host:port/session;tcp</c>, <c>msrps</c> over TLS (RFC 4975 section 6). The session is case-sensitive,
/// the host is not, and who stands before the <c>@</c> does not count.
/// </summary>
public sealed record MsrpUri(bool IsSecure, string Host, int Port, string Session)
{
    /// <summary>Meant where no port is written; section 15.4 registers it.</summary>
    public const int DefaultPort = 2855;

    private const int MaxLength = 512;

    private static readonly SearchValues<char> NoHost = SearchValues.Create("/?#<>\"");

    /// <summary>As it was written, to be sent back to the letter; empty for one of ours.</summary>
    private string Written { get; init; } = "";

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out MsrpUri? uri)
    {
        uri = null;
        if (text.Length > MaxLength || text.ContainsAnyExceptInRange('!', '~') || !TryCutScheme(text, out var rest, out var secure))
        {
            return false;
        }

        var semicolon = rest.IndexOf(';');
        if (semicolon < 0 || !IsOverTcp(rest[(semicolon + 1)..]))
        {
            return false;
        }

        var resource = rest[..semicolon];
        var slash = resource.IndexOf('/');
        var authority = slash < 0 ? resource : resource[..slash];
        var session = slash < 0 ? "" : resource[(slash + 1)..].ToString();
        if (!TryReadAuthority(authority[(authority.LastIndexOf('@') + 1)..], out var host, out var port))
        {
            return false;
        }

        uri = new MsrpUri(secure, host, port, session) { Written = text.ToString() };
        return true;
    }

    /// <summary>The same place and session (section 6.1).</summary>
    public bool Equals(MsrpUri? other) => other is not null && IsSecure == other.IsSecure && Port == other.Port
        && string.Equals(Host, other.Host, StringComparison.OrdinalIgnoreCase) && string.Equals(Session, other.Session, StringComparison.Ordinal);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Session);

    public override string ToString() => Written.Length > 0 ? Written : string.Create(
        CultureInfo.InvariantCulture, $"{(IsSecure ? "msrps" : "msrp")}://{Host}:{Port}{(Session.Length > 0 ? "/" : "")}{Session};tcp");

    private static bool TryCutScheme(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest, out bool secure)
    {
        secure = text.StartsWith("msrps://", StringComparison.OrdinalIgnoreCase);
        var plain = text.StartsWith("msrp://", StringComparison.OrdinalIgnoreCase);
        rest = secure ? text["msrps://".Length..] : plain ? text["msrp://".Length..] : text;
        return secure || plain;
    }

    /// <summary>The transport comes first; what else is written there is not for us.</summary>
    private static bool IsOverTcp(ReadOnlySpan<char> parameters)
    {
        var end = parameters.IndexOf(';');
        return (end < 0 ? parameters : parameters[..end]).Equals("tcp", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryReadAuthority(ReadOnlySpan<char> text, out string host, out int port)
    {
        port = DefaultPort;
        var close = text.StartsWith("[") ? text.IndexOf(']') : 0;
        var colon = close < 0 ? -1 : text[close..].IndexOf(':') + close;
        var hasPort = colon >= close && colon >= 0 && text[colon] == ':';
        host = (hasPort ? text[..colon] : text).ToString();
        var isHost = host.Length > 0 && host.AsSpan().IndexOfAny(NoHost) < 0 && close >= 0 && (close == 0 || (close > 1 && host.Length == close + 1));
        return isHost
            && (!hasPort || (ushort.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (port = number) > 0));
    }
}

/// <summary>The addresses a message passes, ours or theirs last (RFC 4975 section 5.1).</summary>
public static class MsrpPath
{
    public static bool TryParse(ReadOnlySpan<char> text, out IReadOnlyList<MsrpUri> path)
    {
        List<MsrpUri> uris = [];
        path = uris;
        foreach (var range in text.Split(' '))
        {
            if (text[range].IsEmpty)
            {
                continue;
            }

            if (uris.Count == MsrpLimits.MaxPath || !MsrpUri.TryParse(text[range], out var uri))
            {
                return false;
            }

            uris.Add(uri);
        }

        return uris.Count > 0;
    }

    public static string Print(IEnumerable<MsrpUri> path) => string.Join(' ', path);
}
