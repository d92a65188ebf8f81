using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>Which SIP URIs are the same (RFC 3261 section 19.1.4, hosts by RFC 5954).</summary>
internal static class SipUriComparison
{
    private const string Reserved = ";/?:@&=+$,";
    private static readonly string[] MustMatch = ["transport", "user", "ttl", "method", "maddr"];

    public static bool AreSame(SipUri a, SipUri b) =>
        a.Scheme == b.Scheme
        && a.Port == b.Port
        && Normalise(a.User) == Normalise(b.User)
        && Normalise(a.Password) == Normalise(b.Password)
        && SameHost(a.Host, b.Host)
        && SameParameters(a.Parameters, b.Parameters)
        && SameHeaders(a.Headers, b.Headers);

    public static bool SameHost(string a, string b) => SipHost.TryReadAddress(a, out var one) && SipHost.TryReadAddress(b, out var other)
        ? one.Equals(other) || (one.IsIPv4MappedToIPv6 && one.MapToIPv4().Equals(other)) || (other.IsIPv4MappedToIPv6 && other.MapToIPv4().Equals(one))
        : SipText.Same(a, b);

    private static bool SameParameters(SipParameters a, SipParameters b)
    {
        foreach (var name in MustMatch)
        {
            if (a.Has(name) != b.Has(name))
            {
                return false;
            }
        }

        foreach (var (name, _) in a.Items)
        {
            var other = b[name];
            if (other is not null && !SipText.Same(Normalise(a[name]), Normalise(other)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameHeaders(string? a, string? b)
    {
        if (a is null || b is null)
        {
            return a is null && b is null;
        }

        return Sorted(a).SequenceEqual(Sorted(b), StringComparer.OrdinalIgnoreCase);
    }

    private static IEnumerable<string> Sorted(string headers) =>
        headers.Split('&').Select(header => Normalise(header)!).Order(StringComparer.OrdinalIgnoreCase);

    /// <summary>Decodes the escapes that mean the same as the character: those of characters that are not reserved.</summary>
    private static string? Normalise(string? text)
    {
        if (text is null || !text.Contains('%', StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                var c = (char)byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                result.Append(Reserved.Contains(c, StringComparison.Ordinal) || c == '%' ? text.Substring(i, 3).ToUpperInvariant() : c.ToString());
                i += 2;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
