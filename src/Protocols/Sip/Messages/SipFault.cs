namespace Sylk.Conference.Protocols.Sip;

/// <summary>Why a message is not taken: what a request is answered with. A response with a fault is dropped.</summary>
/// <param name="Status">400–699.</param>
/// <param name="Reason">The reason phrase, which names the header at fault.</param>
/// <param name="LosesFraming">On a stream nothing after it can be trusted: answer, then close (attack TS-04).</param>
public sealed record SipFault(int Status, string Reason, bool LosesFraming = false)
{
    /// <summary>Headers the answer carries beside the usual ones, such as Unsupported or Accept.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    internal static SipFault Bad(string reason) => new(400, reason);

    internal static SipFault TooLarge(string reason) => new(513, reason);
}

/// <summary>How a message is told from the next one.</summary>
public enum SipFraming : byte
{
    /// <summary>One datagram, one message; bytes beyond Content-Length are discarded (RFC 3261 section 18.3).</summary>
    Datagram,

    /// <summary>TCP and TLS: Content-Length must be there.</summary>
    Stream,

    /// <summary>One WebSocket message, one SIP message; Content-Length may be missing but must not lie (RFC 7118 section 5).</summary>
    WebSocket,
}

public enum SipOutcome : byte
{
    /// <summary>A message in order.</summary>
    Accepted,

    /// <summary>A request that must be answered with the fault.</summary>
    Refused,

    /// <summary>Nothing that can be answered.</summary>
    Dropped,
}
