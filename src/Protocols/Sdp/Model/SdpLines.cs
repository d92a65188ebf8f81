namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The <c>o=</c> line (RFC 8866 §5.2).</summary>
public sealed record SdpOrigin(string Username, ulong SessionId, ulong Version, SdpConnection Address)
{
    /// <summary>What a WebRTC endpoint writes, so as not to reveal its host (RFC 9429 §5.2.1).</summary>
    public static SdpOrigin Anonymous(ulong sessionId, ulong version) =>
        new("-", sessionId, version, SdpConnection.IPv4("127.0.0.1"));
}

/// <summary>The <c>c=</c> line, and the tail of <c>o=</c>: network type, address type and address (RFC 8866 §5.7).</summary>
public sealed record SdpConnection(string NetworkType, string AddressType, string Address)
{
    /// <summary>0.0.0.0: where media goes is ICE's matter, or nowhere (RFC 8839 §4.3.1.1).</summary>
    public static readonly SdpConnection Unspecified = IPv4("0.0.0.0");

    public static SdpConnection IPv4(string address) => new("IN", "IP4", address);

    public static SdpConnection IPv6(string address) => new("IN", "IP6", address);
}

/// <summary>A <c>b=</c> line. The unit is the type's own: kbit/s for CT and AS, bit/s for TIAS (RFC 8866 §5.8, RFC 3890).</summary>
public readonly record struct SdpBandwidth(string Type, ulong Value);

/// <summary>A <c>t=</c> line in NTP seconds with its <c>r=</c> lines as written (RFC 8866 §5.9, §5.10).</summary>
public sealed record SdpTiming(ulong Start, ulong Stop)
{
    public List<string> Repeats { get; } = [];
}
