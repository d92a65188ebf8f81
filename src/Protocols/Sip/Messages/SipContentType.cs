namespace Sylk.Conference.Protocols.Sip;

/// <summary>Content-Type or one value of Accept: <c>type/subtype;parameters</c> (RFC 3261 section 20.15).</summary>
public sealed record SipContentType(string Type, string Subtype, SipParameters Parameters)
{
    public const string Sdp = "application/sdp";
    public const string Fragment = "message/sipfrag";

    /// <summary>In lower case, without parameters.</summary>
    public string Name => $"{Type}/{Subtype}";

    public bool IsMultipart => Type == "multipart";

    public static bool TryParse(string value, out SipContentType type)
    {
        type = null!;
        var text = value.AsSpan().Trim(" \t");
        var semicolon = text.IndexOf(';');
        var name = (semicolon < 0 ? text : text[..semicolon]).TrimEnd(" \t");
        var slash = name.IndexOf('/');
        if (slash < 0)
        {
            return false;
        }

        var main = name[..slash].TrimEnd(" \t");
        var sub = name[(slash + 1)..].TrimStart(" \t");
        if (!SipText.IsToken(main) || !SipText.IsToken(sub) ||
            !SipParameters.TryParse(semicolon < 0 ? "" : text[semicolon..], lenient: false, out var parameters))
        {
            return false;
        }

        type = new SipContentType(main.ToString().ToLowerInvariant(), sub.ToString().ToLowerInvariant(), parameters);
        return true;
    }

    /// <summary>This type is in an Accept list, wildcards included; an empty list accepts nothing, a missing one is not asked here.</summary>
    public static bool IsAccepted(string name, IReadOnlyList<string> accept)
    {
        foreach (var value in accept)
        {
            if (TryParse(value, out var type) && (type.Name == "*/*" || type.Name == name ||
                (type.Subtype == "*" && name.StartsWith(type.Type + "/", StringComparison.Ordinal))))
            {
                return true;
            }
        }

        return false;
    }
}
