using System.Net;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>What this server is called: in Via and Contact, and in the addresses of its rooms.</summary>
internal sealed class OwnNames(SipBridgeSettings settings)
{
    private readonly Dictionary<SipTransport, int> _ports = [];

    public IReadOnlyDictionary<SipTransport, int> Ports => _ports;

    /// <summary>For Via of requests we begin; inside calls the flow's own address is used.</summary>
    public string Host => settings.PublicHost.Length > 0 ? settings.PublicHost : BoundHost() ?? IPAddress.Loopback.ToString();

    public void Learn(SipTransport transport, int port)
    {
        lock (_ports)
            _ports[transport] = port;
    }

    /// <summary>Host, port and transport under which the other end of this flow reaches us.</summary>
    public string ContactTowards(SipFlow flow)
    {
        var host = HostTowards(flow);
        var transport = flow.Transport == SipTransport.Udp ? "" : ";transport=" + flow.Transport.Name().ToLowerInvariant();
        return SipUri.Create(null, host, _ports.GetValueOrDefault(flow.Transport)).ForRequest() + transport;
    }

    /// <summary>Our Contact inside calls: we are a focus (RFC 4579 section 5.1).</summary>
    public string FocusTowards(SipFlow flow) => $"<{ContactTowards(flow)}>;isfocus;+sip.rendering=\"yes\"";

    /// <summary>For people to dial: in our first domain, or at our address.</summary>
    public string? AddressOf(string room)
    {
        if (!settings.Domains.IsEmpty)
            return $"sip:{room}@{settings.Domains[0]}";
        lock (_ports)
        {
            if (_ports.Count == 0)
                return null;
            var (transport, port) = _ports.MinBy(pair => pair.Key);
            return SipUri.Create(room, Host, port == transport.DefaultPort() ? 0 : port).ToString();
        }
    }

    /// <summary>The host under which the other end of this flow reaches us.</summary>
    public string HostTowards(SipFlow flow) =>
        settings.PublicHost.Length > 0 ? settings.PublicHost : BoundHost() ?? OwnAddress.Towards(flow.Remote).ToString();

    /// <summary>What stands behind the at sign in the addresses of our rooms: the first domain, else what the other end reaches us by.</summary>
    public string DomainTowards(SipFlow flow)
    {
        if (settings.Domains.Length > 0)
            return settings.Domains[0];
        return SipUri.Create(null, HostTowards(flow), _ports.GetValueOrDefault(flow.Transport)).ToString()["sip:".Length..];
    }

    /// <summary>Our domains, our public name, and the address the request came to.</summary>
    public bool IsOurs(string host, SipFlow flow) =>
        settings.Domains.Contains(host, StringComparer.OrdinalIgnoreCase)
        || host.Equals(settings.PublicHost, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsLocal(address, flow));

    /// <summary>A name of ours, whoever asks.</summary>
    public bool IsOurName(string host) =>
        settings.Domains.Contains(host, StringComparer.OrdinalIgnoreCase) || host.Equals(settings.PublicHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>False for an address that names another port: that is another program's, whatever its host.</summary>
    /// <param name="port">0 where it names none.</param>
    public bool IsOurPort(int port)
    {
        lock (_ports)
            return port == 0 || _ports.ContainsValue(port);
    }

    private bool IsLocal(IPAddress address, SipFlow flow) =>
        address.Equals(settings.Address) || IPAddress.IsLoopback(address) || address.Equals(OwnAddress.Towards(flow.Remote));

    private string? BoundHost() => settings.Address.Equals(IPAddress.Any) || settings.Address.Equals(IPAddress.IPv6Any) ? null : settings.Address.ToString();
}
