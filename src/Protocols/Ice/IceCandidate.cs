using System.Globalization;
using System.Net;

namespace Sylk.Conference.Protocols.Ice;

public enum IceCandidateType : byte { Host, ServerReflexive, PeerReflexive, Relayed }

public enum IceTransport : byte { Udp, Tcp }

/// <summary>RFC 6544: which end opens the connection. <see cref="None"/> for UDP.</summary>
public enum IceTcpType : byte { None, Active, Passive, SimultaneousOpen }

/// <summary>
/// One a=candidate value (RFC 8839 section 5.1, RFC 6544). <see cref="Host"/> stays text: names such as <c>.local</c> are kept
/// and never resolved (limit L3).
/// </summary>
/// <param name="Foundation">1..32 ice-chars.</param>
/// <param name="Component">1 is RTP, or everything under rtcp-mux.</param>
/// <param name="Transport">UDP or TCP.</param>
/// <param name="Priority">RFC 8445 section 5.1.2.</param>
/// <param name="Host">An address literal or a name.</param>
/// <param name="Port">The port.</param>
/// <param name="Type">The candidate type.</param>
public sealed record IceCandidate(
    string Foundation, int Component, IceTransport Transport, uint Priority, string Host, ushort Port, IceCandidateType Type)
{
    private const int MaxLength = 512;
    private const int MaxTokens = 48;

    public IceTcpType TcpType { get; init; }

    public string? RelatedHost { get; init; }

    public ushort RelatedPort { get; init; }

    /// <summary>The generation a trickled candidate belongs to, when said.</summary>
    public string? Ufrag { get; init; }

    /// <summary>A host candidate of ours, with the recommended priority (type preference 126).</summary>
    public static IceCandidate CreateHost(in TransportAddress address, IceTcpType tcpType = IceTcpType.None, ushort localPreference = 65535)
    {
        var transport = tcpType == IceTcpType.None ? IceTransport.Udp : IceTransport.Tcp;
        var foundation = transport == IceTransport.Udp ? "1" : "2";
        var typePreference = transport == IceTransport.Udp ? 126u : 90u;
        var priority = (typePreference << 24) | ((uint)localPreference << 8) | 255;
        return new(foundation, 1, transport, priority, address.ToIPAddress().ToString(), address.Port, IceCandidateType.Host) { TcpType = tcpType };
    }

    /// <summary>False for names.</summary>
    public bool TryGetAddress(out TransportAddress address)
    {
        var literal = IPAddress.TryParse(Host, out var ip);
        address = literal ? TransportAddress.From(ip!, Port) : default;
        return literal;
    }

    /// <summary>
    /// Reads the value with or without the leading "a=" and "candidate:". Unknown extensions are skipped; more words than any
    /// candidate has, control characters and half a related address are refused.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IceCandidate? candidate)
    {
        candidate = null;
        text = Without(Without(text.Trim(), "a="), "candidate:");
        Span<Range> tokens = stackalloc Range[MaxTokens + 1];
        var count = text.Length > MaxLength || HasOddBlank(text) ? 0 : text.Split(tokens, ' ', StringSplitOptions.RemoveEmptyEntries);
        if (count is < 8 or > MaxTokens || !TryParseCore(text, tokens, out var core))
        {
            return false;
        }

        var (hasRelatedHost, hasRelatedPort) = (false, false);
        for (var i = 8; i + 1 < count; i += 2)
        {
            var name = text[tokens[i]];
            hasRelatedHost |= name is "raddr";
            hasRelatedPort |= name is "rport";
            if (!TryExtend(ref core, name, text[tokens[i + 1]]))
            {
                return false;
            }
        }

        candidate = core;
        return hasRelatedHost == hasRelatedPort && (core.Transport == IceTransport.Udp || core.TcpType != IceTcpType.None);
    }

    /// <summary>"candidate:" and <see cref="ToValue"/>.</summary>
    public override string ToString() => "candidate:" + ToValue();

    /// <summary>The attribute's value as SDP holds it, without "candidate:".</summary>
    public string ToValue()
    {
        var related = RelatedHost is null ? "" : $" raddr {RelatedHost} rport {RelatedPort}";
        var tcp = TcpType switch
        {
            IceTcpType.Active => " tcptype active",
            IceTcpType.Passive => " tcptype passive",
            IceTcpType.SimultaneousOpen => " tcptype so",
            _ => "",
        };
        var ufrag = Ufrag is null ? "" : $" ufrag {Ufrag}";
        var transport = Transport == IceTransport.Udp ? "udp" : "tcp";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Foundation} {Component} {transport} {Priority} {Host} {Port} typ {TypeName(Type)}{related}{tcp}{ufrag}");
    }

    private static string TypeName(IceCandidateType type) => type switch
    {
        IceCandidateType.Host => "host",
        IceCandidateType.ServerReflexive => "srflx",
        IceCandidateType.PeerReflexive => "prflx",
        _ => "relay",
    };

    /// <summary>A control character, or white space that is not the grammar's blank and would be lost when a line is trimmed.</summary>
    private static bool HasOddBlank(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (character != ' ' && (char.IsControl(character) || char.IsWhiteSpace(character)))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Without(ReadOnlySpan<char> text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..] : text;

    private static bool TryParseCore(ReadOnlySpan<char> text, ReadOnlySpan<Range> tokens, out IceCandidate core)
    {
        core = null!;
        var foundation = text[tokens[0]];
        var host = text[tokens[4]];
        if (foundation.Length > 32 || host.Length > 255
            || !int.TryParse(text[tokens[1]], NumberStyles.None, CultureInfo.InvariantCulture, out var component) || component is < 1 or > 256
            || !TryParseTransport(text[tokens[2]], out var transport)
            || !uint.TryParse(text[tokens[3]], NumberStyles.None, CultureInfo.InvariantCulture, out var priority)
            || !ushort.TryParse(text[tokens[5]], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || !text[tokens[6]].Equals("typ", StringComparison.OrdinalIgnoreCase)
            || !TryParseType(text[tokens[7]], out var type))
        {
            return false;
        }

        core = new IceCandidate(foundation.ToString(), component, transport, priority, host.ToString(), port, type);
        return true;
    }

    private static bool TryParseTransport(ReadOnlySpan<char> text, out IceTransport transport)
    {
        transport = text.Equals("tcp", StringComparison.OrdinalIgnoreCase) ? IceTransport.Tcp : IceTransport.Udp;
        return transport == IceTransport.Tcp || text.Equals("udp", StringComparison.OrdinalIgnoreCase);
    }

    private static bool TryParseType(ReadOnlySpan<char> text, out IceCandidateType type)
    {
        type = text switch
        {
            "srflx" => IceCandidateType.ServerReflexive,
            "prflx" => IceCandidateType.PeerReflexive,
            "relay" => IceCandidateType.Relayed,
            _ => IceCandidateType.Host,
        };
        return text is "host" or "srflx" or "prflx" or "relay";
    }

    private static bool TryExtend(ref IceCandidate core, ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        switch (name)
        {
            case "raddr":
                core = core with { RelatedHost = value.ToString() };
                return true;
            case "rport":
                var legal = ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port);
                core = core with { RelatedPort = port };
                return legal;
            case "tcptype":
                var type = ParseTcpType(value);
                core = core with { TcpType = type };
                return type != IceTcpType.None;
            case "ufrag":
                core = core with { Ufrag = value.ToString() };
                return true;
            default:
                return true;
        }
    }

    private static IceTcpType ParseTcpType(ReadOnlySpan<char> value) => value switch
    {
        "active" => IceTcpType.Active,
        "passive" => IceTcpType.Passive,
        "so" => IceTcpType.SimultaneousOpen,
        _ => IceTcpType.None,
    };
}
