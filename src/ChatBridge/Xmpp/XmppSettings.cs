namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>What the operator decides about the XMPP door.</summary>
public sealed record XmppSettings
{
    /// <summary>The component's domain: rooms are <c>room@domain</c>.</summary>
    public required string Domain { get; init; }

    /// <summary>Shared with the XMPP server (XEP-0114).</summary>
    public required string Secret { get; init; }
    public string Host { get; init; } = "127.0.0.1";
    public int Port { get; init; } = 5347;

    /// <summary>Domains whose users are reached by XMPP.</summary>
    public IReadOnlyList<string> UserDomains { get; init; } = [];

    /// <summary>Tells occupants who is writing to everybody.</summary>
    public bool GroupChatStates { get; init; }

    /// <summary>Where a room is met with a browser; empty when nobody said where that is.</summary>
    public Func<string, string> PageOf { get; init; } = _ => "";

    /// <summary>What stands before the path of a file's address; empty as above.</summary>
    public string WebRoot { get; init; } = "";

    /// <summary>Networks the link may go to.</summary>
    public Func<System.Net.IPAddress, bool> Allows { get; init; } = _ => true;
}
