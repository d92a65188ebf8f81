using System.Globalization;
using System.Text;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>What a REFER asks for (RFC 3515, RFC 4488, RFC 4579, rule SIP-REF-5).</summary>
/// <param name="Target">Whom to call or remove, without the method and the headers of its URI.</param>
/// <param name="Method">INVITE unless the URI says otherwise.</param>
/// <param name="Headers">Those of the URI's headers that are honoured: Replaces, Subject, Accept-Contact, Referred-By.</param>
/// <param name="WantsNotices">The sender wants to hear what becomes of it.</param>
public sealed record SipReferral(SipUri Target, string Method, IReadOnlyList<(string Name, string Value)> Headers, bool WantsNotices)
{
    private static readonly string[] Honoured = [SipHeader.Replaces, SipHeader.Subject, "Accept-Contact", SipHeader.ReferredBy];

    /// <summary>False unless there is exactly one Refer-To with a SIP or tel URI: answer 400.</summary>
    public static bool TryParse(SipMessage refer, out SipReferral referral)
    {
        referral = null!;
        var values = refer.All(SipHeader.ReferTo);
        if (values.Count != 1 || !SipNameAddress.TryParse(values[0], out var address) || !(address.Uri.IsSip || address.Uri.Scheme == "tel") ||
            !SipUri.TryParse(address.Uri.ForRequest(), out var target))
        {
            return false;
        }

        var method = address.Uri.Parameters["method"]?.ToUpperInvariant() ?? SipMethod.Invite;
        referral = new SipReferral(target, method, HeadersOf(address.Uri), !SipText.Same(refer.First(SipHeader.ReferSub), "false"));
        return true;
    }

    /// <summary>The body of a NOTIFY: the status line alone, so that nothing of the other call leaks (RFC 3515 section 2.4.5).</summary>
    public static byte[] Fragment(int status, string? reason = null) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"SIP/2.0 {status} {reason ?? SipReasons.Of(status)}\r\n"));

    /// <summary>The status a NOTIFY tells; null when its body is no status line.</summary>
    public static int? StatusIn(SipMessage notice)
    {
        const string version = "SIP/2.0 ";
        var line = Encoding.ASCII.GetString(notice.Body.Span[..Math.Min(notice.Body.Length, version.Length + 3)]);
        return notice.ContentType?.Name == SipContentType.Fragment && line.StartsWith(version, StringComparison.Ordinal)
            && int.TryParse(line.AsSpan(version.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : null;
    }

    /// <summary>The content type of <see cref="Fragment"/>.</summary>
    public const string FragmentType = "message/sipfrag;version=2.0";

    private static List<(string, string)> HeadersOf(SipUri uri)
    {
        List<(string, string)> headers = [];
        foreach (var item in (uri.Headers ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var name = Array.Find(Honoured, honoured => SipText.Same(honoured, equals < 0 ? item : item[..equals]));
            if (name is not null && equals > 0)
            {
                headers.Add((name, SipText.Harmless(SipText.Unescape(item[(equals + 1)..]))));
            }
        }

        return headers;
    }
}
