namespace Sylk.Conference.Protocols.Sip;

public enum SipTransport : byte { Udp, Tcp, Tls, Ws, Wss }

/// <summary>What follows from a transport.</summary>
public static class SipTransports
{
    public static bool IsReliable(this SipTransport transport) => transport != SipTransport.Udp;

    /// <summary>The name in Via.</summary>
    public static string Name(this SipTransport transport) => transport switch
    {
        SipTransport.Udp => "UDP",
        SipTransport.Tcp => "TCP",
        SipTransport.Tls => "TLS",
        SipTransport.Ws => "WS",
        _ => "WSS",
    };

    public static SipFraming Framing(this SipTransport transport) => transport switch
    {
        SipTransport.Udp => SipFraming.Datagram,
        SipTransport.Tcp or SipTransport.Tls => SipFraming.Stream,
        _ => SipFraming.WebSocket,
    };

    /// <summary>5060 or 5061 (RFC 3261 section 19.1.2).</summary>
    public static ushort DefaultPort(this SipTransport transport) => transport is SipTransport.Tls or SipTransport.Wss ? (ushort)5061 : (ushort)5060;
}

/// <summary>
/// The way between us and one remote address. <paramref name="Connection"/> is the number the shell gave a stream connection; 0 on
/// UDP, and on streams when any connection to the address will do and one must be opened if there is none.
/// </summary>
/// <param name="Transport">How.</param>
/// <param name="Remote">The packet's source, or where to send.</param>
/// <param name="Connection">The shell's number, never reused.</param>
/// <param name="Local">Our address it came to, so that we answer from it; not part of equality.</param>
public readonly record struct SipFlow(SipTransport Transport, TransportAddress Remote, int Connection = 0, TransportAddress Local = default)
{
    public bool Equals(SipFlow other) => Transport == other.Transport && Remote == other.Remote && Connection == other.Connection;

    public override int GetHashCode() => HashCode.Combine(Transport, Remote, Connection);

    /// <summary>The same host, whatever the port.</summary>
    public bool IsSameHost(SipFlow other) => Remote with { Port = 0 } == other.Remote with { Port = 0 };
}

/// <summary>Bytes to be sent. When that fails tell <see cref="SipStack.Fail"/> with the same flow.</summary>
public readonly record struct SipSend(SipFlow Flow, ReadOnlyMemory<byte> Bytes);
