using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>host [":" port] of URIs and Via (RFC 3261 section 25.1, RFC 5954, RFC 5118 section 4).</summary>
internal static class SipHost
{
    /// <summary>Splits and checks. The host comes without brackets; IPv6 with one colon too many is put right.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out string host, out int port)
    {
        host = "";
        port = 0;
        text = text.Trim(" \t");
        var end = text.StartsWith("[") ? text.IndexOf(']') + 1 : text.IndexOf(':');
        end = end < 0 ? text.Length : end;
        if (end == 0)
        {
            return false;
        }

        var rest = text[end..].TrimStart(" \t");
        if (!rest.IsEmpty && (rest[0] != ':' || !TryReadPort(rest[1..].Trim(" \t"), out port)))
        {
            return false;
        }

        var name = text[..end].TrimEnd(" \t");
        return name[0] == '[' ? TryReadReference(name[1..^1], out host) : TryReadName(name, out host);
    }

    /// <summary>As written in URIs and Via: IPv6 in brackets.</summary>
    public static string Print(string host, int port)
    {
        var name = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        return port == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
    }

    /// <summary>An address with or without brackets.</summary>
    public static bool TryReadAddress(string? text, out IPAddress address)
    {
        var bare = text is ['[', .., ']'] ? text[1..^1] : text;
        if (bare is null || (!bare.Contains(':', StringComparison.Ordinal) && bare.Count('.') != 3))
        {
            address = IPAddress.None;
            return false;
        }

        return IPAddress.TryParse(bare, out address!);
    }

    private static bool TryReadPort(ReadOnlySpan<char> text, out int port)
    {
        var read = SipText.TryReadNumber(text, out var number);
        port = number is > 0 and <= 65535 ? (int)number : 0;
        return read && port != 0;
    }

    private static bool TryReadName(ReadOnlySpan<char> text, out string host)
    {
        host = text.ToString();
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_'))
            {
                return false;
            }
        }

        return text.Length <= 255;
    }

    private static bool TryReadReference(ReadOnlySpan<char> text, out string host)
    {
        host = text.ToString();
        if (text.Contains('%') || text.Length > 64)
        {
            return false;
        }

        if (Parses(host))
        {
            return true;
        }

        host = host.Replace(":::", "::", StringComparison.Ordinal);
        return Parses(host);
    }

    private static bool Parses(string text) =>
        IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
}
