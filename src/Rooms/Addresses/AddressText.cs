namespace Sylk.Conference.Rooms;

/// <summary>The one form of an address: <c>user@domain</c> in lower case, without scheme, resource or parameters (product §2).</summary>
public static class AddressText
{
    private const int Longest = 320;

    /// <param name="text">With or without a scheme (<c>sip:</c>, <c>sips:</c>, <c>xmpp:</c>, <c>im:</c>).</param>
    /// <param name="address">Empty when it is none.</param>
    public static bool TryNormalize(string? text, out string address)
    {
        address = "";
        if (text is not { Length: > 2 and <= Longest })
            return false;
        var plain = text.AsSpan().Trim();
        foreach (var scheme in (ReadOnlySpan<string>)["sip:", "sips:", "xmpp:", "im:"])
        {
            if (plain.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                plain = plain[scheme.Length..];
                break;
            }
        }
        var at = plain.LastIndexOf('@');
        if (at < 1 || at == plain.Length - 1 || plain.ContainsAny(Forbidden) || plain[..at].Contains('@'))
            return false;
        foreach (var c in plain)
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
                return false;
        }
        address = plain.ToString().ToLowerInvariant();
        return true;
    }

    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];

    private static ReadOnlySpan<char> Forbidden => " \t\"<>/\\;?,:";
}
