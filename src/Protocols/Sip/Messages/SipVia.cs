using System.Net;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>One Via value (RFC 3261 section 20.42, RFC 3581).</summary>
public sealed class SipVia
{
    /// <summary>What a branch begins with when it is unique (section 8.1.1.7).</summary>
    public const string MagicCookie = "z9hG4bK";

    private SipVia(string protocol, string transport, string host, int port, SipParameters parameters)
    {
        Protocol = protocol;
        Transport = transport;
        Host = host;
        Port = port;
        Parameters = parameters;
    }

    /// <summary>Name and version, <c>SIP/2.0</c>.</summary>
    public string Protocol { get; }

    /// <summary>In upper case as we write it; as read from others.</summary>
    public string Transport { get; }

    public string Host { get; }

    /// <summary>0 when none is given.</summary>
    public int Port { get; }

    public SipParameters Parameters { get; }

    public string? Branch => Parameters["branch"];

    /// <summary>The branch tells this transaction from all others; otherwise RFC 2543 matching is used (rule SIP-TX-1).</summary>
    public bool HasUniqueBranch => Branch is { } branch && branch.Length > MagicCookie.Length && branch.StartsWith(MagicCookie, StringComparison.OrdinalIgnoreCase);

    public bool WantsPort => Parameters.Has("rport");

    /// <summary>Host and port, which match without regard to case.</summary>
    public string SentBy => SipHost.Print(Host, Port).ToLowerInvariant();

    public static SipVia Create(string transport, string host, int port, string branch, bool rport)
    {
        var parameters = rport ? SipParameters.None.With("rport", "") : SipParameters.None;
        return new SipVia("SIP/2.0", transport, host, port, parameters.With("branch", branch));
    }

    /// <summary>Notes where the request came from: received when the host differs or rport was asked for, and the port then (section 18.2.1).</summary>
    public SipVia SeenFrom(TransportAddress source)
    {
        var address = source.ToIPAddress();
        var differs = !SipHost.TryReadAddress(Host, out var host) || !Normal(host).Equals(Normal(address));
        var parameters = Parameters.With("received", differs || WantsPort ? Normal(address).ToString() : null);
        return new SipVia(Protocol, Transport, Host, Port, WantsPort
            ? parameters.With("rport", source.Port.ToString(System.Globalization.CultureInfo.InvariantCulture))
            : parameters);
    }

    public override string ToString() => $"{Protocol}/{Transport} {SipHost.Print(Host, Port)}{Parameters}";

    /// <summary>Reads one value.</summary>
    /// <param name="value">Wire text of one list value.</param>
    /// <param name="lenient">Enough to answer by is enough: broken parameters are left out.</param>
    /// <param name="via">What was read.</param>
    public static bool TryParse(string value, bool lenient, out SipVia via)
    {
        via = null!;
        var text = value.AsSpan().Trim(" \t");
        if (!TryTakeWord(ref text, '/', out var name) || !TryTakeWord(ref text, '/', out var version))
        {
            return false;
        }

        var space = text.IndexOfAny(" \t");
        if (space <= 0 || !SipText.IsToken(text[..space]))
        {
            return false;
        }

        var transport = text[..space].ToString();
        text = text[space..];
        var semicolon = text.IndexOf(';');
        if (!SipHost.TryParse(semicolon < 0 ? text : text[..semicolon], out var host, out var port) ||
            !SipParameters.TryParse(semicolon < 0 ? "" : text[semicolon..], lenient, out var parameters))
        {
            return false;
        }

        via = new SipVia($"{name}/{version}", transport, host, port, parameters);
        return true;
    }

    private static IPAddress Normal(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool TryTakeWord(ref ReadOnlySpan<char> text, char end, out string word)
    {
        var at = text.IndexOf(end);
        word = at < 0 ? "" : text[..at].Trim(" \t").ToString();
        text = at < 0 ? text : text[(at + 1)..].TrimStart(" \t");
        return SipText.IsToken(word);
    }
}
