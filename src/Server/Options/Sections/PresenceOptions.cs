namespace Sylk.Conference.Server.Options;

internal sealed class PresenceOptions
{
    /// <summary>Accounts and peers of SIP and people of `Xmpp:UserDomains` see each other's presence.</summary>
    public bool Enabled { get; set; }
}
