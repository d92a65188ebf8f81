namespace Sylk.Conference.Protocols.Cpim;

/// <summary>Somebody in a CPIM message: a name for people, which may be empty, and a URI (RFC 3862 section 4.1).</summary>
public sealed record CpimAddress(string Name, string Uri)
{
    /// <summary>Reads a header value. The name has no control characters and no spaces around it.</summary>
    public static bool TryParse(string value, out CpimAddress address)
    {
        address = null!;
        var open = value.StartsWith('"') ? value.IndexOf('<', EndOfQuote(value)) : value.IndexOf('<', StringComparison.Ordinal);
        var close = value.LastIndexOf('>');
        if (open < 0 || close < open + 2 || value.AsSpan(close + 1).ContainsAnyExcept(' '))
        {
            return false;
        }

        var uri = value[(open + 1)..close];
        if (uri.AsSpan().ContainsAny("<>\" ") || uri.Any(char.IsControl) || uri.IndexOf(':', StringComparison.Ordinal) < 1)
        {
            return false;
        }

        var name = value[..open].Trim(' ');
        if (name.StartsWith('"'))
        {
            name = name.Length >= 2 && name.EndsWith('"') ? name[1..^1] : name[1..];
        }

        address = new CpimAddress(CpimText.Harmless(CpimText.Unescape(name)).Trim(), uri);
        return true;
    }

    public override string ToString() => Name.Length == 0
        ? $"<{CpimText.Harmless(Uri)}>"
        : $"\"{CpimText.Escape(CpimText.Harmless(Name))}\" <{CpimText.Harmless(Uri)}>";

    /// <summary>Behind the closing quote; the end when there is none.</summary>
    private static int EndOfQuote(string value)
    {
        for (var at = 1; at < value.Length; at++)
        {
            if (value[at] == '\\')
            {
                at++;
            }
            else if (value[at] == '"')
            {
                return at + 1;
            }
        }

        return value.Length;
    }
}
