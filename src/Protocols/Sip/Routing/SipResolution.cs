using System.Net;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>
/// Where a request goes (RFC 3263 section 4, rule SIP-DNS-1), as a function of records: the shell answers the questions and asks again
/// until there are none. The hops are in the order they are to be tried: on failure, timeout or 503 the next one, with a new branch.
/// </summary>
public sealed class SipResolution
{
    private static readonly (string Service, SipTransport Transport)[] Services =
    [
        ("SIPS+D2T", SipTransport.Tls), ("SIP+D2T", SipTransport.Tcp), ("SIP+D2U", SipTransport.Udp), ("SIPS+D2W", SipTransport.Wss), ("SIP+D2W", SipTransport.Ws),
    ];

    private readonly ISipRecords _records;
    private readonly Func<uint, uint> _random;
    private readonly List<SipHop> _hops = [];
    private readonly List<SipQuestion> _questions = [];

    private SipResolution(ISipRecords records, Func<uint, uint> random) => (_records, _random) = (records, random);

    /// <summary>In order; complete only without questions.</summary>
    public IReadOnlyList<SipHop> Hops => _hops;

    public IReadOnlyList<SipQuestion> Questions => _questions;

    /// <param name="uri">The Request-URI or the first Route.</param>
    /// <param name="records">What is known.</param>
    /// <param name="transports">Those we have, in the order we prefer them: tls, tcp, udp.</param>
    /// <param name="random">A number below its argument, for the weights of SRV.</param>
    public static SipResolution Of(SipUri uri, ISipRecords records, IReadOnlyList<SipTransport> transports, Func<uint, uint> random)
    {
        var resolution = new SipResolution(records, random);
        var usable = transports.Where(transport => !uri.IsSecure || transport is SipTransport.Tls or SipTransport.Wss).ToList();
        resolution.Resolve(uri, uri.Parameters["maddr"] ?? uri.Host, usable);
        return resolution;
    }

    private void Resolve(SipUri uri, string name, List<SipTransport> transports)
    {
        var named = uri.Transport is { } text ? Named(text, uri.IsSecure) : null;
        if (uri.Transport is not null && (named is null || !transports.Contains(named.Value)))
        {
            return;
        }

        if (SipHost.TryReadAddress(name, out var address))
        {
            Add(named ?? Default(uri), address, uri.Port, name);
        }
        else if (uri.Port != 0)
        {
            AddAddresses(named ?? Default(uri), name, uri.Port, name);
        }
        else if (named is { } transport)
        {
            _ = TryServices(name, [transport]) || AddAddresses(transport, name, 0, name);
        }
        else if (!TryNaptr(name, transports))
        {
            _ = TryServices(name, transports) || AddAddresses(Default(uri), name, 0, name);
        }
    }

    private static SipTransport Default(SipUri uri) => uri.IsSecure ? SipTransport.Tls : SipTransport.Udp;

    private static SipTransport? Named(string text, bool secure) => text.ToLowerInvariant() switch
    {
        "udp" => secure ? null : SipTransport.Udp,
        "tcp" => secure ? SipTransport.Tls : SipTransport.Tcp,
        "tls" => SipTransport.Tls,
        "ws" => secure ? SipTransport.Wss : SipTransport.Ws,
        "wss" => SipTransport.Wss,
        _ => null,
    };

    /// <summary>True when NAPTR decides, or must be asked first.</summary>
    private bool TryNaptr(string name, List<SipTransport> transports)
    {
        if (_records.Naptr(name) is not { } records)
        {
            _questions.Add(new SipQuestion(SipQuestionKind.Naptr, name));
            return true;
        }

        var found = false;
        foreach (var record in records.OrderBy(record => record.Order).ThenBy(record => record.Preference))
        {
            var service = Array.Find(Services, entry => SipText.Same(entry.Service, record.Service));
            if (service.Service is not null && SipText.Same(record.Flags, "s") && transports.Contains(service.Transport))
            {
                found |= TrySrv(record.Replacement, service.Transport, name);
            }
        }

        return found;
    }

    private bool TryServices(string name, IReadOnlyList<SipTransport> transports)
    {
        var found = false;
        foreach (var transport in transports)
        {
            var prefix = transport switch
            {
                SipTransport.Udp => "_sip._udp.",
                SipTransport.Tcp => "_sip._tcp.",
                SipTransport.Tls => "_sips._tcp.",
                SipTransport.Ws => "_sip._ws.",
                _ => "_sips._ws.",
            };
            found |= TrySrv(prefix + name, transport, name);
        }

        return found;
    }

    private bool TrySrv(string service, SipTransport transport, string domain)
    {
        if (_records.Srv(service) is not { } records)
        {
            _questions.Add(new SipQuestion(SipQuestionKind.Srv, service));
            return true;
        }

        // One record with the root as target says: decidedly not here (RFC 2782).
        foreach (var record in Order(records.Where(record => record.Target is not ("." or ""))))
        {
            AddAddresses(transport, record.Target, record.Port, domain);
        }

        return records.Count > 0;
    }

    /// <summary>By priority, and inside one by weight drawn at random (RFC 2782).</summary>
    private IEnumerable<SipSrv> Order(IEnumerable<SipSrv> records)
    {
        foreach (var group in records.GroupBy(record => record.Priority).OrderBy(group => group.Key))
        {
            var open = group.OrderBy(record => record.Weight).ToList();
            while (open.Count > 0)
            {
                var draw = _random((uint)open.Sum(record => record.Weight) + 1);
                var at = 0;
                for (var sum = (uint)open[0].Weight; sum < draw; sum += (uint)open[at].Weight)
                {
                    at++;
                }

                yield return open[at];
                open.RemoveAt(at);
            }
        }
    }

    private bool AddAddresses(SipTransport transport, string name, int port, string domain)
    {
        if (SipHost.TryReadAddress(name, out var literal))
        {
            Add(transport, literal, port, domain);
            return true;
        }

        if (_records.Addresses(name) is not { } addresses)
        {
            _questions.Add(new SipQuestion(SipQuestionKind.Address, name));
            return true;
        }

        foreach (var address in addresses)
        {
            Add(transport, address, port, domain);
        }

        return addresses.Count > 0;
    }

    private void Add(SipTransport transport, IPAddress address, int port, string domain)
    {
        var hop = new SipHop(transport, TransportAddress.From(address, port == 0 ? transport.DefaultPort() : port), domain);
        if (!_hops.Contains(hop))
        {
            _hops.Add(hop);
        }
    }
}
