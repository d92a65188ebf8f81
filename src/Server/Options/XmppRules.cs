using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Server.Options;

/// <summary>What makes the settings of the XMPP door impossible.</summary>
internal static class XmppRules
{
    public static IEnumerable<(string Key, string Text)> Check(XmppOptions xmpp)
    {
        if (!xmpp.Enabled)
            yield break;
        if (!Jid.TryParse(xmpp.Domain, out var domain) || domain.Local.Length > 0 || !domain.IsBare || domain.Domain != xmpp.Domain)
            yield return ("Xmpp:Domain", $"\"{xmpp.Domain}\" is not a domain in lower case, such as conference.example.org.");
        if (xmpp.ComponentSecret.Length == 0)
            yield return ("Xmpp:ComponentSecret", "is needed: the XMPP server has the same.");
        if (Uri.CheckHostName(xmpp.Host) == UriHostNameType.Unknown)
            yield return ("Xmpp:Host", $"\"{xmpp.Host}\" is neither a name nor an address.");
    }
}
