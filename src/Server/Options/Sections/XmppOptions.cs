namespace Sylk.Conference.Server.Options;

internal sealed class XmppOptions
{
    /// <summary>Rooms are reached by XMPP too, as a component of an XMPP server (XEP-0114).</summary>
    public bool Enabled { get; set; }

    /// <summary>The component's domain: rooms are `room@domain`.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Shared with the XMPP server.</summary>
    [Secret(SecretAttribute.Shared)]
    public string ComponentSecret { get; set; } = "";

    /// <summary>Where the XMPP server takes components.</summary>
    public string Host { get; set; } = "127.0.0.1";

    [Within(1, 65_535)]
    public int Port { get; set; } = 5_347;

    /// <summary>Domains whose users are reached by XMPP, such as `example.org`.</summary>
    public string[] UserDomains { get; set; } = [];

    /// <summary>Tells XMPP users who is writing to everybody.</summary>
    public bool GroupChatStates { get; set; }
}
