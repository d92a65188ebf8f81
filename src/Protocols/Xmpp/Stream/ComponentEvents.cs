namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>Something the stream's owner must know.</summary>
public abstract record ComponentEvent;

/// <summary>The server knows us: stanzas may flow.</summary>
public sealed record ComponentUp : ComponentEvent;

public sealed record StanzaArrived(XmppElement Stanza) : ComponentEvent;

/// <summary>The stream is over; what is left to send should be sent, then the connection closed.</summary>
/// <param name="Condition">Of RFC 6120 section 4.9.3, ours or theirs, or <c>closed</c>.</param>
/// <param name="IsOurs">We found the fault.</param>
public sealed record ComponentDown(string Condition, string Text, bool IsOurs) : ComponentEvent;
