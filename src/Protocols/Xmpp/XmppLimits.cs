namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>Limit L14 and what follows from it.</summary>
public static class XmppLimits
{
    /// <summary>Bytes of one stanza that is read.</summary>
    public const int MaxStanzaBytes = 256 * 1024;

    /// <summary>Bytes of one stanza that is written: every server takes that (rule XMPP-S-4).</summary>
    public const int MaxSentBytes = 128 * 1024;

    /// <summary>Elements in each other, the stanza itself included.</summary>
    public const int MaxDepth = 32;

    /// <summary>Attributes of one element, namespace declarations included.</summary>
    public const int MaxAttributes = 64;

    /// <summary>Elements of one stanza; they cost more memory than their bytes say.</summary>
    public const int MaxElements = 2_048;

    /// <summary>Attributes of one stanza.</summary>
    public const int MaxAllAttributes = 4_096;

    /// <summary>Stanzas and bytes kept while the server is away.</summary>
    public const int MaxQueued = 10_000;
    public const int MaxQueuedBytes = 16 * 1024 * 1024;

    public static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);

    /// <summary>Silence after which the server is asked whether it is there (XEP-0199), and how long it may think.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan PingPatience = TimeSpan.FromSeconds(20);
}
